//! The encounter as a capture of the values shown.

use serde_json::{Map, Value, json};

use super::{Encounter, FieldValue, layout};
use crate::capture::Capture;
use crate::content::schema::NEEDS_ANSWERED;

pub(super) fn capture(encounter: &Encounter) -> Capture {
    let shown = encounter
        .fields
        .iter()
        .filter_map(|(path, register)| Some((path.as_str(), register.shown()?)));
    Capture {
        encounter_id: Some(encounter.header.encounter_id),
        ..of_fields(shown)
    }
}

/// Returns the capture that states these fields.
pub(super) fn of_fields<'a>(shown: impl Iterator<Item = (&'a str, &'a FieldValue)>) -> Capture {
    let mut fields = Map::new();
    for (path, value) in shown {
        if !matches!(value, FieldValue::Absent | FieldValue::Unknown(_)) {
            place(&mut fields, path, value);
        }
    }
    // Every field was read by its own rule, so that this does not fail; if it did, a form would open empty.
    serde_json::from_value(Value::Object(fields)).unwrap_or_default()
}

fn place(fields: &mut Map<String, Value>, path: &str, shown: &FieldValue) {
    match path.split_once('/') {
        None if path == layout::CLOCK_CHECKED_AT => {}
        None if path == NEEDS_ANSWERED => {
            object(fields, "needs");
        }
        None => {
            fields.insert(path.to_owned(), shown.to_json());
        }
        Some(("composition", key)) => {
            if let Some((nation, cell)) = key.split_once('/') {
                let nations = object(fields, "composition");
                nations
                    .and_then(|nations| object(nations, nation))
                    .map(|cells| cells.insert(cell.to_owned(), shown.to_json()));
            }
        }
        Some(("languages", key)) => {
            let spoken = fields.entry("languages").or_insert_with(|| json!([]));
            if let Value::Array(spoken) = spoken {
                spoken.push(json!(key));
            }
        }
        Some((name, key)) => {
            object(fields, name).map(|cells| cells.insert(key.to_owned(), shown.to_json()));
        }
    }
}

fn object<'a>(
    fields: &'a mut Map<String, Value>,
    name: &str,
) -> Option<&'a mut Map<String, Value>> {
    fields
        .entry(name)
        .or_insert_with(|| json!({}))
        .as_object_mut()
}

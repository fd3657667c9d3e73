//! How much of a change's values a history tells.

use super::super::{FieldValue, Stated};

/// Bytes of the values of one change's lines that are told whole. The longest note before and after is 4,000 bytes.
const WHOLE_BYTES: usize = 16 * 1024;
/// Characters of a text that are told when there is no more room.
const CUT_CHARACTERS: usize = 80;
/// Values of a field that are told when there is no more room: enough to see that there were several.
const CUT_VALUES: usize = 2;

/// The room that the lines of one change still have.
///
/// A change of a hundred bytes can take the place of a text of 250 KB, and a thousand changes beside each other the
/// place of the same one: a history that told each time all of it would be many times as large as the record.
pub(super) struct Room {
    bytes: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self { bytes: WHOLE_BYTES }
    }
}

impl Room {
    /// Returns the values of a field as they are told: whole while there is room.
    pub(super) fn told(&mut self, values: &[Stated]) -> Vec<FieldValue> {
        let mut told = Vec::new();
        for stated in values {
            let bytes = size_of::<FieldValue>() + text(&stated.value).map_or(0, str::len);
            match self.bytes.checked_sub(bytes) {
                Some(left) => {
                    self.bytes = left;
                    told.push(stated.value.clone());
                }
                None if told.len() < CUT_VALUES => told.push(cut(&stated.value)),
                None => break,
            }
        }
        told
    }
}

fn text(value: &FieldValue) -> Option<&str> {
    match value {
        FieldValue::Text(text) | FieldValue::Unknown(text) => Some(text),
        _ => None,
    }
}

fn cut(value: &FieldValue) -> FieldValue {
    let shortened = |text: &str| match text.char_indices().nth(CUT_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    };
    match value {
        FieldValue::Text(text) => FieldValue::Text(shortened(text)),
        FieldValue::Unknown(text) => FieldValue::Unknown(shortened(text)),
        other => other.clone(),
    }
}

//! From a capture, or a merge patch of one, to the cells that are to be written.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::layout::{self, Keys, Kind};
use super::{EditError, FieldPath, FieldValue, Register, value};
use crate::capture::Reach;
use crate::code;

/// What is to be written, by field.
pub(super) type Writes = BTreeMap<FieldPath, FieldValue>;

/// Reads a merge patch of capture fields; `fields` is what the author saw.
pub(super) fn writes(patch: &Value, fields: &BTreeMap<FieldPath, Register>) -> Result<Writes, EditError> {
    let Value::Object(patch) = patch else {
        return Err(wrong("capture", "must be an object of capture fields"));
    };
    let mut writes = Patch { writes: Writes::new(), fields };
    for (name, value) in patch {
        writes.field(name, value)?;
    }
    Ok(writes.writes)
}

/// Reads one value for one field path, as in a capture.
pub(super) fn single(path: &str, json: &Value) -> Result<FieldValue, EditError> {
    let spec = layout::spec(path).ok_or_else(|| wrong(path, "is not a field that can be chosen"))?;
    if json.is_null() {
        return Ok(removed(path, spec.kind));
    }
    let read = value::from_json(spec.kind, json).map_err(|reason| wrong(path, reason))?;
    refuse_protected(path, spec.kind, &read)?;
    Ok(read)
}

struct Patch<'a> {
    writes: Writes,
    fields: &'a BTreeMap<FieldPath, Register>,
}

impl Patch<'_> {
    fn field(&mut self, name: &str, json: &Value) -> Result<(), EditError> {
        if name == layout::NOTE {
            return self.note(json);
        }
        if name == layout::NEEDS_ANSWERED {
            return Err(wrong(name, "is stated by needs: an empty object says that there are none"));
        }
        if layout::scalar(name).is_some() {
            let read = single(name, json)?;
            self.writes.insert(name.to_owned(), read);
            return Ok(());
        }
        match layout::container(name) {
            Some(container) if container.keys == Keys::Cells => self.composition(json),
            Some(container) if container.keys == Keys::Codes("language") => self.languages(json),
            Some(_) => self.cells(name, json),
            None if layout::HEADER.contains(&name) => Err(wrong(name, "is set once, when the record is made")),
            None => Err(wrong(name, "is not a field of a capture")),
        }
    }

    fn note(&mut self, json: &Value) -> Result<(), EditError> {
        let empty = Value::from("");
        let text = if json.is_null() { &empty } else { json };
        let read = value::from_json(Kind::Words(layout::NOTE_MAX), text).map_err(|reason| wrong(layout::NOTE, reason))?;
        self.writes.insert(layout::NOTE.to_owned(), read);
        Ok(())
    }

    fn composition(&mut self, json: &Value) -> Result<(), EditError> {
        let Some(nations) = object("composition", json)? else {
            self.remove_all("composition/");
            return Ok(());
        };
        for (nation, cells) in nations {
            let path = format!("composition/{nation}");
            if !layout::is_nation(nation) {
                return Err(wrong(path, "must be a nationality of three capital letters, XXA or XXX (E02)"));
            }
            match object(&path, cells)? {
                None => self.remove_all(&format!("{path}/")),
                Some(cells) => {
                    for (cell, count) in cells {
                        self.cell("composition", &format!("{nation}/{cell}"), count)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn cells(&mut self, name: &str, json: &Value) -> Result<(), EditError> {
        if name == "needs" {
            self.writes.insert(layout::NEEDS_ANSWERED.to_owned(), FieldValue::Bool(!json.is_null()));
        }
        let Some(cells) = object(name, json)? else {
            self.remove_all(&format!("{name}/"));
            return Ok(());
        };
        cells.iter().try_for_each(|(key, value)| self.cell(name, key, value))
    }

    fn cell(&mut self, name: &str, key: &str, json: &Value) -> Result<(), EditError> {
        let path = format!("{name}/{key}");
        if layout::spec(&path).is_none() {
            return Err(wrong(path, "does not have the form of this field's keys (E02)"));
        }
        let read = single(&path, json)?;
        self.writes.insert(path, read);
        Ok(())
    }

    fn languages(&mut self, json: &Value) -> Result<(), EditError> {
        self.remove_all("languages/");
        let none = Vec::new();
        let spoken = match json {
            Value::Null => &none,
            Value::Array(spoken) => spoken,
            _ => return Err(wrong("languages", "must be a list of language codes")),
        };
        for language in spoken {
            let code = language.as_str().filter(|code| layout::is_code(code));
            let code = code.ok_or_else(|| wrong("languages", "must be a list of language codes"))?;
            self.writes.insert(format!("languages/{code}"), FieldValue::Bool(true));
        }
        Ok(())
    }

    /// Removes by asserting absence: a cell is never deleted, so that a concurrent number stays visible.
    fn remove_all(&mut self, prefix: &str) {
        for path in self.fields.keys().filter(|path| path.starts_with(prefix)) {
            if let Some(spec) = layout::spec(path) {
                self.writes.insert(path.clone(), removed(path, spec.kind));
            }
        }
    }
}

/// Returns what stands for a removed value of a field.
///
/// In a counted cell it is 0, an assertion like any other number; elsewhere it is *absent*.
fn removed(path: &str, kind: Kind) -> FieldValue {
    match kind {
        Kind::Reach => FieldValue::Reach(Reach::Part(0)),
        Kind::Count(_) if path.contains('/') => FieldValue::Int(0),
        Kind::Flag => FieldValue::Bool(false),
        _ => FieldValue::Absent,
    }
}

fn object<'a>(path: &str, json: &'a Value) -> Result<Option<&'a Map<String, Value>>, EditError> {
    match json {
        Value::Null => Ok(None),
        Value::Object(object) => Ok(Some(object)),
        _ => Err(wrong(path, "must be an object")),
    }
}

fn refuse_protected(path: &str, kind: Kind, read: &FieldValue) -> Result<(), EditError> {
    if is_protected(path, kind, read) {
        return Err(EditError::Protected { field: path.to_owned() });
    }
    Ok(())
}

/// Returns whether a key or a code of this field belongs to the protected record only (E19).
pub(super) fn is_protected(path: &str, kind: Kind, read: &FieldValue) -> bool {
    let key = path.split_once('/').and_then(|(name, key)| Some((layout::container(name)?.keys, key)));
    let by_key = matches!(key, Some((Keys::Codes(list), key)) if code::is_protected(list, key));
    let by_value = matches!((kind, read), (Kind::Code(list), FieldValue::Text(text)) if code::is_protected(list, text));
    by_key || by_value
}

/// Makes the error for a field.
pub(super) fn wrong(field: impl Into<String>, reason: impl Into<String>) -> EditError {
    EditError::Field { field: field.into(), reason: reason.into() }
}

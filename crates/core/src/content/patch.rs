//! From a capture, or a merge patch of one, to the cells that are to be written.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::schema::{self, Keys, Kind, Schema};
use super::{EditError, FieldPath, FieldValue, Register, value};
use crate::capture::Reach;
use crate::code;

/// What is to be written, by field.
pub(crate) type Writes = BTreeMap<FieldPath, FieldValue>;

/// Reads a merge patch of capture fields; `fields` is what the author saw.
pub(crate) fn writes(
    schema: &Schema,
    patch: &Value,
    fields: &BTreeMap<FieldPath, Register>,
) -> Result<Writes, EditError> {
    let Value::Object(patch) = patch else {
        return Err(wrong("capture", "must be an object of capture fields"));
    };
    let mut writes = Patch {
        schema,
        writes: Writes::new(),
        fields,
    };
    for (name, value) in patch {
        writes.field(name, value)?;
    }
    Ok(writes.writes)
}

/// Reads one value for one field path, as in a capture.
pub(crate) fn single(schema: &Schema, path: &str, json: &Value) -> Result<FieldValue, EditError> {
    let spec = schema
        .spec(path)
        .ok_or_else(|| wrong(path, "is not a field that can be chosen"))?;
    if json.is_null() {
        return Ok(removed(path, spec.kind));
    }
    let read = value::from_json(spec.kind, json).map_err(|reason| wrong(path, reason))?;
    refuse_protected(schema, path, spec.kind, &read)?;
    Ok(read)
}

struct Patch<'a> {
    schema: &'a Schema,
    writes: Writes,
    fields: &'a BTreeMap<FieldPath, Register>,
}

impl Patch<'_> {
    fn field(&mut self, name: &str, json: &Value) -> Result<(), EditError> {
        if self.schema.is_text(name) {
            return self.text(json);
        }
        if name == schema::NEEDS_ANSWERED {
            return Err(wrong(
                name,
                "is stated by needs: an empty object says that there are none",
            ));
        }
        if self.schema.is_added(name) {
            return Err(wrong(name, "is added by the device"));
        }
        if self.schema.scalar(name).is_some() {
            let read = single(self.schema, name, json)?;
            self.writes.insert(name.to_owned(), read);
            return Ok(());
        }
        match self.schema.container(name) {
            Some(container) if container.keys == Keys::Cells => self.composition(json),
            Some(container) if container.spec.kind == Kind::Flag => {
                self.members(name, container.keys, json)
            }
            Some(_) => self.cells(name, json),
            None if self.schema.header.contains(&name) => {
                Err(wrong(name, "is set once, when the record is made"))
            }
            None => Err(wrong(name, "is not a field of a capture")),
        }
    }

    fn text(&mut self, json: &Value) -> Result<(), EditError> {
        let empty = Value::from("");
        let text = if json.is_null() { &empty } else { json };
        let (name, max) = self.schema.text;
        let read =
            value::from_json(Kind::Words(max), text).map_err(|reason| wrong(name, reason))?;
        self.writes.insert(name.to_owned(), read);
        Ok(())
    }

    fn composition(&mut self, json: &Value) -> Result<(), EditError> {
        let Some(nations) = object("composition", json)? else {
            self.remove_all("composition/");
            return Ok(());
        };
        for (nation, cells) in nations {
            let path = format!("composition/{nation}");
            if !schema::is_nation(nation) {
                return Err(wrong(
                    path,
                    "must be a nationality of three capital letters, XXA or XXX (E02)",
                ));
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
            self.writes.insert(
                schema::NEEDS_ANSWERED.to_owned(),
                FieldValue::Bool(!json.is_null()),
            );
        }
        let Some(cells) = object(name, json)? else {
            self.remove_all(&format!("{name}/"));
            return Ok(());
        };
        cells
            .iter()
            .try_for_each(|(key, value)| self.cell(name, key, value))
    }

    fn cell(&mut self, name: &str, key: &str, json: &Value) -> Result<(), EditError> {
        let path = format!("{name}/{key}");
        if self.schema.spec(&path).is_none() {
            return Err(wrong(
                path,
                "does not have the form of this field's keys (E02)",
            ));
        }
        let read = single(self.schema, &path, json)?;
        self.writes.insert(path, read);
        Ok(())
    }

    /// A set is stated as the list of its members.
    fn members(&mut self, name: &str, keys: Keys, json: &Value) -> Result<(), EditError> {
        self.remove_all(&format!("{name}/"));
        let none = Vec::new();
        let members = match json {
            Value::Null => &none,
            Value::Array(members) => members,
            _ => return Err(wrong(name, "must be a list")),
        };
        for member in members {
            let key = member.as_str().filter(|key| keys.allow(key));
            let path = format!(
                "{name}/{}",
                key.ok_or_else(|| wrong(name, "holds something that is not a code or an id"))?
            );
            refuse_protected(self.schema, &path, Kind::Flag, &FieldValue::Bool(true))?;
            self.writes.insert(path, FieldValue::Bool(true));
        }
        Ok(())
    }

    /// Removes by asserting absence: a cell is never deleted, so that a concurrent number stays visible.
    fn remove_all(&mut self, prefix: &str) {
        for path in self.fields.keys().filter(|path| path.starts_with(prefix)) {
            if let Some(spec) = self.schema.spec(path) {
                self.writes.insert(path.clone(), removed(path, spec.kind));
            }
        }
    }
}

/// Returns what stands for a removed value of a field.
///
/// In a counted cell it is 0, an assertion like any other number; elsewhere it is *absent*, also in a cell whose 0
/// stands in place of another number.
fn removed(path: &str, kind: Kind) -> FieldValue {
    match kind {
        Kind::Reach => FieldValue::Reach(Reach::Part(0)),
        Kind::Count(_) if path.contains('/') => FieldValue::Int(0),
        // Of a set; a flag that stands alone says no with *false*, and nothing where it is removed.
        Kind::Flag if path.contains('/') => FieldValue::Bool(false),
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

fn refuse_protected(
    schema: &Schema,
    path: &str,
    kind: Kind,
    read: &FieldValue,
) -> Result<(), EditError> {
    if is_protected(schema, path, kind, read) {
        return Err(EditError::Protected {
            field: path.to_owned(),
        });
    }
    Ok(())
}

/// Returns whether a key or a code of this field belongs to the protected record only (E19).
pub(crate) fn is_protected(schema: &Schema, path: &str, kind: Kind, read: &FieldValue) -> bool {
    let key = path
        .split_once('/')
        .and_then(|(name, key)| Some((schema.container(name)?.keys, key)));
    let by_key = matches!(key, Some((Keys::Codes(list), key)) if code::is_protected(list, key));
    let by_value = matches!((kind, read), (Kind::Code(list), FieldValue::Text(text)) if code::is_protected(list, text));
    by_key || by_value
}

/// Makes the error for a field.
pub(crate) fn wrong(field: impl Into<String>, reason: impl Into<String>) -> EditError {
    EditError::Field {
        field: field.into(),
        reason: reason.into(),
    }
}

//! Every value that a document holds at some version, with the changes that stated it.

use std::collections::BTreeMap;

use automerge::{Automerge, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value};

use super::log::StoredEntry;
use super::schema::{self, Kind, Schema};
use super::{FieldPath, FieldValue, Merge, Register, ReviewEntry, Stated, patch, value};
use crate::capture::Reach;
use crate::document::{Document, DocumentError, Version, ours, refused, theirs};
use crate::id::{ChangeHash, EntryId};

/// What stands in the document, removed values included.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) fields: BTreeMap<FieldPath, Register>,
    pub(crate) unknown: BTreeMap<FieldPath, Register>,
    pub(crate) log: BTreeMap<EntryId, (ReviewEntry, ChangeHash)>,
    /// What was authored again: the change that fell away, and the one that stands for it.
    pub(crate) recovered: BTreeMap<ChangeHash, ChangeHash>,
}

impl State {
    /// Reads the current state, or the one at a version.
    pub(crate) fn of(
        schema: &'static Schema,
        document: &Document,
        at: Option<&Version>,
    ) -> Result<Self, DocumentError> {
        let heads = at.map(|version| version.heads().iter().map(|head| theirs(*head)).collect());
        let reader = Reader {
            schema,
            automerge: &document.automerge,
            beginning: document.beginning(),
            heads,
        };
        let mut state = Self::default();
        for key in reader.keys(&ROOT) {
            reader.root(&mut state, &key)?;
        }
        for container in schema.containers {
            let name = container.spec.name;
            reader.cells(&mut state, name, &reader.fixed(name, ObjType::Map)?)?;
        }
        reader.log(&mut state, &reader.fixed(schema::REVIEW_LOG, ObjType::Map)?)?;
        reader.text(&mut state, &reader.fixed(schema.text.0, ObjType::Text)?)?;
        Ok(state)
    }

    /// Keeps only what one change stated, as far as what stands now says by whom.
    pub(crate) fn only_by(mut self, change: ChangeHash) -> Self {
        for registers in [&mut self.fields, &mut self.unknown] {
            registers.retain(|_, register| {
                register
                    .values
                    .retain(|stated| stated.change == change || stated.also.contains(&change));
                !register.values.is_empty()
            });
        }
        self.log.retain(|_, (_, by)| *by == change);
        self
    }

    /// Keeps only what one change stated; `before` is what its author saw. What was deleted from the text leaves no
    /// character behind that says by whom.
    pub(crate) fn stated_over(self, before: &Self, change: ChangeHash, schema: &Schema) -> Self {
        let text = self.text_that_differs(before, schema);
        let mut state = self.only_by(change);
        if let Some(value) = text {
            let stated = Stated {
                value,
                change,
                also: Vec::new(),
            };
            let values = vec![stated];
            state
                .fields
                .insert(schema.text.0.to_owned(), Register { values });
        }
        state
    }

    /// Returns what the text reads.
    pub(crate) fn text(&self, schema: &Schema) -> Option<&FieldValue> {
        let register = self.fields.get(schema.text.0)?;
        register.values.first().map(|stated| &stated.value)
    }

    fn text_that_differs(&self, before: &Self, schema: &Schema) -> Option<FieldValue> {
        let after = self.text(schema);
        after.filter(|_| before.text(schema) != after).cloned()
    }

    /// Returns the fields that have a value: what was removed by everybody is left out.
    pub(crate) fn visible(mut self, schema: &Schema) -> Self {
        self.fields
            .retain(|path, register| !is_removed(schema, path, register));
        self
    }
}

/// Returns whether every value of a field says that there is none.
pub(crate) fn is_removed(schema: &Schema, path: &str, register: &Register) -> bool {
    register
        .values
        .iter()
        .all(|stated| is_none(schema, path, &stated.value))
}

/// Returns whether a value says that there is none.
pub(crate) fn is_none(schema: &Schema, path: &str, value: &FieldValue) -> bool {
    match value {
        FieldValue::Absent => true,
        FieldValue::Bool(false) => schema.merge_of(path) == Some(Merge::Set),
        FieldValue::Int(0) => {
            let is_correction = |spec: schema::Spec| matches!(spec.kind, Kind::Correction(_));
            path.contains('/') && !schema.spec(path).is_some_and(is_correction)
        }
        FieldValue::Reach(Reach::Part(0)) => path.contains('/'),
        FieldValue::Text(text) => schema.is_text(path) && text.is_empty(),
        _ => false,
    }
}

struct Reader<'a> {
    schema: &'static Schema,
    automerge: &'a Automerge,
    beginning: Option<ChangeHash>,
    heads: Option<Vec<automerge::ChangeHash>>,
}

type Found<'a> = Vec<(Value<'a>, ObjId)>;

impl<'a> Reader<'a> {
    fn keys(&self, object: &ObjId) -> Vec<String> {
        match &self.heads {
            None => self.automerge.keys(object).collect(),
            Some(heads) => self.automerge.keys_at(object, heads).collect(),
        }
    }

    /// Returns all concurrent values, Automerge's winner first.
    fn values(&self, object: &ObjId, key: &str) -> Result<Found<'a>, DocumentError> {
        let found = match &self.heads {
            None => self.automerge.get_all(object, key),
            Some(heads) => self.automerge.get_all_at(object, key, heads),
        };
        let mut found = found.map_err(refused)?;
        found.reverse();
        Ok(found)
    }

    fn root(&self, state: &mut State, key: &str) -> Result<(), DocumentError> {
        if self.schema.header.contains(&key) || self.schema.is_container(key) {
            return Ok(());
        }
        let found = self.values(&ROOT, key)?;
        match key
            .strip_prefix(schema::RECOVERED)
            .and_then(|hash| hash.parse().ok())
        {
            Some(from) => {
                let change = found
                    .first()
                    .and_then(|(_, id)| self.automerge.hash_for_opid(id));
                state
                    .recovered
                    .extend(change.map(|change| (from, ours(&change))));
            }
            None => self.place(state, key.to_owned(), &found),
        }
        Ok(())
    }

    /// Returns a fixed container: the one object at its key, made by the change that made the document.
    ///
    /// One that was made again would be empty, and everybody in the first would vanish from every reading.
    fn fixed(&self, key: &str, kind: ObjType) -> Result<ObjId, DocumentError> {
        let bad = DocumentError::Schema("a fixed container is missing or was made again");
        match self.values(&ROOT, key)?.as_slice() {
            [(Value::Object(found), id)] if *found == kind => {
                let made_by = self.automerge.hash_for_opid(id).map(|change| ours(&change));
                if made_by == self.beginning {
                    Ok(id.clone())
                } else {
                    Err(bad)
                }
            }
            _ => Err(bad),
        }
    }

    fn cells(&self, state: &mut State, name: &str, object: &ObjId) -> Result<(), DocumentError> {
        for key in self.keys(object) {
            let found = self.values(object, &key)?;
            self.place(state, format!("{name}/{key}"), &found);
        }
        Ok(())
    }

    fn place(&self, state: &mut State, path: FieldPath, found: &Found<'_>) {
        let spec = self.schema.spec(&path);
        let values = found
            .iter()
            .filter_map(|(value, id)| self.stated(spec.map(|spec| spec.kind), value, id));
        let register = collapse(values, spec.map(|spec| spec.merge));
        match spec {
            Some(_) => state.fields.insert(path, register),
            None => state.unknown.insert(path, register),
        };
    }

    fn stated(&self, kind: Option<Kind>, found: &Value<'_>, id: &ObjId) -> Option<Stated> {
        let read = match (found, kind) {
            (Value::Scalar(scalar), Some(kind)) => value::from_scalar(kind, scalar),
            (Value::Scalar(scalar), None) => value::unknown(scalar),
            (Value::Object(kind), _) => FieldValue::Unknown(format!("{kind}")),
        };
        let change = self.automerge.hash_for_opid(id)?;
        Some(Stated {
            value: read,
            change: ours(&change),
            also: Vec::new(),
        })
    }

    fn log(&self, state: &mut State, object: &ObjId) -> Result<(), DocumentError> {
        for key in self.keys(object) {
            let found = self.values(object, &key)?;
            match (
                key.parse::<EntryId>(),
                found.first().and_then(|(value, id)| self.entry(value, id)),
            ) {
                (Ok(id), Some((stored, change))) => {
                    state.log.insert(id, (stored.with_id(id), change));
                }
                _ => self.place(state, format!("{}/{key}", schema::REVIEW_LOG), &found),
            }
        }
        Ok(())
    }

    fn entry(&self, found: &Value<'_>, id: &ObjId) -> Option<(StoredEntry, ChangeHash)> {
        let Value::Scalar(scalar) = found else {
            return None;
        };
        let ScalarValue::Str(text) = scalar.as_ref() else {
            return None;
        };
        let stored = serde_json::from_str(text).ok()?;
        Some((stored, ours(&self.automerge.hash_for_opid(id)?)))
    }

    /// The note is one text that merges by itself; it stands under the last change that wrote in it.
    fn text(&self, state: &mut State, object: &ObjId) -> Result<(), DocumentError> {
        let text = match &self.heads {
            None => self.automerge.text(object),
            Some(heads) => self.automerge.text_at(object, heads),
        };
        let text = text.map_err(refused)?;
        let items = match &self.heads {
            None => self.automerge.list_range(object, ..),
            Some(heads) => self.automerge.list_range_at(object, .., heads),
        };
        let last = items.map(|item| item.id()).max();
        let change = self
            .automerge
            .hash_for_opid(&last.unwrap_or_else(|| object.clone()));
        if let Some(change) = change {
            let stated = Stated {
                value: FieldValue::Text(text),
                change: ours(&change),
                also: Vec::new(),
            };
            state.fields.insert(
                self.schema.text.0.to_owned(),
                Register {
                    values: vec![stated],
                },
            );
        }
        Ok(())
    }
}

/// Joins equal values, and in a set lets *there* win over *not there*.
fn collapse(values: impl Iterator<Item = Stated>, merge: Option<Merge>) -> Register {
    let mut register = Register::default();
    for stated in values {
        match register
            .values
            .iter_mut()
            .find(|kept| kept.value == stated.value)
        {
            Some(kept) => kept.also.push(stated.change),
            None => register.values.push(stated),
        }
    }
    let absent =
        |stated: &Stated| matches!(stated.value, FieldValue::Absent | FieldValue::Bool(false));
    if merge == Some(Merge::Set) && !register.values.iter().all(absent) {
        register.values.retain(|stated| !absent(stated));
    }
    register
}

/// Returns the first † code that the document holds, as a field path (E19).
pub(crate) fn protected<'a>(schema: &Schema, state: &'a State) -> Option<&'a FieldPath> {
    let holds = |path: &str, register: &Register| {
        let Some(spec) = schema.spec(path) else {
            return false;
        };
        register
            .values
            .iter()
            .any(|stated| patch::is_protected(schema, path, spec.kind, &stated.value))
    };
    state
        .fields
        .iter()
        .find(|(path, register)| holds(path, register))
        .map(|(path, _)| path)
}

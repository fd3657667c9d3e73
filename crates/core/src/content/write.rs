//! Editing: what is written into a change, and nothing else.

use automerge::transaction::{Transactable, Transaction};
use automerge::{AutomergeError, ObjId, ROOT, ReadDoc, ScalarValue, Value};

use super::log::StoredEntry;
use super::patch::{self, Writes, wrong};
use super::schema::{self, Schema};
use super::state::{State, is_none};
use super::{Edit, EditError, FieldValue, Register, value};
use crate::authoring::{Author, Written};
use crate::document::{self, Document, guarded};
use crate::id::ChangeHash;

/// What a change writes.
#[derive(Default)]
struct Content {
    fields: Writes,
    entries: Vec<(String, String)>,
}

/// Authors an edit on the version that the document stands at; `None` if it changes nothing.
pub(crate) fn edit(
    schema: &'static Schema,
    seen: &Document,
    edit: &Edit,
    author: &Author,
) -> Result<Option<Written>, EditError> {
    let state = guarded(|| State::of(schema, seen, None))?;
    let mut content = content(schema, &state, edit)?;
    note_future(schema, &mut content.fields, author);
    if content.fields.is_empty() && content.entries.is_empty() {
        return Ok(None);
    }
    let authored = document::author(seen.clone(), author, |transaction| {
        put(schema, transaction, &content)
    })?;
    Ok(authored.map(|(written, _)| written))
}

/// States again what a change stated that cannot stay, marked with that change.
pub(crate) fn rewrite(
    schema: &'static Schema,
    seen: &Document,
    stated: State,
    from: ChangeHash,
    author: &Author,
) -> Result<Option<Written>, EditError> {
    let entries = stated
        .log
        .values()
        .map(|(entry, _)| encode(entry))
        .collect::<Result<Vec<_>, _>>()?;
    let registers = stated.fields.into_iter().chain(stated.unknown);
    let fields = registers
        .filter_map(|(path, register)| Some((path, register.values.into_iter().next()?.value)));
    let content = Content {
        fields: fields.collect(),
        entries,
    };
    let authored = document::author(seen.clone(), author, |transaction| {
        put(schema, transaction, &content)?;
        transaction.put(ROOT, format!("{}{from}", schema::RECOVERED), true)
    })?;
    Ok(authored.map(|(written, _)| written))
}

fn content(schema: &Schema, state: &State, edit: &Edit) -> Result<Content, EditError> {
    let fields = match edit {
        Edit::Patch(patch) => {
            differing(schema, patch::writes(schema, patch, &state.fields)?, state)
        }
        Edit::Choose { field, change } => {
            let register = undecided(state, field)?;
            let chosen = register.values.iter().find(|stated| stated.is_by(*change));
            let chosen = chosen.ok_or_else(|| wrong(field, "has no value by that change"))?;
            choice(field, chosen.value.clone(), register)
        }
        Edit::ChooseOther { field, value } => {
            let register = undecided(state, field)?;
            choice(field, patch::single(schema, field, value)?, register)
        }
        Edit::Review(entry) => {
            return Ok(Content {
                fields: Writes::new(),
                entries: vec![encode(entry)?],
            });
        }
        Edit::CorrectClock {
            occurred_at,
            clock_source,
        } => {
            let patch = serde_json::json!({
                "occurred_at": occurred_at.to_rfc3339(),
                "clock_source": clock_source,
            });
            differing(schema, patch::writes(schema, &patch, &state.fields)?, state)
        }
    };
    Ok(Content {
        fields,
        entries: Vec::new(),
    })
}

/// Adds the true time to a time that lies in the future by it (E09). Whoever reads the record then judges as the
/// author's device did, whatever the reader's own clock says and however late it is read.
pub(super) fn note_future(schema: &Schema, fields: &mut Writes, author: &Author) {
    if let Some((judged, checked)) = schema.checked
        && let Some(FieldValue::Time(time)) = fields.get(judged)
        && let Some(now) = author.clock.before(time.to_utc())
    {
        fields.insert(checked.to_owned(), FieldValue::Time(now.fixed_offset()));
    }
}

/// Keeps only what differs from what was seen, so that nobody's value is replaced by a form that held it.
fn differing(schema: &Schema, mut writes: Writes, state: &State) -> Writes {
    writes.retain(|path, value| match state.fields.get(path) {
        None => !is_none(schema, path, value),
        Some(register) => register
            .values
            .first()
            .is_none_or(|shown| shown.value != *value),
    });
    writes
}

fn undecided<'a>(state: &'a State, field: &str) -> Result<&'a Register, EditError> {
    state
        .fields
        .get(field)
        .ok_or_else(|| wrong(field, "has no values to choose from"))
}

/// A choice is written even if it equals the value shown: it supersedes the others.
fn choice(field: &str, chosen: FieldValue, register: &Register) -> Writes {
    let decided = register.values.len() == 1
        && register
            .values
            .first()
            .is_some_and(|only| only.value == chosen);
    if decided {
        Writes::new()
    } else {
        Writes::from([(field.to_owned(), chosen)])
    }
}

fn encode(entry: &super::ReviewEntry) -> Result<(String, String), EditError> {
    if !schema::is_code(&entry.event) {
        return Err(wrong("review_log", "event must be a code of review_event"));
    }
    let text = serde_json::to_string(&StoredEntry::of(entry))
        .map_err(|_| wrong("review_log", "cannot be written"))?;
    Ok((entry.entry_id.to_string(), text))
}

fn put(
    schema: &Schema,
    transaction: &mut Transaction<'_>,
    content: &Content,
) -> Result<(), AutomergeError> {
    for (path, stated) in &content.fields {
        put_field(schema, transaction, path, stated)?;
    }
    for (key, text) in &content.entries {
        let log = child(transaction, schema::REVIEW_LOG)?;
        transaction.put(&log, key.as_str(), text.as_str())?;
    }
    Ok(())
}

fn put_field(
    schema: &Schema,
    transaction: &mut Transaction<'_>,
    path: &str,
    stated: &FieldValue,
) -> Result<(), AutomergeError> {
    if let (true, FieldValue::Text(text)) = (schema.is_text(path), stated) {
        let object = child(transaction, path)?;
        return transaction.update_text(&object, text);
    }
    let scalar: ScalarValue = value::to_scalar(stated);
    match path.split_once('/') {
        None => put_cell(transaction, &ROOT, path, scalar),
        Some((name, key)) => {
            let container = child(transaction, name)?;
            put_cell(transaction, &container, key, scalar)
        }
    }
}

/// Writes a value that supersedes all that were seen.
///
/// Where there are several and the new one equals the winner, Automerge would only delete the others: if
/// somebody else chose another of them at the same time, this choice would be gone without a trace. So
/// they are deleted first, and the value is a statement of its own.
fn put_cell(
    transaction: &mut Transaction<'_>,
    object: &ObjId,
    key: &str,
    scalar: ScalarValue,
) -> Result<(), AutomergeError> {
    if transaction.get_all(object, key)?.len() > 1 {
        transaction.delete(object, key)?;
    }
    transaction.put(object, key, scalar)
}

fn child(transaction: &Transaction<'_>, name: &str) -> Result<ObjId, AutomergeError> {
    match transaction.get(ROOT, name)? {
        Some((Value::Object(_), id)) => Ok(id),
        _ => Err(AutomergeError::NotAnObject),
    }
}

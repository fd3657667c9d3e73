//! Editing: what is written into a change, and nothing else.

use automerge::transaction::{Transactable, Transaction};
use automerge::{AutomergeError, ObjId, ROOT, ReadDoc, ScalarValue, Value};

use super::log::StoredEntry;
use super::patch::{self, Writes, wrong};
use super::schema::{self, Schema};
use super::state::{State, is_none};
use super::{Edit, EditError, FieldValue, Register, judge, value};
use crate::authoring::{Author, Written};
use crate::clock::TYPED;
use crate::document::{self, Document, DocumentError, guarded};
use crate::id::ChangeHash;

/// When it happened.
const OCCURRED_AT: &str = "occurred_at";
/// Where that time came from.
const CLOCK_SOURCE: &str = "clock_source";

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
    let mut content = content(schema, &state, edit, author)?;
    match edit {
        Edit::Patch(_) | Edit::ChooseOther { .. } => {
            judge::stated(schema, &state.fields, &mut content.fields, author);
        }
        Edit::Choose { .. } | Edit::CorrectClock { .. } => {
            judge::note_future(schema, &mut content.fields, author);
        }
        Edit::JudgeTyped { .. } | Edit::Review(_) => {}
    }
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

/// Authors that the text is to read so; `None` if it does.
pub(crate) fn retext(
    schema: &'static Schema,
    seen: &Document,
    text: &FieldValue,
    author: &Author,
) -> Result<Option<Written>, DocumentError> {
    let authored = document::author(seen.clone(), author, |transaction| {
        put_field(schema, transaction, schema.text.0, text)
    })?;
    Ok(authored.map(|(written, _)| written))
}

fn content(
    schema: &Schema,
    state: &State,
    edit: &Edit,
    author: &Author,
) -> Result<Content, EditError> {
    let fields = match edit {
        Edit::Patch(patch) => {
            differing(schema, patch::writes(schema, patch, &state.fields)?, state)
        }
        Edit::Choose { field, change } => chosen(schema, state, (field, *change), author)?,
        Edit::ChooseOther { field, value } => other(schema, state, (field, value))?,
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
                OCCURRED_AT: occurred_at.to_rfc3339(),
                CLOCK_SOURCE: clock_source,
            });
            differing(schema, patch::writes(schema, &patch, &state.fields)?, state)
        }
        Edit::JudgeTyped { stated_at } => judge::found(schema, &state.fields, *stated_at),
    };
    Ok(Content {
        fields,
        entries: Vec::new(),
    })
}

/// Returns one of several values, by the change that stated it; with a time where it came from.
fn chosen(
    schema: &Schema,
    state: &State,
    (field, change): (&str, ChangeHash),
    author: &Author,
) -> Result<Writes, EditError> {
    let register = undecided(state, field)?;
    let chosen = register.values.iter().find(|stated| stated.is_by(change));
    let chosen = chosen.ok_or_else(|| wrong(field, "has no value by that change"))?;
    let mut fields = choice(field, chosen.value.clone(), register);
    if !fields.is_empty() {
        let which = (field, chosen);
        let source = judge::source_of_chosen(schema, &state.fields, which, author.clock);
        fields.extend(source);
    }
    Ok(fields)
}

/// Returns another value in place of several.
fn other(
    schema: &Schema,
    state: &State,
    (field, value): (&str, &serde_json::Value),
) -> Result<Writes, EditError> {
    let register = undecided(state, field)?;
    let mut fields = choice(field, patch::single(schema, field, value)?, register);
    // A time that a person states is a typed one, whatever clocks gave the others.
    if let Some(source) = state
        .fields
        .get(CLOCK_SOURCE)
        .filter(|_| field == OCCURRED_AT)
    {
        let typed = FieldValue::Text(TYPED.to_owned());
        fields.extend(choice(CLOCK_SOURCE, typed, source));
    }
    Ok(fields)
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
pub(super) fn choice(field: &str, chosen: FieldValue, register: &Register) -> Writes {
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
/// somebody else chose another of them at the same time, this choice would be gone without a trace. Where there is
/// one that equals the new one, it would write nothing, and what the change says of it would stand beside nothing. So
/// they are deleted first, and the value is a statement of its own.
fn put_cell(
    transaction: &mut Transaction<'_>,
    object: &ObjId,
    key: &str,
    scalar: ScalarValue,
) -> Result<(), AutomergeError> {
    let is_statement_of_its_own = match transaction.get_all(object, key)?.as_slice() {
        [(Value::Scalar(standing), _)] => **standing != scalar,
        [] | [_] => true,
        _ => false,
    };
    if !is_statement_of_its_own {
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

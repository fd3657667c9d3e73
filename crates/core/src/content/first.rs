//! The first change of a document: its header, all fixed containers and what is stated, in one stroke.
//!
//! Somebody waits for it in the rain, so that it costs what it must: Automerge takes the whole tree at once
//! instead of field by field, and what the new document says is known without reading it.

use std::collections::BTreeMap;

use automerge::hydrate::{Map, MapValue, Text, Value as Tree};
use automerge::transaction::Transactable;
use automerge::{ScalarValue, TextEncoding};

use super::patch::{self, Writes};
use super::schema::{self, Schema};
use super::state::{State, is_none};
use super::{EditError, FieldPath, FieldValue, Register, Stated, judge, value};
use crate::authoring::{Author, Written};
use crate::document::{self, DocumentError};
use crate::id::ChangeHash;

/// What the first change consists of, and what reads of it.
pub(crate) struct First {
    pub(crate) written: Written,
    /// What [`State::of`] finds in the document of this change alone.
    pub(crate) state: State,
}

/// Makes the first change of a document. No later change makes a fixed container.
pub(crate) fn create_from(
    schema: &'static Schema,
    header: impl IntoIterator<Item = (&'static str, ScalarValue)>,
    stated: &serde_json::Value,
    author: &Author,
) -> Result<First, EditError> {
    let mut fields = stated_fields(schema, stated)?;
    judge::stated(schema, &BTreeMap::new(), &mut fields, author);
    let tree = tree(schema, header, &fields);
    let authored = document::author(document::blank(), author, |transaction| {
        transaction.init_root_from_hydrate(&tree)
    })?;
    let (written, _) = authored.ok_or(EditError::Document(DocumentError::Refused(
        "nothing was written".to_owned(),
    )))?;
    let state = State::of_first(schema, &fields, written.meta.hash);
    Ok(First { written, state })
}

/// Reads what a capture states: what says that there is none is stated by nobody.
fn stated_fields(schema: &Schema, stated: &serde_json::Value) -> Result<Writes, EditError> {
    let mut fields = patch::writes(schema, stated, &BTreeMap::new())?;
    fields.retain(|path, value| !is_none(schema, path, value));
    Ok(fields)
}

/// Returns what a document that begins with a capture says of it, field by field.
pub(crate) fn stated_by(
    schema: &'static Schema,
    stated: &serde_json::Value,
) -> Result<Vec<(FieldPath, FieldValue)>, EditError> {
    let fields = stated_fields(schema, stated)?;
    let held = |(path, value): (FieldPath, FieldValue)| {
        let value = as_held(schema, &path, &value);
        (path, value)
    };
    Ok(fields.into_iter().map(held).collect())
}

/// Returns a value as the document holds it, and not as it was typed: a reader sees no more.
fn as_held(schema: &Schema, path: &str, stated: &FieldValue) -> FieldValue {
    match schema.spec(path) {
        Some(spec) => value::from_scalar(spec.kind, &value::to_scalar(stated)),
        None => stated.clone(),
    }
}

/// Returns all that the document holds, containers without cells included.
fn tree(
    schema: &Schema,
    header: impl IntoIterator<Item = (&'static str, ScalarValue)>,
    fields: &Writes,
) -> Map {
    let mut root = Map::default();
    for (key, scalar) in header {
        put(&mut root, key, Tree::Scalar(scalar));
    }
    let containers = schema
        .containers
        .iter()
        .map(|container| container.spec.name);
    for name in containers.chain([schema::REVIEW_LOG]) {
        put(&mut root, name, Tree::map());
    }
    put(&mut root, schema.text.0, text(""));
    for (path, stated) in fields {
        match (path.split_once('/'), stated) {
            (None, FieldValue::Text(words)) if schema.is_text(path) => {
                put(&mut root, path, text(words));
            }
            (None, _) => put(&mut root, path, Tree::Scalar(value::to_scalar(stated))),
            (Some((name, key)), _) => {
                if let Some(Tree::Map(container)) = root.get_mut(name) {
                    put(container, key, Tree::Scalar(value::to_scalar(stated)));
                }
            }
        }
    }
    root
}

fn put(map: &mut Map, key: &str, value: Tree) {
    let conflict = false;
    map.insert(key.to_owned(), MapValue { value, conflict });
}

fn text(words: &str) -> Tree {
    Tree::Text(Text::new(TextEncoding::platform_default(), words))
}

impl State {
    /// Returns what stands in a document whose only change states these fields.
    fn of_first(schema: &Schema, fields: &Writes, change: ChangeHash) -> Self {
        let mut state = Self::default();
        let register = |value| Register {
            values: vec![Stated {
                value,
                change,
                also: Vec::new(),
            }],
        };
        let words = FieldValue::Text(String::new());
        state
            .fields
            .insert(schema.text.0.to_owned(), register(words));
        for (path, stated) in fields {
            let held = as_held(schema, path, stated);
            state.fields.insert(path.clone(), register(held));
        }
        state
    }
}

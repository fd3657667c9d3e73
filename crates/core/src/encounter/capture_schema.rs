//! The JSON Schema of a capture: its shape, and what the layout knows beyond it: codes, lengths, limits.
//!
//! Whoever writes captures by a program has only this page; what it allows is taken, what it forbids is refused.

use schemars::Schema;
use serde_json::{Map, Value, json};

use super::layout::ENCOUNTER;
use crate::capture::Capture;
use crate::code;
use crate::content::schema::{COUNT_MAX, Container, Keys, Kind};

/// Codes of a list that are shown; a list of places has hundreds.
const EXAMPLES_MAX: usize = 100;
const CODE: &str = "^[A-Za-z0-9_.-]{1,40}$";

pub(super) fn capture_schema() -> Schema {
    let mut schema = schemars::schema_for!(Capture);
    if let Some(Value::Object(fields)) = schema.pointer_mut("/properties") {
        for (name, field) in fields.iter_mut() {
            if let Value::Object(field) = field {
                describe(name, field);
            }
        }
    }
    schema
}

fn describe(name: &str, field: &mut Map<String, Value>) {
    let (text, length) = ENCOUNTER.text;
    if name == text {
        field.insert("maxLength".to_owned(), json!(length));
    } else if let Some(spec) = ENCOUNTER.scalar(name) {
        field.extend(limits(spec.kind));
    } else if let Some(container) = ENCOUNTER.container(name) {
        describe_container(container, field);
    }
}

/// Maps are limited by their keys and their values; the set of languages is a list of its keys.
fn describe_container(container: &Container, field: &mut Map<String, Value>) {
    let key = keys(container.keys);
    if let Some(Value::Object(items)) = field.get_mut("items") {
        items.extend(key);
        return;
    }
    field.insert("propertyNames".to_owned(), Value::Object(key));
    let Some(Value::Object(inner)) = field.get_mut("additionalProperties") else {
        return;
    };
    if container.keys == Keys::Cells {
        let cells = json!({ "pattern": r"^[A-Z0-9]{1,4}\+[A-Z0-9]{1,2}$",
            "examples": ["AA+M", "AA+F", "AC+M", "AC+F", "AU+U"] });
        inner.insert("propertyNames".to_owned(), cells);
        if let Some(Value::Object(count)) = inner.get_mut("additionalProperties") {
            count.extend(limits(container.spec.kind));
        }
    } else {
        inner.extend(limits(container.spec.kind));
    }
}

fn keys(keys: Keys) -> Map<String, Value> {
    match keys {
        Keys::Cells => {
            object(json!({ "pattern": "^[A-Z]{3}$", "examples": ["VEN", "HTI", "XXX"] }))
        }
        Keys::Codes(list) => codes(list),
        Keys::Rules => object(json!({ "pattern": CODE })),
        Keys::Ids => object(json!({ "format": "uuid" })),
    }
}

fn limits(kind: Kind) -> Map<String, Value> {
    match kind {
        Kind::Code(list) => codes(list),
        Kind::Words(max) => object(json!({ "maxLength": max })),
        Kind::Count(max) | Kind::Correction(max) => object(json!({ "maximum": max })),
        Kind::Decimal(max) => object(json!({ "minimum": 0, "maximum": max })),
        Kind::Reach => object(
            json!({ "description": format!("\"all\", or a part of the group, at most {COUNT_MAX}") }),
        ),
        Kind::Flag | Kind::Time | Kind::Position | Kind::Id => Map::new(),
    }
}

/// Any code of that form is taken, so that an older build takes what a newer one knows; the known ones are examples.
fn codes(list: &str) -> Map<String, Value> {
    let (protected, open): (Vec<_>, Vec<_>) = code::list(list)
        .iter()
        .partition(|item| item.is_protected());
    let named = |items: Vec<&code::CodeItem>| -> Vec<Value> {
        let codes = items.iter().map(|item| json!(item.code));
        codes.take(EXAMPLES_MAX).collect()
    };
    let mut limits = object(json!({ "pattern": CODE }));
    if !open.is_empty() {
        limits.insert("examples".to_owned(), Value::Array(named(open)));
    }
    if !protected.is_empty() {
        // E19: these belong to the protected record.
        limits.insert("not".to_owned(), json!({ "enum": named(protected) }));
    }
    limits
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

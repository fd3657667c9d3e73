//! One value of a field.

use bitacora_core::capture::Reach;
use bitacora_core::encounter::FieldValue;
use serde_json::{Value, json};

/// Returns a value as a capture states it.
pub(crate) fn value_json(value: &FieldValue) -> Value {
    match value {
        FieldValue::Absent => Value::Null,
        FieldValue::Text(text) | FieldValue::Unknown(text) => json!(text),
        FieldValue::Int(number) => json!(number),
        FieldValue::Decimal(number) => json!(number),
        FieldValue::Bool(yes) => json!(yes),
        FieldValue::Time(time) => json!(time.to_rfc3339()),
        FieldValue::Position(Some(position)) => json!(position),
        FieldValue::Position(None) => json!("no_fix"),
        FieldValue::Reach(reach) => json!(reach),
    }
}

/// Returns a value as it is shown and typed on a command line.
pub(crate) fn value_text(value: &FieldValue) -> String {
    match value {
        FieldValue::Absent => "nothing".to_owned(),
        FieldValue::Position(Some(position)) => format!("{:.5},{:.5}", position.lat, position.lon),
        FieldValue::Reach(Reach::Part(people)) => people.to_string(),
        other => match value_json(other) {
            Value::String(text) => text,
            other => other.to_string(),
        },
    }
}

//! A field's value in its three forms: in memory, in the document, in a capture's JSON.

use automerge::ScalarValue;
use chrono::DateTime;
use serde_json::Value;

use super::FieldValue;
use super::schema::{COUNT_MAX, Kind, is_code};
use crate::capture::{self, Position, Reach};

const NO_FIX: &str = "no_fix";
const ALL: &str = "all";
const POSITION_PARTS: [&str; 8] = [
    "lat",
    "lon",
    "accuracy_m",
    "altitude_m",
    "altitude_accuracy_m",
    "source",
    "fix_age_s",
    "hdop",
];

/// Reads a value as a capture states it; the error says what is expected.
pub(super) fn from_json(kind: Kind, value: &Value) -> Result<FieldValue, String> {
    match kind {
        Kind::Code(_) => code(value),
        Kind::Words(max) => words(value, max),
        Kind::Count(max) | Kind::Correction(max) => {
            count(value, max).map(|count| FieldValue::Int(i64::from(count)))
        }
        Kind::Decimal(max) => decimal(value, 0.0, max).map(FieldValue::Decimal),
        Kind::Flag => value
            .as_bool()
            .map(FieldValue::Bool)
            .ok_or_else(|| "must be true or false".to_owned()),
        Kind::Time => time(value),
        Kind::Position => position(value),
        Kind::Id => id(value),
        Kind::Reach => reach(value),
    }
}

fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| "must be text".to_owned())
}

fn code(value: &Value) -> Result<FieldValue, String> {
    let code = text(value)?;
    if is_code(code) {
        Ok(FieldValue::Text(code.to_owned()))
    } else {
        Err("must be a code: 1 to 40 letters, digits, hyphens or underscores".to_owned())
    }
}

fn words(value: &Value, max: usize) -> Result<FieldValue, String> {
    let words = text(value)?;
    if words.chars().count() > max {
        return Err(format!("must have at most {max} characters"));
    }
    if words.chars().any(|c| c.is_control() && c != '\n') {
        return Err("must not contain control characters".to_owned());
    }
    Ok(FieldValue::Text(words.to_owned()))
}

fn count(value: &Value, max: u32) -> Result<u32, String> {
    let number = value
        .as_u64()
        .and_then(|number| u32::try_from(number).ok())
        .filter(|number| *number <= max);
    number.ok_or_else(|| format!("must be a whole number from 0 to {max}"))
}

fn decimal(value: &Value, min: f64, max: f64) -> Result<f64, String> {
    let number = value
        .as_f64()
        .filter(|number| number.is_finite() && (min..=max).contains(number));
    number.ok_or_else(|| format!("must be a number from {min} to {max}"))
}

fn time(value: &Value) -> Result<FieldValue, String> {
    let time = DateTime::parse_from_rfc3339(text(value)?);
    time.map(FieldValue::Time)
        .map_err(|_| capture::time::EXPECTED.to_owned())
}

fn id(value: &Value) -> Result<FieldValue, String> {
    let id = text(value)?.parse::<uuid::Uuid>();
    id.map(|id| FieldValue::Text(id.hyphenated().to_string()))
        .map_err(|_| "must be a UUID".to_owned())
}

fn reach(value: &Value) -> Result<FieldValue, String> {
    if value.as_str() == Some(ALL) {
        return Ok(FieldValue::Reach(Reach::All));
    }
    let max = COUNT_MAX;
    let part = count(value, max)
        .map_err(|_| format!("must be \"all\" or a whole number from 0 to {max}"))?;
    Ok(FieldValue::Reach(Reach::Part(part)))
}

fn position(value: &Value) -> Result<FieldValue, String> {
    if value.as_str() == Some(NO_FIX) {
        return Ok(FieldValue::Position(None));
    }
    let fields = value
        .as_object()
        .ok_or("must be \"no_fix\" or an object with lat, lon and source")?;
    if let Some(foreign) = fields
        .keys()
        .find(|name| !POSITION_PARTS.contains(&name.as_str()))
    {
        return Err(format!("{foreign} is not a part of a position"));
    }
    let optional = |name: &str, min, max| match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => decimal(value, min, max)
            .map(Some)
            .map_err(|reason| format!("{name} {reason}")),
    };
    let needed = |name: &str, max: f64| {
        let value = fields
            .get(name)
            .ok_or_else(|| format!("{name} is missing"))?;
        decimal(value, -max, max).map_err(|reason| format!("{name} {reason}"))
    };
    let source = fields
        .get("source")
        .and_then(Value::as_str)
        .filter(|source| is_code(source));
    let fix_age_s = match fields.get("fix_age_s") {
        None | Some(Value::Null) => None,
        Some(value) => {
            Some(count(value, 10_000_000).map_err(|reason| format!("fix_age_s {reason}"))?)
        }
    };
    Ok(FieldValue::Position(Some(Position {
        lat: needed("lat", 90.0)?,
        lon: needed("lon", 180.0)?,
        accuracy_m: optional("accuracy_m", 0.0, 1_000_000.0)?,
        altitude_m: optional("altitude_m", -1_000.0, 10_000.0)?,
        altitude_accuracy_m: optional("altitude_accuracy_m", 0.0, 1_000_000.0)?,
        source: source
            .ok_or("source is missing or is not a code of location_source")?
            .to_owned(),
        fix_age_s,
        hdop: optional("hdop", 0.0, 1_000.0)?,
    })))
}

/// Returns the value as a capture states it.
pub(super) fn to_json(value: &FieldValue) -> Value {
    match value {
        FieldValue::Absent => Value::Null,
        FieldValue::Text(text) | FieldValue::Unknown(text) => Value::from(text.as_str()),
        FieldValue::Int(number) => Value::from(*number),
        FieldValue::Decimal(number) => Value::from(*number),
        FieldValue::Bool(flag) => Value::from(*flag),
        FieldValue::Time(time) => Value::from(time.to_rfc3339()),
        FieldValue::Position(None) => Value::from(NO_FIX),
        FieldValue::Position(Some(position)) => {
            serde_json::to_value(position).unwrap_or(Value::Null)
        }
        FieldValue::Reach(Reach::All) => Value::from(ALL),
        FieldValue::Reach(Reach::Part(people)) => Value::from(*people),
    }
}

/// Returns the value as the document holds it.
pub(super) fn to_scalar(value: &FieldValue) -> ScalarValue {
    match value {
        FieldValue::Absent => ScalarValue::Null,
        FieldValue::Text(text) | FieldValue::Unknown(text) => ScalarValue::from(text.as_str()),
        FieldValue::Int(number) => ScalarValue::Int(*number),
        FieldValue::Decimal(number) => ScalarValue::F64(*number),
        FieldValue::Bool(flag) => ScalarValue::Boolean(*flag),
        FieldValue::Time(time) => ScalarValue::from(time.to_rfc3339()),
        FieldValue::Position(None) => ScalarValue::from(NO_FIX),
        // One scalar, so that half of one fix is never combined with half of another.
        FieldValue::Position(Some(position)) => {
            ScalarValue::from(serde_json::to_string(position).unwrap_or_else(|_| NO_FIX.to_owned()))
        }
        FieldValue::Reach(Reach::All) => ScalarValue::from(ALL),
        FieldValue::Reach(Reach::Part(people)) => ScalarValue::Int(i64::from(*people)),
    }
}

/// Reads a value from the document; what does not fit the field is kept as it is.
pub(super) fn from_scalar(kind: Kind, scalar: &ScalarValue) -> FieldValue {
    if matches!(scalar, ScalarValue::Null) {
        return FieldValue::Absent;
    }
    let json = match (kind, scalar) {
        (Kind::Position, ScalarValue::Str(text)) if text != NO_FIX => stored_fix(text),
        (_, ScalarValue::Str(text)) => Some(Value::from(text.as_str())),
        (_, ScalarValue::Int(number)) => Some(Value::from(*number)),
        (_, ScalarValue::Uint(number)) => Some(Value::from(*number)),
        (_, ScalarValue::F64(number)) => Some(Value::from(*number)),
        (_, ScalarValue::Boolean(flag)) => Some(Value::from(*flag)),
        _ => None,
    };
    json.and_then(|json| from_json(kind, &json).ok())
        .unwrap_or_else(|| unknown(scalar))
}

/// Reads a stored fix; parts that a newer build added stay in the document and are not shown.
fn stored_fix(text: &str) -> Option<Value> {
    let mut json: Value = serde_json::from_str(text).ok()?;
    json.as_object_mut()?
        .retain(|name, _| POSITION_PARTS.contains(&name.as_str()));
    Some(json)
}

/// Keeps a value that this build cannot read, as text to show.
pub(super) fn unknown(scalar: &ScalarValue) -> FieldValue {
    FieldValue::Unknown(match scalar {
        ScalarValue::Str(text) => text.to_string(),
        ScalarValue::Bytes(bytes) => format!("{} bytes", bytes.len()),
        other => other.to_string(),
    })
}

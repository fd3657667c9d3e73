//! A capture from JSON, with an error that names the field.

use bitacora_core::capture::Capture;
use serde_json::error::Category;
use serde_json::{Map, Value};

use super::unique::Unique;

/// Reads a capture; the error says which field is wrong and why.
pub(crate) fn capture_of(text: &str) -> Result<Capture, String> {
    let Unique(value) =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
            match error.classify() {
                Category::Data => error.to_string(),
                _ => format!("not JSON: {error}"),
            }
        })?;
    capture_of_value(value)
}

/// Reads a capture from a JSON value.
pub(super) fn capture_of_value(value: Value) -> Result<Capture, String> {
    let Value::Object(fields) = value else {
        return Err("a capture is a JSON object such as {\"composition\": …}".to_owned());
    };
    serde_json::from_value(Value::Object(fields.clone())).map_err(|error| {
        let (path, reason) =
            blame(&fields, &mut Vec::new()).unwrap_or((String::new(), without_place(&error)));
        if path.is_empty() {
            reason
        } else {
            format!("{path}: {reason}")
        }
    })
}

/// Finds the innermost field that is wrong by itself: the parser names a place in the text, people look for a field.
fn blame(fields: &Map<String, Value>, above: &mut Vec<String>) -> Option<(String, String)> {
    for (name, value) in fields {
        above.push(name.clone());
        if let Err(error) = serde_json::from_value::<Capture>(alone(above, value)) {
            let inner = value.as_object().and_then(|inner| blame(inner, above));
            return Some(inner.unwrap_or_else(|| (above.join("/"), without_place(&error))));
        }
        above.pop();
    }
    None
}

/// Returns a capture that holds nothing but this value at this path.
fn alone(path: &[String], value: &Value) -> Value {
    path.iter().rev().fold(value.clone(), |inner, name| {
        Value::Object(Map::from_iter([(name.clone(), inner)]))
    })
}

fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(place) => text.get(..place).unwrap_or(&text).to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::capture_of;

    fn reason(text: &str) -> String {
        capture_of(text).err().unwrap_or_default()
    }

    #[test]
    fn the_error_names_the_field() {
        for (text, field) in [
            (
                r#"{"composition":{"VEN":{"AA+M":-1}}}"#,
                "composition/VEN/AA+M: ",
            ),
            (
                r#"{"composition":{"VEN":{"AA+M":"three"}}}"#,
                "composition/VEN/AA+M: ",
            ),
            (r#"{"setting":7}"#, "setting: "),
            (
                r#"{"assistance":{"water":"some"}}"#,
                "assistance/water: expected \"all\"",
            ),
            (
                r#"{"position":{"lat":"x","lon":1,"source":"gnss"}}"#,
                "position",
            ),
            (r#"{"occurred_at":"yesterday"}"#, "occurred_at: "),
            (r#"{"colour":"red"}"#, "colour: unknown field `colour`"),
        ] {
            assert!(
                reason(text).starts_with(field),
                "{text}: `{}` should start with `{field}`",
                reason(text)
            );
        }
    }

    #[test]
    fn a_key_that_is_stated_twice_is_refused() {
        for text in [
            r#"{"composition":{"VEN":{"AA+M":3}},"composition":{"HTI":{"AA+M":4}}}"#,
            r#"{"composition":{"VEN":{"AA+M":3,"AA+M":4}}}"#,
        ] {
            assert!(
                reason(text).contains("is stated twice"),
                "nobody's people are lost: {}",
                reason(text)
            );
        }
    }

    #[test]
    fn what_is_no_capture_says_so() {
        assert!(
            reason("[1]").contains("JSON object"),
            "an array is not a capture"
        );
        assert!(
            reason("{").starts_with("not JSON: "),
            "half a line is not JSON"
        );
        assert!(
            capture_of("\u{feff}{}").is_ok(),
            "a byte-order mark is no error"
        );
    }
}

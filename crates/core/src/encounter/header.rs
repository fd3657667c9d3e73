//! What is set once: written with the creating change, never again.

use automerge::{Automerge, ReadDoc, ROOT, ScalarValue, Value};
use chrono::{DateTime, Utc};

use super::{Header, layout};
use crate::document::{DocumentError, refused};

/// Returns the scalars of the header under their keys.
pub(super) fn scalars(header: &Header) -> [(&'static str, ScalarValue); 8] {
    let text = |text: &str| ScalarValue::from(text);
    [
        ("encounter_id", text(&header.encounter_id.to_string())),
        ("short_code", text(&header.short_code)),
        ("schema_version", ScalarValue::Int(layout::SCHEMA_VERSION)),
        ("post_id", text(header.post_id.as_str())),
        ("author_id", text(&header.author_id.to_string())),
        ("device_id", text(&header.device_id.to_string())),
        ("created_at", text(&header.created_at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))),
        ("tz", text(&header.tz)),
    ]
}

/// Reads the header; a document whose header was changed later is refused.
pub(super) fn read(automerge: &Automerge) -> Result<Header, DocumentError> {
    let bad = DocumentError::Schema("the header is missing, not readable or was written twice");
    let field = |key: &str| text(automerge, key)?.ok_or(bad.clone());
    Ok(Header {
        encounter_id: field("encounter_id")?.parse().map_err(|_| bad.clone())?,
        short_code: field("short_code")?,
        post_id: field("post_id")?.parse().map_err(|_| bad.clone())?,
        author_id: field("author_id")?.parse().map_err(|_| bad.clone())?,
        device_id: field("device_id")?.parse().map_err(|_| bad.clone())?,
        created_at: DateTime::parse_from_rfc3339(&field("created_at")?).map_err(|_| bad.clone())?.with_timezone(&Utc),
        tz: field("tz")?,
    })
}

fn text(automerge: &Automerge, key: &str) -> Result<Option<String>, DocumentError> {
    let found = automerge.get_all(ROOT, key).map_err(refused)?;
    Ok(match found.as_slice() {
        [(Value::Scalar(scalar), _)] => match scalar.as_ref() {
            ScalarValue::Str(text) => Some(text.to_string()),
            _ => None,
        },
        _ => None,
    })
}

//! What is set once: written with the creating change, never again.

use automerge::ScalarValue;

use super::{Header, layout};
use crate::content::header::{parsed, text, time};
use crate::document::{Document, DocumentError};

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
        (
            "created_at",
            text(
                &header
                    .created_at
                    .to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
            ),
        ),
        ("tz", text(&header.tz)),
    ]
}

/// Reads the header.
pub(super) fn read(document: &Document) -> Result<Header, DocumentError> {
    Ok(Header {
        encounter_id: parsed(document, "encounter_id")?,
        short_code: text(document, "short_code")?,
        post_id: parsed(document, "post_id")?,
        author_id: parsed(document, "author_id")?,
        device_id: parsed(document, "device_id")?,
        created_at: time(document, "created_at")?,
        tz: text(document, "tz")?,
    })
}

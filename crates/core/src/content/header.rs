//! What is set once: written with the creating change, never again.

use std::str::FromStr;

use automerge::{ObjId, ROOT, ReadDoc, ScalarValue, Value};
use chrono::{DateTime, Utc};

use crate::document::{Document, DocumentError, ours, refused};

const BAD: DocumentError =
    DocumentError::Schema("the header is missing, not readable or was written twice");

/// Reads a field of the header; one that was written again later is refused.
pub(crate) fn text(document: &Document, key: &str) -> Result<String, DocumentError> {
    let found = document.automerge.get_all(ROOT, key).map_err(refused)?;
    match found.as_slice() {
        [(Value::Scalar(scalar), id)] => match scalar.as_ref() {
            ScalarValue::Str(text) if stated_first(document, id) => Ok(text.to_string()),
            _ => Err(BAD),
        },
        _ => Err(BAD),
    }
}

/// Reads an id of the header.
pub(crate) fn parsed<T: FromStr>(document: &Document, key: &str) -> Result<T, DocumentError> {
    text(document, key)?.parse().map_err(|_| BAD)
}

/// Reads a time of the header.
pub(crate) fn time(document: &Document, key: &str) -> Result<DateTime<Utc>, DocumentError> {
    let time = DateTime::parse_from_rfc3339(&text(document, key)?).map_err(|_| BAD)?;
    Ok(time.with_timezone(&Utc))
}

fn stated_first(document: &Document, id: &ObjId) -> bool {
    document
        .automerge
        .hash_for_opid(id)
        .map(|change| ours(&change))
        == document.beginning()
}

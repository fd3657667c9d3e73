//! What is set once: written with the creating change, never again.

use std::str::FromStr;

use automerge::{Automerge, ROOT, ReadDoc, ScalarValue, Value};
use chrono::{DateTime, Utc};

use crate::document::{DocumentError, refused};

const BAD: DocumentError =
    DocumentError::Schema("the header is missing, not readable or was written twice");

/// Reads a field of the header; one that was written again beside the first is refused.
pub(crate) fn text(automerge: &Automerge, key: &str) -> Result<String, DocumentError> {
    let found = automerge.get_all(ROOT, key).map_err(refused)?;
    match found.as_slice() {
        [(Value::Scalar(scalar), _)] => match scalar.as_ref() {
            ScalarValue::Str(text) => Ok(text.to_string()),
            _ => Err(BAD),
        },
        _ => Err(BAD),
    }
}

/// Reads an id of the header.
pub(crate) fn parsed<T: FromStr>(automerge: &Automerge, key: &str) -> Result<T, DocumentError> {
    text(automerge, key)?.parse().map_err(|_| BAD)
}

/// Reads a time of the header.
pub(crate) fn time(automerge: &Automerge, key: &str) -> Result<DateTime<Utc>, DocumentError> {
    let time = DateTime::parse_from_rfc3339(&text(automerge, key)?).map_err(|_| BAD)?;
    Ok(time.with_timezone(&Utc))
}

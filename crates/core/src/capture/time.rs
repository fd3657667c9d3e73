//! A time as a capture states it.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Deserializer, de::Error};

/// What is expected of a time, after the name of its field.
pub(crate) const EXPECTED: &str =
    "must be a time with offset as in RFC 3339, such as 2025-03-14T07:21:40-05:00";

/// Reads a time that may be absent. What is wrong with it in a parser's words says nothing to whoever typed it.
pub(super) fn read<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<DateTime<FixedOffset>>, D::Error> {
    Option::deserialize(from).map_err(|_| D::Error::custom(EXPECTED))
}

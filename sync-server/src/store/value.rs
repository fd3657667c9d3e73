//! Values as columns hold them: times as milliseconds since 1970, ids as bytes.

use chrono::{DateTime, Utc};
use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use super::StoreError;

/// Reads a time column.
pub(crate) fn time(row: &Row<'_>, column: &str) -> rusqlite::Result<DateTime<Utc>> {
    Ok(from_ms(row.get(column)?))
}

/// Reads a time column that may be empty.
pub(crate) fn optional_time(
    row: &Row<'_>,
    column: &str,
) -> rusqlite::Result<Option<DateTime<Utc>>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(from_ms))
}

fn from_ms(ms: i64) -> DateTime<Utc> {
    // Only our own times are stored; the beginning of time is a harmless answer to damage.
    DateTime::from_timestamp_millis(ms).unwrap_or_default()
}

/// Reads a word column into a type with a closed list of words.
pub(crate) fn word<T: std::str::FromStr>(text: &str, what: &'static str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::Unreadable(what))
}

/// Reads an id column.
pub(crate) fn id<T>(
    bytes: Vec<u8>,
    what: &'static str,
    read: impl FnOnce([u8; 16]) -> T,
) -> Result<T, StoreError> {
    bytes
        .try_into()
        .map(read)
        .map_err(|_| StoreError::Unreadable(what))
}

/// A number that is never negative, in SQLite's signed column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unsigned(pub(crate) u64);

impl FromSql for Unsigned {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let number = i64::column_result(value)?;
        u64::try_from(number)
            .map(Self)
            .map_err(|_| FromSqlError::OutOfRange(number))
    }
}

impl ToSql for Unsigned {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let number = i64::try_from(self.0)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        Ok(number.into())
    }
}

/// Reads a column of 32 bytes.
pub(crate) fn hash<T>(
    bytes: Vec<u8>,
    what: &'static str,
    read: impl FnOnce([u8; 32]) -> T,
) -> Result<T, StoreError> {
    bytes
        .try_into()
        .map(read)
        .map_err(|_| StoreError::Unreadable(what))
}

//! Turning columns into ids and back; a value of the wrong shape is damage, with its name.

use bitacora_core::id::{ChangeHash, DeviceId, DocumentId, PersonId};
use chrono::{DateTime, TimeZone, Utc};
use rusqlite::types::{FromSql, Value};
use rusqlite::{Connection, Row};

use super::error::StoreError;

/// Reads a column, naming it if it is not readable.
pub(crate) fn column<T: FromSql>(row: &Row<'_>, name: &'static str) -> Result<T, StoreError> {
    row.get(name).map_err(|error| match error {
        rusqlite::Error::FromSqlConversionFailure(..) | rusqlite::Error::InvalidColumnType(..) => {
            StoreError::Value { what: name }
        }
        other => other.into(),
    })
}

/// Reads a change hash.
pub(crate) fn hash(row: &Row<'_>, name: &'static str) -> Result<ChangeHash, StoreError> {
    ChangeHash::from_slice(&column::<Vec<u8>>(row, name)?)
        .map_err(|_| StoreError::Value { what: name })
}

/// Reads a document id.
pub(crate) fn document(row: &Row<'_>, name: &'static str) -> Result<DocumentId, StoreError> {
    column::<[u8; 16]>(row, name).map(DocumentId::from_bytes)
}

/// Reads a person id.
pub(crate) fn person(row: &Row<'_>, name: &'static str) -> Result<PersonId, StoreError> {
    column::<[u8; 16]>(row, name).map(PersonId::from_bytes)
}

/// Reads a device id.
pub(crate) fn device(row: &Row<'_>, name: &'static str) -> Result<DeviceId, StoreError> {
    column::<[u8; 16]>(row, name).map(DeviceId::new)
}

/// Reads a time.
pub(crate) fn time(row: &Row<'_>, name: &'static str) -> Result<DateTime<Utc>, StoreError> {
    moment(column(row, name)?, name)
}

/// Reads a time that may be missing.
pub(crate) fn time_or_none(
    row: &Row<'_>,
    name: &'static str,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    column::<Option<i64>>(row, name)?
        .map(|millis| moment(millis, name))
        .transpose()
}

/// Reads a count; a negative one is damage.
pub(crate) fn count(row: &Row<'_>, name: &'static str) -> Result<u64, StoreError> {
    u64::try_from(column::<i64>(row, name)?).map_err(|_| StoreError::Value { what: name })
}

/// Returns a number as SQLite keeps it; what does not fit is stored as the largest.
pub(crate) fn integer(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Returns hashes one after the other.
pub(crate) fn joined(hashes: &[ChangeHash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

/// Reads hashes that were stored one after the other.
pub(crate) fn split(bytes: &[u8], what: &'static str) -> Result<Vec<ChangeHash>, StoreError> {
    bytes
        .chunks(32)
        .map(|chunk| ChangeHash::from_slice(chunk).map_err(|_| StoreError::Value { what }))
        .collect()
}

/// Writes a value as JSON for a text column.
pub(crate) fn to_json<T: serde::Serialize>(
    value: &T,
    what: &'static str,
) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Value { what })
}

/// Reads JSON of a text column.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(
    text: &str,
    what: &'static str,
) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Value { what })
}

/// Collects rows that are read one by one.
pub(crate) fn each<T>(
    statement: &mut rusqlite::Statement<'_>,
    params: impl rusqlite::Params,
    read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut rows = statement.query(params)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

/// Reads the first row, if there is one.
pub(crate) fn first<T>(
    statement: &mut rusqlite::Statement<'_>,
    params: impl rusqlite::Params,
    read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let mut rows = statement.query(params)?;
    rows.next()?.map(read).transpose()
}

/// Reads every column of the rows of a document.
pub(crate) fn raw(
    db: &Connection,
    sql: &str,
    document: DocumentId,
) -> Result<Vec<Vec<Value>>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let columns = statement.column_count();
    each(&mut statement, [document.as_bytes()], |row| {
        Ok((0..columns)
            .map(|index| row.get(index))
            .collect::<Result<_, _>>()?)
    })
}

/// Reads a time from milliseconds since 1970.
pub(crate) fn moment(millis: i64, what: &'static str) -> Result<DateTime<Utc>, StoreError> {
    Utc.timestamp_millis_opt(millis)
        .single()
        .ok_or(StoreError::Value { what })
}

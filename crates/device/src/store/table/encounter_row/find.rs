//! Rows by what a person names: the record, its code, the one before.

use bitacora_core::id::{EncounterId, PersonId};
use rusqlite::{Connection, Params, params};

use super::{BEGINNING, COLUMNS, StoredLine, line};
use crate::store::error::StoreError;
use crate::store::value;

/// Hands over the row of an encounter, also of a withdrawn one.
pub(crate) fn get<T, E: From<StoreError>>(
    db: &Connection,
    id: EncounterId,
    read: impl FnMut(&StoredLine<'_>) -> Result<T, E>,
) -> Result<Option<T>, E> {
    let sql = format!("SELECT {COLUMNS} FROM encounter_row r WHERE r.saved_order = {BEGINNING}");
    Ok(each(db, &sql, params![id.as_bytes()], read)?.pop())
}

/// Returns the last record that a person saved on this device and that still counts.
pub(crate) fn last_of(
    db: &Connection,
    person: PersonId,
) -> Result<Option<EncounterId>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT r.document FROM encounter_row r JOIN change c ON c.position = r.saved_order
         WHERE r.listed = 1 AND r.voided = 0 AND c.save IS NOT NULL AND c.person = ?1
         ORDER BY r.saved_order DESC LIMIT 1",
    )?;
    value::first(&mut statement, [person.as_bytes()], |row| {
        Ok(value::document(row, "document")?.into())
    })
}

/// Hands over the encounters with a short code; two devices may have made the same one.
pub(crate) fn by_short_code<T, E: From<StoreError>>(
    db: &Connection,
    code: &str,
    read: impl FnMut(&StoredLine<'_>) -> Result<T, E>,
) -> Result<Vec<T>, E> {
    let sql = format!(
        "SELECT {COLUMNS} FROM encounter_row r WHERE r.short_code = ?1 AND r.listed = 1 ORDER BY r.saved_order"
    );
    each(db, &sql, params![code], read)
}

fn each<T, E: From<StoreError>>(
    db: &Connection,
    sql: &str,
    params: impl Params,
    mut read: impl FnMut(&StoredLine<'_>) -> Result<T, E>,
) -> Result<Vec<T>, E> {
    let mut statement = db.prepare_cached(sql).map_err(StoreError::from)?;
    let mut rows = statement.query(params).map_err(StoreError::from)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        all.push(read(&line(row)?)?);
    }
    Ok(all)
}

/// Returns whether a listed encounter has a short code.
pub(crate) fn has_short_code(db: &Connection, code: &str) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT 1 FROM encounter_row WHERE short_code = ?1 AND listed = 1 LIMIT 1",
    )?;
    Ok(statement.exists([code])?)
}

//! The numbers of own saves, by which a lost end of the log is noticed.

use bitacora_core::id::ChangeHash;
use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::value;

/// Returns the number of the last own save, 0 if there is none. It reads back to it through what others wrote
/// since: for when the vault is opened.
pub(crate) fn last_save(db: &Connection) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT save FROM change WHERE save IS NOT NULL ORDER BY position DESC LIMIT 1",
    )?;
    Ok(value::first(&mut statement, [], |row| value::count(row, "save"))?.unwrap_or(0))
}

/// Returns the change that an own save wrote, read back to like the last one.
pub(crate) fn hash_of_save(db: &Connection, save: u64) -> Result<Option<ChangeHash>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT save, hash FROM change WHERE save <= ?1 ORDER BY position DESC LIMIT 1",
    )?;
    let found = value::first(&mut statement, [value::integer(save)], |row| {
        Ok((value::count(row, "save")?, value::hash(row, "hash")?))
    })?;
    Ok(found.and_then(|(number, hash)| (number == save).then_some(hash)))
}

/// Returns whether the numbers of own saves rise with their positions, each given once.
pub(crate) fn saves_rise(db: &Connection) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT 1 FROM (SELECT save, lag(save) OVER (ORDER BY position) AS before FROM change WHERE save IS NOT NULL)
         WHERE save <= before LIMIT 1",
    )?;
    Ok(!statement.exists([])?)
}

//! Saves that the mark knows of and the database lost.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// Saves that were confirmed on this device and are not there any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TailMissing {
    /// How many; `None` if the mark itself was unreadable.
    pub saves: Option<u64>,
    /// When it was noticed.
    pub noticed_at: DateTime<Utc>,
}

/// Notes a gap; its numbers are never used again.
pub(crate) fn insert(
    tx: &Tx<'_>,
    first: u64,
    last: u64,
    known: bool,
    noticed_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    tx.write(
        "INSERT INTO tail_gap (noticed_at, first, last, known) VALUES (?1, ?2, ?3, ?4)",
        params![
            noticed_at.timestamp_millis(),
            value::integer(first),
            value::integer(last),
            known
        ],
    )?;
    Ok(())
}

/// Returns the last number that a gap took, 0 if there is none.
pub(crate) fn last(db: &Connection) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached("SELECT coalesce(max(last), 0) AS last FROM tail_gap")?;
    Ok(value::first(&mut statement, [], |row| value::count(row, "last"))?.unwrap_or(0))
}

/// Returns all gaps as one, the newest time first noticed.
pub(crate) fn total(db: &Connection) -> Result<Option<TailMissing>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT max(noticed_at) AS noticed_at, sum(last - first + 1) AS saves, min(known) AS known FROM tail_gap HAVING count(*) > 0",
    )?;
    value::first(&mut statement, [], |row| {
        let known: bool = value::column(row, "known")?;
        let saves = value::count(row, "saves")?;
        Ok(TailMissing {
            saves: known.then_some(saves),
            noticed_at: value::time(row, "noticed_at")?,
        })
    })
}

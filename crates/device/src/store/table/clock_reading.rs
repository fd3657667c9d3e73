//! What the server's clock said at each contact.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// One comparison of the two clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClockReading {
    /// When, by this device's clock.
    pub(crate) at: DateTime<Utc>,
    /// The server's clock minus this device's, milliseconds.
    pub(crate) offset_ms: i64,
    /// The newest change at that moment.
    pub(crate) position: i64,
}

/// Adds a reading and notes which change was the newest at that moment.
pub(crate) fn insert(tx: &Tx<'_>, at: DateTime<Utc>, offset_ms: i64) -> Result<(), StoreError> {
    tx.write(
        "INSERT INTO clock_reading (at, offset_ms, position)
         VALUES (?1, ?2, (SELECT coalesce(max(position), 0) FROM change))",
        params![at.timestamp_millis(), offset_ms],
    )?;
    Ok(())
}

/// Returns the last readings, newest first.
pub(crate) fn newest(db: &Connection, count: u32) -> Result<Vec<ClockReading>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT at, offset_ms, position FROM clock_reading ORDER BY reading DESC LIMIT ?1",
    )?;
    value::each(&mut statement, [count], |row| {
        Ok(ClockReading {
            at: value::time(row, "at")?,
            offset_ms: value::column(row, "offset_ms")?,
            position: value::column(row, "position")?,
        })
    })
}

//! What the server's clock said at each contact.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};

use uuid::Uuid;

use crate::environment::Pace;
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
    /// How the clock stood to the one that nobody can set.
    pub(crate) pace: Option<Pace>,
}

/// A reading of a wrong clock, with the changes that were written since the reading before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WrongReading {
    pub(crate) reading: ClockReading,
    /// The newest change at the reading before; 0 if this is the first one.
    pub(crate) after: i64,
}

/// Adds a reading and notes which change was the newest at that moment.
pub(crate) fn insert(
    tx: &Tx<'_>,
    at: DateTime<Utc>,
    offset_ms: i64,
    pace: Option<Pace>,
) -> Result<(), StoreError> {
    // Of the readings since the newest change, the first tells what clock wrote it and the last how the
    // clock is now. A phone that asks every few seconds would keep thousands in between.
    tx.write(
        "DELETE FROM clock_reading WHERE reading = (SELECT max(reading) FROM clock_reading)
            AND (SELECT count(*) FROM clock_reading
                 WHERE position = (SELECT coalesce(max(position), 0) FROM change)) > 1",
        [],
    )?;
    tx.write(
        "INSERT INTO clock_reading (at, offset_ms, position, start, zero_ms)
         VALUES (?1, ?2, (SELECT coalesce(max(position), 0) FROM change), ?3, ?4)",
        params![
            at.timestamp_millis(),
            offset_ms,
            pace.map(|pace| *pace.start.as_bytes()),
            pace.map(|pace| pace.zero_ms)
        ],
    )?;
    Ok(())
}

/// Returns the last readings, newest first.
pub(crate) fn newest(db: &Connection, count: u32) -> Result<Vec<ClockReading>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT at, offset_ms, position, start, zero_ms FROM clock_reading ORDER BY reading DESC LIMIT ?1",
    )?;
    value::each(&mut statement, [count], read)
}

/// Returns the readings that found the clock off by more than `off_ms` after something was written, newest first:
/// however long ago, what the clock wrote before them can still be corrected.
pub(crate) fn wrong(db: &Connection, off_ms: i64) -> Result<Vec<WrongReading>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT at, offset_ms, position, start, zero_ms, after FROM (
            SELECT r.reading, r.at, r.offset_ms, r.position, r.start, r.zero_ms, coalesce((SELECT p.position FROM clock_reading p
                WHERE p.reading < r.reading ORDER BY p.reading DESC LIMIT 1), 0) AS after
            FROM clock_reading r WHERE abs(r.offset_ms) > ?1)
         WHERE position > after ORDER BY reading DESC",
    )?;
    value::each(&mut statement, [off_ms], |row| {
        Ok(WrongReading {
            reading: read(row)?,
            after: value::column(row, "after")?,
        })
    })
}

fn read(row: &Row<'_>) -> Result<ClockReading, StoreError> {
    let start: Option<[u8; 16]> = value::column(row, "start")?;
    let zero_ms: Option<i64> = value::column(row, "zero_ms")?;
    Ok(ClockReading {
        at: value::time(row, "at")?,
        offset_ms: value::column(row, "offset_ms")?,
        position: value::column(row, "position")?,
        pace: start.zip(zero_ms).map(|(start, zero_ms)| Pace {
            start: Uuid::from_bytes(start),
            zero_ms,
        }),
    })
}

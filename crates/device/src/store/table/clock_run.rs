//! Stretches of time in which this device's clock was not set: what was written in one of them is as right or wrong
//! as what was written at any other moment of it.

use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::environment::Pace;
use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// The stretches that are known, oldest first.
#[derive(Debug, Default)]
pub(crate) struct ClockRuns(Vec<(i64, Pace)>);

impl ClockRuns {
    /// Reads them.
    pub(crate) fn read(db: &Connection) -> Result<Self, StoreError> {
        let mut statement =
            db.prepare_cached("SELECT after, start, zero_ms FROM clock_run ORDER BY run")?;
        let runs = value::each(&mut statement, [], |row| {
            Ok((value::column(row, "after")?, pace(row)?))
        })?;
        Ok(Self(runs))
    }

    /// Returns how the clock stood when a change was written whose time it gave; `None` if that is not known.
    pub(crate) fn at(&self, position: i64) -> Option<Pace> {
        let begun = self.0.iter().rev().find(|(after, _)| *after < position);
        begun.map(|(_, pace)| *pace)
    }
}

/// Notes how the clock stands for what is written next. Costs a write only after the clock was set or the system
/// started again.
pub(crate) fn note(tx: &Tx<'_>, now: Pace) -> Result<(), StoreError> {
    let mut statement =
        tx.prepare_cached("SELECT start, zero_ms FROM clock_run ORDER BY run DESC LIMIT 1")?;
    if value::first(&mut statement, [], pace)?.is_some_and(|last| last.is_same(now)) {
        return Ok(());
    }
    tx.write(
        "INSERT INTO clock_run (after, start, zero_ms)
         VALUES ((SELECT coalesce(max(position), 0) FROM change), ?1, ?2)",
        params![now.start.as_bytes(), now.zero_ms],
    )?;
    Ok(())
}

/// Reads the columns `start` and `zero_ms`.
fn pace(row: &rusqlite::Row<'_>) -> Result<Pace, StoreError> {
    let start: [u8; 16] = value::column(row, "start")?;
    Ok(Pace {
        start: Uuid::from_bytes(start),
        zero_ms: value::column(row, "zero_ms")?,
    })
}

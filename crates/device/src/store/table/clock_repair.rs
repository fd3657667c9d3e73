//! Corrections of a wrong clock, act by act, so that each can be undone as a whole.

use bitacora_core::id::{DeviceId, DocumentId};
use rusqlite::{Connection, params};

use super::encounter_row;
use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// One record whose time an act corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Repaired {
    pub(crate) document: DocumentId,
    /// RFC 3339, as it was before.
    pub(crate) before_at: String,
    /// The clock source as it was before.
    pub(crate) source: String,
}

/// Adds a line to an act.
pub(crate) fn insert(tx: &Tx<'_>, act: i64, repaired: &Repaired) -> Result<(), StoreError> {
    tx.write(
        "INSERT INTO clock_repair (act, document, before_at, source) VALUES (?1, ?2, ?3, ?4)",
        params![
            act,
            repaired.document.as_bytes(),
            repaired.before_at,
            repaired.source
        ],
    )?;
    Ok(())
}

/// Returns the number for a new act.
pub(crate) fn next_act(db: &Connection) -> Result<i64, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT coalesce(max(act), 0) + 1 AS act FROM clock_repair")?;
    Ok(value::first(&mut statement, [], |row| value::column(row, "act"))?.unwrap_or(1))
}

/// Returns the newest act that was not undone, with its lines.
pub(crate) fn newest(db: &Connection) -> Result<Option<(i64, Vec<Repaired>)>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT max(act) AS act FROM clock_repair WHERE undone = 0")?;
    let Some(act) = value::first(&mut statement, [], |row| {
        value::column::<Option<i64>>(row, "act")
    })?
    .flatten() else {
        return Ok(None);
    };
    let mut statement = db.prepare_cached(
        "SELECT document, before_at, source FROM clock_repair WHERE act = ?1 ORDER BY document",
    )?;
    let lines = value::each(&mut statement, [act], |row| {
        Ok(Repaired {
            document: value::document(row, "document")?,
            before_at: value::column(row, "before_at")?,
            source: value::column(row, "source")?,
        })
    })?;
    Ok(Some((act, lines)))
}

/// Marks an act as undone.
pub(crate) fn set_undone(tx: &Tx<'_>, act: i64) -> Result<(), StoreError> {
    tx.write("UPDATE clock_repair SET undone = 1 WHERE act = ?1", [act])?;
    Ok(())
}

/// One own record that took its time from this device's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) document: DocumentId,
    pub(crate) saved_order: i64,
    /// When it was saved by this device's clock, milliseconds.
    pub(crate) saved_at: i64,
    /// What it says when it happened, milliseconds.
    pub(crate) occurred_at: i64,
}

/// Returns the records of this device with a doubtful time, newest saved first.
pub(crate) fn candidates(db: &Connection, device: DeviceId) -> Result<Vec<Candidate>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT document, saved_order, saved_at, summary FROM encounter_row
         WHERE listed = 1 AND clock_doubt = 1 ORDER BY saved_order DESC",
    )?;
    let all = value::each(&mut statement, [], |row| {
        let packed = encounter_row::packed(row, 3)?;
        let heading = packed
            .heading()
            .ok_or(StoreError::Value { what: "summary" })?;
        let candidate = Candidate {
            document: value::document(row, "document")?,
            saved_order: value::column(row, "saved_order")?,
            saved_at: value::column(row, "saved_at")?,
            occurred_at: heading.occurred_at.timestamp_millis(),
        };
        Ok((heading.device_id == device).then_some(candidate))
    })?;
    Ok(all.into_iter().flatten().collect())
}

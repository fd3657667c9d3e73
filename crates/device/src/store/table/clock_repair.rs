//! Corrections of a wrong clock, act by act, so that each can be undone as a whole.

use bitacora_core::clock::FUTURE_FROM_MINUTES;
use bitacora_core::id::DocumentId;
use rusqlite::{Connection, Row, params};

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

/// Returns the newest act that was not undone, and how many records it corrected.
pub(crate) fn standing(db: &Connection) -> Result<Option<(i64, u64)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT act, count(*) AS records FROM clock_repair WHERE undone = 0
         GROUP BY act ORDER BY act DESC LIMIT 1",
    )?;
    value::first(&mut statement, [], |row| {
        let records: i64 = value::column(row, "records")?;
        Ok((
            value::column(row, "act")?,
            u64::try_from(records).unwrap_or_default(),
        ))
    })
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

/// How far ahead of its saving a time lies at least that was typed and not given by the clock, milliseconds. A minute
/// less than what is called ahead (E09): between the typing and the saving some time may go by.
const TYPED_FROM_MS: i64 = (FUTURE_FROM_MINUTES - 1) * 60_000;

impl Candidate {
    /// Returns whether the clock may have given the time: that is never one that lies ahead of it.
    fn may_be_of_the_clock(&self) -> bool {
        self.occurred_at <= self.saved_at.saturating_add(TYPED_FROM_MS)
    }

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        let packed = encounter_row::packed(row, 3)?;
        let heading = packed
            .heading()
            .ok_or(StoreError::Value { what: "summary" })?;
        Ok(Self {
            document: value::document(row, "document")?,
            saved_order: value::column(row, "saved_order")?,
            saved_at: value::column(row, "saved_at")?,
            occurred_at: heading.occurred_at.timestamp_millis(),
        })
    }
}

/// Returns the records that were begun on this device, under whatever identity, with a doubtful time that its clock may have
/// given (1: no other); newest saved first.
pub(crate) fn candidates(db: &Connection) -> Result<Vec<Candidate>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT document, saved_order, saved_at, summary FROM encounter_row r
         WHERE listed = 1 AND clock_doubt = 1
            AND EXISTS (SELECT 1 FROM change c WHERE c.position = r.saved_order AND c.save IS NOT NULL)
         ORDER BY saved_order DESC",
    )?;
    let mut doubtful = value::each(&mut statement, [], Candidate::read)?;
    doubtful.retain(Candidate::may_be_of_the_clock);
    Ok(doubtful)
}

/// Returns the records whose doubtful time may have been typed on this device ahead of its clock, when they were begun or in
/// a later change. Which of them say so only their documents tell.
pub(crate) fn typed_ahead(db: &Connection) -> Result<Vec<DocumentId>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT document, saved_order, saved_at, summary,
            (SELECT max(c.position) FROM change c WHERE c.document = r.document AND c.save IS NOT NULL) AS last
         FROM encounter_row r WHERE listed = 1 AND clock_doubt > 0 ORDER BY saved_order",
    )?;
    let doubtful = value::each(&mut statement, [], |row| {
        let last: Option<i64> = value::column(row, "last")?;
        Ok((Candidate::read(row)?, last))
    })?;
    let may_be_typed = doubtful.into_iter().filter(|(record, last)| {
        let was_corrected = last.is_some_and(|last| last > record.saved_order);
        was_corrected || (last.is_some() && !record.may_be_of_the_clock())
    });
    Ok(may_be_typed.map(|(record, _)| record.document).collect())
}

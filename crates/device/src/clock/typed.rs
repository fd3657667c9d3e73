//! Judging what was typed ahead of a clock that nobody vouched for, at the contact that tells when it was typed.

use bitacora_core::clock::TrustedClock;
use bitacora_core::encounter::{Edit, Encounter};
use bitacora_core::id::DocumentId;
use bitacora_core::recover;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;

use super::EARLIER_CONTACTS;
use crate::device::Unlocked;
use crate::store::StoreError;
use crate::store::table::change::{self, ChangeKey, OwnStatement};
use crate::store::table::clock_reading::{self, ClockReading};
use crate::store::table::clock_repair;
use crate::store::table::clock_run::ClockRuns;

impl Unlocked {
    /// Returns the records whose time may have been typed on this device ahead of its clock.
    pub(super) fn typed_ahead(&self) -> Result<Vec<DocumentId>, StoreError> {
        clock_repair::typed_ahead(self.store.read())
    }
}

/// Returns the edit that says whether such a time lay in the future when it was typed; none if that is not known.
pub(super) fn judged(
    unlocked: &Unlocked,
    document: DocumentId,
    encounter: &Encounter,
) -> Result<Option<Edit>, StoreError> {
    let db = unlocked.store.read();
    let Some((time, change)) = encounter.typed_ahead() else {
        return Ok(None);
    };
    let Some(statement) = first_statement(db, ChangeKey { document, change })? else {
        return Ok(None);
    };
    let readings = clock_reading::newest(db, EARLIER_CONTACTS)?;
    let runs = ClockRuns::read(db)?;
    let by_its_clock = by_its_clock(&statement, &runs, &readings);
    let stated_at = by_its_clock.or_else(|| before_a_contact(&statement, &readings, time.to_utc()));
    Ok(stated_at.map(|stated_at| Edit::JudgeTyped { stated_at }))
}

/// Returns when what a change of this device states was typed: one that was written again, because what it stood on was
/// not accepted, says so by the day of the first.
pub(crate) fn first_statement(
    db: &Connection,
    key: ChangeKey,
) -> Result<Option<OwnStatement>, StoreError> {
    let own = change::own_statement(db, key)?;
    if own.is_none() {
        return Ok(None);
    }
    let held = change::all_of(db, key.document)?;
    let chunks = held.iter().map(|held| held.bytes.as_slice());
    let first = recover::first_statement(recover::Kind::Encounter, chunks, key.change)?;
    change::own_statement(
        db,
        ChangeKey {
            change: first,
            ..key
        },
    )
}

/// Returns when something was stated, in true time, if a contact has seen the clock as it stood then: right or wrong, by how
/// much is known.
fn by_its_clock(
    statement: &OwnStatement,
    runs: &ClockRuns,
    readings: &[ClockReading],
) -> Option<DateTime<Utc>> {
    let then = runs.at(statement.position)?;
    let seen = |reading: &&ClockReading| reading.pace.is_some_and(|now| then.is_same(now));
    let reading = readings.iter().find(seen)?;
    in_true_time(statement.saved_at, reading)
}

/// Returns the true time of a contact that came after the statement, if the time that was stated still lay ahead of it:
/// whenever that was, it was in the future.
fn before_a_contact(
    statement: &OwnStatement,
    readings: &[ClockReading],
    time: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    // Newest first: the earliest that came after it says most.
    let mut by_age = readings.iter().rev();
    let first = by_age.find(|reading| reading.position >= statement.position)?;
    TrustedClock::Known(in_true_time(first.at, first)?).before(time)
}

fn in_true_time(at: DateTime<Utc>, reading: &ClockReading) -> Option<DateTime<Utc>> {
    at.checked_add_signed(TimeDelta::try_milliseconds(reading.offset_ms)?)
}

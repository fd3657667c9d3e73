//! Correcting what a wrong clock wrote, in one undoable act.

use bitacora_core::clock::{ClockOffset, WRONG_FROM_MINUTES};
use bitacora_core::encounter::{Edit, Encounter, FieldValue, Stated};
use bitacora_core::id::DocumentId;
use chrono::DateTime;

use super::{UNCHECKED, gave_the_time, offset, satellite};
use crate::device::{Device, Unlocked};
use crate::error::DeviceError;
use crate::record::{Authored, author_edit, save_authored};
use crate::store::StoreError;
use crate::store::table::clock_reading::{self, ClockReading, WrongReading};
use crate::store::table::clock_repair::{self, Candidate, Repaired};
use crate::store::table::clock_run::ClockRuns;
use crate::store::table::meta;

/// From where on a clock is called wrong, milliseconds.
const WRONG_FROM_MS: i64 = WRONG_FROM_MINUTES * 60 * 1000;

/// A record whose time a wrong clock gave.
pub(crate) struct Wrong {
    /// How wrong it was.
    offset: ClockOffset,
    /// Where that is known from, as records name it.
    source: &'static str,
    document: DocumentId,
}

impl Device {
    /// Corrects the time of all records that this device's wrong clock wrote, by the offset found at the
    /// last contact. One act, one transaction; the first times stay in each record's history.
    pub fn clock_repair(&self) -> Result<u64, DeviceError> {
        let environment = self.environment();
        self.with(|unlocked| {
            let act = clock_repair::next_act(unlocked.store.read())?;
            let mut authored = Vec::new();
            for Wrong {
                offset,
                source,
                document,
            } in unlocked.repairable()?
            {
                let encounter = unlocked.encounter(document.into())?;
                let Some((edit, repaired)) = correction(&encounter, document, (offset, source))
                else {
                    continue;
                };
                let edit = author_edit(unlocked, document, &edit, &encounter.version, environment)?;
                authored.extend(edit.map(|edit| (edit.without_document(), repaired)));
            }
            if authored.is_empty() {
                return Ok(0);
            }
            unlocked.store.save(|saving| {
                for (edit, repaired) in &authored {
                    save_authored(saving, &edit.with_document(saving.tx())?, environment)?;
                    clock_repair::insert(saving.tx(), act, repaired)?;
                }
                Ok(u64::try_from(authored.len()).unwrap_or(u64::MAX))
            })
        })
    }

    /// Notes that the last correction of the clock was read and is to stand. It can still be taken back.
    pub fn clock_repair_seen(&self) -> Result<(), DeviceError> {
        self.with(|unlocked| {
            let Some((act, _)) = clock_repair::standing(unlocked.store.read())? else {
                return Ok(());
            };
            let act = act.to_string();
            unlocked
                .store
                .keep(|tx| Ok(meta::set(tx, meta::CLOCK_REPAIR_SEEN, act.as_bytes())?))
        })
    }

    /// Takes the last correction of the clock back, as a whole.
    pub fn clock_repair_undo(&self) -> Result<u64, DeviceError> {
        let environment = self.environment();
        self.with(|unlocked| {
            let Some((act, lines)) = clock_repair::newest(unlocked.store.read())? else {
                return Ok(0);
            };
            let mut authored = Vec::new();
            for line in lines {
                let occurred_at = DateTime::parse_from_rfc3339(&line.before_at)
                    .map_err(|_| StoreError::Value { what: "before_at" })?;
                let edit = Edit::CorrectClock {
                    occurred_at,
                    clock_source: line.source.clone(),
                };
                let encounter = unlocked.encounter(line.document.into())?;
                if !stands_as_repaired(&encounter) {
                    continue;
                }
                let version = &encounter.version;
                let edit = author_edit(unlocked, line.document, &edit, version, environment)?;
                authored.extend(edit.map(Authored::without_document));
            }
            unlocked.store.save(|saving| {
                for edit in &authored {
                    save_authored(saving, &edit.with_document(saving.tx())?, environment)?;
                }
                clock_repair::set_undone(saving.tx(), act)?;
                Ok(u64::try_from(authored.len()).unwrap_or(u64::MAX))
            })
        })
    }
}

impl Unlocked {
    /// Returns how many records the last correction that stands has corrected, and whether that was read.
    pub(crate) fn repair_standing(&self) -> Result<(u64, bool), StoreError> {
        let db = self.store.read();
        let Some((act, records)) = clock_repair::standing(db)? else {
            return Ok((0, false));
        };
        let seen = meta::text(db, meta::CLOCK_REPAIR_SEEN)?.and_then(|seen| seen.parse().ok());
        Ok((records, seen.is_some_and(|seen: i64| seen >= act)))
    }

    /// Returns the records whose time a contact showed to be wrong, with the offset found there.
    pub(crate) fn repairable(&self) -> Result<Vec<Wrong>, StoreError> {
        let db = self.store.read();
        let readings = clock_reading::wrong(db, WRONG_FROM_MS)?;
        if readings.is_empty() {
            return Ok(Vec::new());
        }
        let candidates = clock_repair::candidates(db)?;
        let runs = ClockRuns::read(db)?;
        let mut concerned = Vec::new();
        for WrongReading { reading, after } in &readings {
            let Some(offset) = offset(reading).filter(|offset| offset.is_wrong()) else {
                continue;
            };
            let source = satellite::source_of(db, reading)?;
            let run = same_run(&candidates, &runs, reading, *after).into_iter();
            concerned.extend(run.map(|document| Wrong {
                offset,
                source,
                document,
            }));
        }
        Ok(concerned)
    }
}

/// Returns the records that the same run of the clock wrote between two contacts. Where no steady clock tells,
/// from the newest back, as long as the clock only went forward: where it jumped back, nobody knows the offset before.
fn same_run(
    candidates: &[Candidate],
    runs: &ClockRuns,
    reading: &ClockReading,
    after: i64,
) -> Vec<DocumentId> {
    let mut later = Some(reading.at.timestamp_millis());
    let between = candidates
        .iter()
        .filter(|record| (after + 1..=reading.position).contains(&record.saved_order));
    let run = between.filter(|record| match (runs.at(record.saved_order), reading.pace) {
        (Some(then), Some(now)) if then.start == now.start => then.is_same(now),
        _ => {
            later = later
                .filter(|later| record.saved_at <= *later)
                .map(|_| record.saved_at);
            later.is_some()
        }
    });
    run.map(|record| record.document).collect()
}

/// Returns whether the time is still the one that the correction wrote: what a person has typed since stays.
fn stands_as_repaired(encounter: &Encounter) -> bool {
    let sources = encounter
        .fields
        .get("clock_source")
        .map(|field| &field.values[..]);
    let times = encounter
        .fields
        .get("occurred_at")
        .map(|field| field.values.len());
    let by_repair = |stated: &Stated| matches!(&stated.value, FieldValue::Text(source) if source == "network" || source == satellite::SOURCE);
    times == Some(1) && sources.is_some_and(|sources| sources.iter().all(by_repair))
}

/// Returns the corrected time of a record that took it from this device's clock.
fn correction(
    encounter: &Encounter,
    document: DocumentId,
    (offset, found_by): (ClockOffset, &str),
) -> Option<(Edit, Repaired)> {
    // Of two times somebody chooses first: a correction would take the place of both.
    let [stated] = encounter.fields.get("occurred_at")?.values.as_slice() else {
        return None;
    };
    let FieldValue::Time(before) = stated.value else {
        return None;
    };
    if !gave_the_time(encounter) {
        return None;
    }
    let corrected = offset.correct(document.into(), before)?;
    let edit = Edit::CorrectClock {
        occurred_at: corrected.after,
        clock_source: found_by.to_owned(),
    };
    Some((
        edit,
        Repaired {
            document,
            before_at: before.to_rfc3339(),
            source: UNCHECKED.to_owned(),
        },
    ))
}

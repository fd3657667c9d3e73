//! Clocks: is this device's believable, and correcting what a wrong one wrote, in one undoable act.

use bitacora_core::clock::ClockOffset;
use bitacora_core::encounter::{Edit, Encounter, FieldValue};
use bitacora_core::id::DocumentId;
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

use crate::device::{Device, Unlocked};
use crate::error::DeviceError;
use crate::record::{author_edit, save_authored};
use crate::store::StoreError;
use crate::store::table::clock_repair::{self, Candidate, Repaired};
use crate::store::table::contact;

/// How long a contact vouches for the clock, hours.
const TRUSTED_HOURS: i64 = 24;

/// Returns where a time of this clock comes from: `network` if the last contact vouches for it.
pub(crate) fn source(unlocked: &Unlocked, now: DateTime<Utc>) -> Result<&'static str, StoreError> {
    let Some((last, _)) = contact::last_with_time(unlocked.store.read())? else {
        return Ok("device");
    };
    let is_right = offset(last.offset_ms).is_some_and(|offset| !offset.is_wrong());
    let since = now - last.at;
    let is_recent = since >= TimeDelta::zero() && since <= TimeDelta::hours(TRUSTED_HOURS);
    Ok(if is_right && is_recent {
        "network"
    } else {
        "device"
    })
}

impl Device {
    /// Corrects the time of all records that this device's wrong clock wrote, by the offset found at the
    /// last contact. One act, one transaction; the first times stay in each record's history.
    pub fn clock_repair(&self) -> Result<u64, DeviceError> {
        let environment = self.environment();
        self.with(|unlocked| {
            let Some((offset, documents)) = unlocked.repairable()? else {
                return Ok(0);
            };
            let act = clock_repair::next_act(unlocked.store.read())?;
            let mut authored = Vec::new();
            for document in documents {
                let encounter = unlocked.encounter(document.into())?;
                let Some((edit, repaired)) = correction(&encounter, document, offset) else {
                    continue;
                };
                authored.extend(
                    author_edit(unlocked, document, &edit, &encounter.version, environment)?
                        .map(|edit| (edit, repaired)),
                );
            }
            unlocked.store.save(|saving| {
                for (edit, repaired) in &authored {
                    save_authored(saving, edit, environment)?;
                    clock_repair::insert(saving.tx(), act, repaired)?;
                }
                Ok(u64::try_from(authored.len()).unwrap_or(u64::MAX))
            })
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
                let version = unlocked.encounter(line.document.into())?.version;
                authored.extend(author_edit(
                    unlocked,
                    line.document,
                    &edit,
                    &version,
                    environment,
                )?);
            }
            unlocked.store.save(|saving| {
                for edit in &authored {
                    save_authored(saving, edit, environment)?;
                }
                clock_repair::set_undone(saving.tx(), act)?;
                Ok(u64::try_from(authored.len()).unwrap_or(u64::MAX))
            })
        })
    }
}

impl Unlocked {
    /// Returns the offset found at the last contact and the records it concerns; `None` if there are none.
    pub(crate) fn repairable(&self) -> Result<Option<(ClockOffset, Vec<DocumentId>)>, StoreError> {
        let db = self.store.read();
        let Some((last, newest)) = contact::last_with_time(db)? else {
            return Ok(None);
        };
        let Some(offset) = offset(last.offset_ms).filter(|offset| offset.is_wrong()) else {
            return Ok(None);
        };
        let candidates = clock_repair::candidates(db, self.device.as_bytes())?;
        let documents = same_run(&candidates, last.at, newest);
        Ok(if documents.is_empty() {
            None
        } else {
            Some((offset, documents))
        })
    }
}

/// Returns the records that the same run of the clock wrote before the contact: from the newest back,
/// as long as the clock only went forward. Where it jumped back, nobody knows the offset before.
fn same_run(candidates: &[Candidate], contact_at: DateTime<Utc>, newest: i64) -> Vec<DocumentId> {
    let mut later = contact_at.timestamp_millis();
    let before_contact = candidates
        .iter()
        .filter(|candidate| candidate.saved_order <= newest);
    let run = before_contact.take_while(|candidate| {
        let went_forward = candidate.saved_at <= later;
        later = candidate.saved_at;
        went_forward
    });
    run.map(|candidate| candidate.document).collect()
}

fn offset(offset_ms: Option<i64>) -> Option<ClockOffset> {
    ClockOffset::of_seconds(offset_ms? / 1000)
}

/// Returns the corrected time of a record that took it from this device's clock.
fn correction(
    encounter: &Encounter,
    document: DocumentId,
    offset: ClockOffset,
) -> Option<(Edit, Repaired)> {
    let before: DateTime<FixedOffset> =
        match encounter.fields.get("occurred_at")?.values.first()?.value {
            FieldValue::Time(time) => time,
            _ => return None,
        };
    let source = match &encounter.fields.get("clock_source")?.values.first()?.value {
        FieldValue::Text(source) if source == "device" => source.clone(),
        _ => return None,
    };
    let corrected = offset.correct(document.into(), before)?;
    let edit = Edit::CorrectClock {
        occurred_at: corrected.after,
        clock_source: "network".to_owned(),
    };
    Some((
        edit,
        Repaired {
            document,
            before_at: before.to_rfc3339(),
            source,
        },
    ))
}

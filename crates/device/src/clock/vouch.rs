//! Ending a doubt: a contact found the clock right, and it has gone on unset since it gave a record its time. What was
//! typed is judged in the same stroke ([`typed`]).

use bitacora_core::encounter::{Edit, Encounter, FieldValue, Status};
use bitacora_core::id::DocumentId;
use chrono::{DateTime, TimeDelta, Utc};

use super::{FORM_MINUTES, UNCHECKED, offset, satellite, typed};
use crate::device::{Device, Unlocked};
use crate::error::DeviceError;
use crate::record::{Authored, UNDO_SECONDS, author_edit, save_authored};
use crate::store::StoreError;
use crate::store::table::clock_run::ClockRuns;
use crate::store::table::{change, clock_reading, clock_repair};

/// How far a record's time may lie from its saving to be the clock's own, milliseconds: it is the first tap of its form.
/// What lies further was typed, or was told by the clock before somebody set it.
const OWN_WITHIN_MS: u64 = FORM_MINUTES.unsigned_abs() * 60_000;
/// Records of one transaction: somebody may want to save meanwhile.
const AT_ONCE: usize = 100;

impl Device {
    /// Notes in the records whose time nobody could check that it was right, as far as the last contact proves it; in
    /// those whose time was typed ahead of the clock, whether it lay in the future.
    /// Returns how many there were. Each is written once, and only on the device that gave the time: the doubt is in
    /// the record, and so must be its end, for everybody.
    pub fn clock_vouch(&self) -> Result<u64, DeviceError> {
        let vouchable = self.with(|unlocked| Ok(unlocked.vouchable()?))?;
        let vouched = self.check(&vouchable, |unlocked, _, encounter| {
            Ok(checked(encounter, unlocked.source_of_the_last()?))
        })?;
        let typed = self.with(|unlocked| Ok(unlocked.typed_ahead()?))?;
        let judged = self.check(&typed, typed::judged)?;
        Ok(vouched + judged)
    }

    /// Writes what is known of the times of records that nobody handed in, some of them at once.
    fn check(
        &self,
        documents: &[DocumentId],
        found: impl Fn(&Unlocked, DocumentId, &Encounter) -> Result<Option<Edit>, StoreError>,
    ) -> Result<u64, DeviceError> {
        let mut checked = 0;
        for some in documents.chunks(AT_ONCE) {
            checked += self.with(|unlocked| self.check_some(unlocked, some, &found))?;
        }
        Ok(checked)
    }

    fn check_some(
        &self,
        unlocked: &mut Unlocked,
        documents: &[DocumentId],
        found: impl Fn(&Unlocked, DocumentId, &Encounter) -> Result<Option<Edit>, StoreError>,
    ) -> Result<u64, DeviceError> {
        let environment = self.environment();
        let mut authored = Vec::new();
        for document in documents {
            if unlocked.may_undo(*document, environment.now())? {
                continue;
            }
            let encounter = unlocked.encounter((*document).into())?;
            if !is_open(&encounter) {
                continue;
            }
            if let Some(edit) = found(unlocked, *document, &encounter)? {
                let edit =
                    author_edit(unlocked, *document, &edit, &encounter.version, environment)?;
                authored.extend(edit.map(Authored::without_document));
            }
        }
        if authored.is_empty() {
            return Ok(0);
        }
        unlocked.store.save(|saving| {
            for edit in &authored {
                save_authored(saving, &edit.with_document(saving.tx())?, environment)?;
            }
            Ok(u64::try_from(authored.len()).unwrap_or(u64::MAX))
        })
    }
}

impl Unlocked {
    /// Returns whether the last save of a record can still be taken back: nothing may come on top of it meanwhile. The
    /// next contact looks again.
    fn may_undo(&self, document: DocumentId, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let changes = change::authorships(self.store.read(), document)?;
        let latest = TimeDelta::seconds(UNDO_SECONDS);
        Ok(changes
            .iter()
            .any(|(_, change)| change.own && now - change.saved_at <= latest))
    }

    /// Returns where the last reading of the clock came from, as records name it.
    fn source_of_the_last(&self) -> Result<&'static str, StoreError> {
        let db = self.store.read();
        let readings = clock_reading::newest(db, 1)?;
        readings
            .first()
            .map_or(Ok("network"), |last| satellite::source_of(db, last))
    }

    /// Returns the doubtful records of this device that were saved while its clock stood as it did at the last
    /// contact, which found it right.
    fn vouchable(&self) -> Result<Vec<DocumentId>, StoreError> {
        let db = self.store.read();
        let readings = clock_reading::newest(db, 1)?;
        let Some(now) = readings
            .first()
            .filter(|last| offset(last).is_some_and(|offset| !offset.is_wrong()))
            .and_then(|last| last.pace)
        else {
            return Ok(Vec::new());
        };
        let runs = ClockRuns::read(db)?;
        let candidates = clock_repair::candidates(db)?;
        let as_now = candidates.into_iter().filter(|record| {
            let then = runs.at(record.saved_order);
            then.is_some_and(|then| then.is_same(now))
                && record.occurred_at.abs_diff(record.saved_at) <= OWN_WITHIN_MS
        });
        Ok(as_now.map(|record| record.document).collect())
    }
}

/// A record that was handed in is let alone: its reviewer has seen the doubt, and would have to look again.
fn is_open(encounter: &Encounter) -> bool {
    matches!(
        encounter.status(),
        Status::Draft | Status::Complete | Status::Returned | Status::Flagged
    )
}

/// Returns the edit that says that a time was right, and by what.
fn checked(encounter: &Encounter, vouching: &str) -> Option<Edit> {
    let only = |field: &str| match encounter.fields.get(field)?.values.as_slice() {
        [stated] => Some(&stated.value),
        _ => None,
    };
    match (only("occurred_at")?, only("clock_source")?) {
        (FieldValue::Time(occurred_at), FieldValue::Text(source)) if source == UNCHECKED => {
            Some(Edit::CorrectClock {
                occurred_at: *occurred_at,
                clock_source: vouching.to_owned(),
            })
        }
        _ => None,
    }
}

//! Taking a save back within ten seconds. It is a further change: history keeps both.

use bitacora_core::capture::Capture;
use bitacora_core::document::Version;
use bitacora_core::encounter::{self, Edit, ReviewEntry};
use bitacora_core::id::{EncounterId, EntryId};

use super::Saved;
use super::author::load;
use super::edit::merge_patch;
use crate::device::{Device, Unlocked};
use crate::error::DeviceError;
use crate::store::StoreError;
use crate::store::table::change::{self, Kind};

/// How long a save can be taken back, seconds.
pub const UNDO_SECONDS: i64 = 10;

impl Device {
    /// Takes back one's own last save of a record. A new record is withdrawn: it leaves every list,
    /// count and report on every device. A correction is taken back by writing what was there before.
    pub fn undo(&self, id: EncounterId) -> Result<Saved, DeviceError> {
        let environment = self.environment();
        let entry_id = EntryId::new(environment.uuid()?);
        self.with(|unlocked| {
            let (document, _) = load(unlocked, id.into(), Kind::ENCOUNTER)?;
            let changes = change::authorships(unlocked.store.read(), id.into())?;
            let mine = changes
                .into_iter()
                .rev()
                .find(|(_, change)| change.own && change.person == unlocked.me);
            let (hash, last) = mine.ok_or(DeviceError::TooLateToUndo)?;
            let age = environment.now() - last.saved_at;
            if !(0..=UNDO_SECONDS * 1000).contains(&age.num_milliseconds()) {
                return Err(DeviceError::TooLateToUndo);
            }
            // Written on top of that save alone: what arrived meanwhile from others stays.
            let seen = Version::new(vec![hash]);
            let written = document
                .changes()
                .into_iter()
                .find(|change| change.hash == hash);
            let before = Version::new(written.ok_or(DeviceError::TooLateToUndo)?.deps);
            let edit = if before.heads().is_empty() {
                withdrawal(unlocked, entry_id, &seen, environment.now())
            } else {
                let was = capture_at(&document.at(&before).map_err(StoreError::from)?)?;
                let is = capture_at(&document.at(&seen).map_err(StoreError::from)?)?;
                let patch = patch_between(&is, &was)?;
                if is_check_of_clock(&patch) {
                    return Err(DeviceError::TooLateToUndo);
                }
                Edit::Patch(patch)
            };
            unlocked.save_edit(id, &edit, &seen, None, environment)
        })
    }
}

impl Unlocked {
    /// Returns the capture of a record at a version.
    pub(crate) fn capture_at(
        &self,
        id: EncounterId,
        seen: &Version,
    ) -> Result<Capture, DeviceError> {
        let (document, _) = load(self, id.into(), Kind::ENCOUNTER)?;
        capture_at(&document.at(seen).map_err(|_| DeviceError::StaleVersion)?)
    }
}

fn withdrawal(
    unlocked: &Unlocked,
    entry_id: EntryId,
    seen: &Version,
    at: chrono::DateTime<chrono::Utc>,
) -> Edit {
    Edit::Review(ReviewEntry {
        entry_id,
        event: "withdrawn".to_owned(),
        reason: None,
        at,
        by: unlocked.me,
        seen_version: Some(seen.to_string()),
        other: None,
    })
}

fn capture_at(document: &bitacora_core::document::Document) -> Result<Capture, DeviceError> {
    Ok(encounter::read(document)
        .map_err(StoreError::from)?
        .capture())
}

/// Returns whether a save was the device's own note that a contact found its clock right: nobody pressed *Guardar*.
fn is_check_of_clock(patch: &serde_json::Value) -> bool {
    patch
        .as_object()
        .is_some_and(|fields| fields.keys().eq(["clock_source"]))
}

fn patch_between(from: &Capture, to: &Capture) -> Result<serde_json::Value, DeviceError> {
    let json = |capture: &Capture| {
        serde_json::to_value(capture)
            .map_err(|_| DeviceError::invalid("capture", "not writable as JSON"))
    };
    Ok(merge_patch(&json(from)?, &json(to)?))
}

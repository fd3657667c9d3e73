//! Taking a save back within ten seconds. It is a further change: history keeps both.

use std::cmp::Reverse;

use bitacora_core::capture::Capture;
use bitacora_core::clock::is_typed_source;
use bitacora_core::document::{Document, Version};
use bitacora_core::encounter::{self, Edit, ReviewEntry};
use bitacora_core::id::{ChangeHash, DocumentId, EncounterId, EntryId};
use chrono::{DateTime, Utc};

use super::Saved;
use super::author::load;
use super::edit::merge_patch;
use super::recover::is_text_as_before;
use crate::clock::first_statement;
use crate::device::{Device, Unlocked};
use crate::error::DeviceError;
use crate::store::StoreError;
use crate::store::table::change::{self, ChangeKey, Kind};

/// How long a save can be taken back, seconds.
pub const UNDO_SECONDS: i64 = 10;

impl Device {
    /// Takes back one's own last save of a record. A new record is withdrawn: it leaves every list,
    /// count and report on every device. A correction is taken back by writing what was there before. What the
    /// device itself added since, such as a late fix or what it wrote again, is nobody's save and is passed over.
    pub fn undo(&self, id: EncounterId) -> Result<Saved, DeviceError> {
        let environment = self.environment();
        let entry_id = EntryId::new(environment.uuid()?);
        self.with(|unlocked| {
            let (document, _) = load(unlocked, id.into(), Kind::ENCOUNTER)?;
            for hash in saved_last(unlocked, id.into(), environment.now())? {
                if is_text_as_before(unlocked.store.read(), id.into(), hash)? {
                    continue;
                }
                let edit = match taken_back(&document, hash)? {
                    Save::OfTheDevice => continue,
                    Save::New => withdrawal(unlocked, entry_id, hash, environment.now()),
                    Save::Correction(patch) => Edit::Patch(patch),
                    Save::Decision => {
                        return Err(DeviceError::NotAllowed {
                            word: "decided",
reason: "a choice, a void and a review are not taken back; they are answered by another one",
                        });
                    }
                };
                // Written on top of that save alone: what arrived meanwhile from others stays.
                let seen = Version::new(vec![hash]);
                return unlocked.save_edit(id, &edit, &seen, None, environment);
            }
            Err(DeviceError::TooLateToUndo)
        })
    }
}

/// Returns the changes of one's own that stand and can be taken back, the one that was saved last first. What was written
/// again was saved when it was written first.
fn saved_last(
    unlocked: &Unlocked,
    document: DocumentId,
    now: DateTime<Utc>,
) -> Result<Vec<ChangeHash>, StoreError> {
    let db = unlocked.store.read();
    let is_in_time =
        |at: DateTime<Utc>| (0..=UNDO_SECONDS * 1000).contains(&(now - at).num_milliseconds());
    let changes = change::authorships(db, document)?;
    let mine = changes
        .into_iter()
        .rev()
        .filter(|(_, change)| change.own && change.person == unlocked.me);
    let mut saved = Vec::new();
    for (change, _) in mine.take_while(|(_, change)| is_in_time(change.saved_at)) {
        let key = ChangeKey { document, change };
        let first = match first_statement(db, key) {
            // Something else of the record cannot be read; nothing can be written again on top of it either.
            Err(StoreError::Document(_)) => change::own_statement(db, key)?,
            first => first?,
        };
        if let Some(first) = first.filter(|first| is_in_time(first.saved_at)) {
            saved.push((Reverse(first.position), change));
        }
    }
    saved.sort();
    Ok(saved.into_iter().map(|(_, change)| change).collect())
}

/// What a change of one's own was.
enum Save {
    /// A new record.
    New,
    /// A correction, with the patch that takes it back.
    Correction(serde_json::Value),
    /// A word of the review log, or a choice between two values: the other value would not come back.
    Decision,
    /// Something that the device added by itself: nobody pressed *Guardar*.
    OfTheDevice,
}

fn taken_back(document: &Document, hash: ChangeHash) -> Result<Save, DeviceError> {
    let changes = document.changes();
    let written = changes.into_iter().find(|change| change.hash == hash);
    let before = Version::new(written.ok_or(DeviceError::TooLateToUndo)?.deps);
    if before.heads().is_empty() {
        return Ok(Save::New);
    }
    let lines = encounter::history(document).map_err(StoreError::from)?;
    let mut stated = lines.iter().filter(|line| line.change == hash);
    if stated.any(|line| line.field == "review_log" || line.before.len() > 1) {
        return Ok(Save::Decision);
    }
    let seen = Version::new(vec![hash]);
    let was = capture_at(&document.at(&before).map_err(StoreError::from)?)?;
    let is = capture_at(&document.at(&seen).map_err(StoreError::from)?)?;
    let patch = patch_between(&is, &was)?;
    let by_the_device = is_check_of_clock(&patch, &is) || is_late_fix(&patch);
    Ok(match by_the_device {
        true => Save::OfTheDevice,
        false => Save::Correction(patch),
    })
}

fn withdrawal(unlocked: &Unlocked, entry_id: EntryId, seen: ChangeHash, at: DateTime<Utc>) -> Edit {
    Edit::Review(ReviewEntry {
        entry_id,
        event: "withdrawn".to_owned(),
        reason: None,
        at,
        by: unlocked.me,
        seen_version: Some(Version::new(vec![seen]).to_string()),
        other: None,
    })
}

pub(super) fn capture_at(document: &Document) -> Result<Capture, DeviceError> {
    Ok(encounter::read(document)
        .map_err(StoreError::from)?
        .capture())
}

/// Returns whether a save says of a clock what a contact has shown, that it was right, or by how much it was wrong and
/// with it the right time: nobody pressed *Guardar*. A repair of the clock has its own way back. `is` is what was saved.
fn is_check_of_clock(patch: &serde_json::Value, is: &Capture) -> bool {
    let is_typed = is.clock_source.as_deref().is_some_and(is_typed_source);
    patch.as_object().is_some_and(|fields| {
        let is_of_time = |field: &String| ["clock_source", "occurred_at"].contains(&field.as_str());
        fields.contains_key("clock_source")
            && fields.keys().all(is_of_time)
            && (fields.len() == 1 || !is_typed)
    })
}

/// Returns whether a save added a fix where none was, and nothing else.
fn is_late_fix(patch: &serde_json::Value) -> bool {
    patch.as_object().is_some_and(|fields| {
        let was = fields.get("position");
        fields.keys().eq(["position"])
            && was.is_some_and(|was| was.is_null() || was.as_str() == Some("no_fix"))
    })
}

fn patch_between(from: &Capture, to: &Capture) -> Result<serde_json::Value, DeviceError> {
    let json = |capture: &Capture| {
        serde_json::to_value(capture)
            .map_err(|_| DeviceError::invalid("capture", "not writable as JSON"))
    };
    Ok(merge_patch(&json(from)?, &json(to)?))
}

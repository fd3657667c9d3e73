//! Drafts that were thrown away a moment ago, and can still be had back.
//!
//! They are in memory only: what was thrown away leaves the store at once. A lock, a kill and another person end it, and
//! the draft stays thrown away (docs/decisions/0100).

use bitacora_core::id::DraftId;
use chrono::{DateTime, TimeDelta, Utc};

use super::{Draft, own};
use crate::device::Device;
use crate::error::DeviceError;
use crate::record::UNDO_SECONDS;
use crate::store::table::draft;

/// Drafts that can be had back at one time.
const KEPT_MAX: usize = 32;

/// What was thrown away since the unlock and can be had back, with when it was, the newest last.
#[derive(Default)]
pub(crate) struct Discarded(Vec<(DateTime<Utc>, Draft)>);

impl Discarded {
    fn add(&mut self, draft: Draft, at: DateTime<Utc>) {
        self.0.retain(|(then, _)| is_in_time(*then, at));
        if self.0.len() >= KEPT_MAX {
            self.0.remove(0);
        }
        self.0.push((at, draft));
    }

    fn get(&self, id: DraftId, now: DateTime<Utc>) -> Option<&Draft> {
        let mut kept = self.0.iter();
        let (at, draft) = kept.find(|(_, draft)| draft.draft_id == id)?;
        is_in_time(*at, now).then_some(draft)
    }

    fn remove(&mut self, id: DraftId) {
        self.0.retain(|(_, draft)| draft.draft_id != id);
    }
}

fn is_in_time(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (0..=UNDO_SECONDS * 1000).contains(&(now - at).num_milliseconds())
}

impl Device {
    /// Throws a draft of the person away. Works on a full disk. Returns until when it can be had back, by
    /// [`Device::take_back_discard`].
    pub fn discard_draft(&self, draft_id: DraftId) -> Result<DateTime<Utc>, DeviceError> {
        let now = self.environment().now();
        self.with(|unlocked| {
            let me = unlocked.me;
            let draft = own(draft::get(unlocked.store.read(), draft_id)?, me)?;
            unlocked
                .store
                .keep(|tx| Ok(draft::delete(tx, draft_id, me)?))?;
            unlocked.discarded.add(draft, now);
            Ok(now + TimeDelta::seconds(UNDO_SECONDS))
        })
    }

    /// Brings a draft back that the person threw away in the last ten seconds, exactly as it was.
    ///
    /// Errors with `too_late_to_undo` after that, and after a lock.
    pub fn take_back_discard(&self, draft_id: DraftId) -> Result<Draft, DeviceError> {
        let now = self.environment().now();
        self.with(|unlocked| {
            let kept = unlocked.discarded.get(draft_id, now).cloned();
            let draft = kept.ok_or(DeviceError::TooLateToUndo)?;
            unlocked.store.keep(|tx| Ok(draft::put(tx, &draft)?))?;
            unlocked.discarded.remove(draft_id);
            Ok(draft)
        })
    }
}

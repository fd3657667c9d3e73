//! How an entry of the review log is written: one scalar under a key of its own.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ReviewEntry;
use crate::id::{EncounterId, EntryId, PersonId};

/// An entry without its key.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredEntry {
    event: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    at: DateTime<Utc>,
    by: PersonId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seen_version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    other: Option<EncounterId>,
}

impl StoredEntry {
    pub(super) fn of(entry: &ReviewEntry) -> Self {
        let ReviewEntry {
            entry_id: _,
            event,
            reason,
            at,
            by,
            seen_version,
            other,
        } = entry.clone();
        Self {
            event,
            reason,
            at,
            by,
            seen_version,
            other,
        }
    }

    pub(super) fn with_id(self, entry_id: EntryId) -> ReviewEntry {
        let Self {
            event,
            reason,
            at,
            by,
            seen_version,
            other,
        } = self;
        ReviewEntry {
            entry_id,
            event,
            reason,
            at,
            by,
            seen_version,
            other,
        }
    }
}

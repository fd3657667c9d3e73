//! Drafts: every tap is kept, several at once, each its author's. They survive a change of person, a
//! lock and a kill, and never leave the device.

mod discarded;

use std::collections::BTreeMap;

use bitacora_core::capture::Capture;
use bitacora_core::document::Version;
use bitacora_core::id::{DraftId, EncounterId, PersonId};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::clock;
use crate::device::Device;
use crate::environment::Pace;
use crate::error::DeviceError;
use crate::record::local_time;
use crate::record::row::Row;
use crate::store::table::{draft, meta};

pub(crate) use discarded::Discarded;

/// Bytes of one draft at most, as JSON.
const DRAFT_BYTES_MAX: usize = 64 * 1024;

/// Why a form was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftKind {
    /// A new record.
    New,
    /// A new record that begins as the last one.
    SameAsLast,
    /// A correction of a record at the version seen.
    Edit,
    /// The practice record, which never counts.
    Practice,
}

/// An unfinished form.
#[derive(Clone, PartialEq)]
pub struct Draft {
    /// The form.
    pub draft_id: DraftId,
    /// Whose it is.
    pub person_id: PersonId,
    /// Why it was opened.
    pub kind: DraftKind,
    /// For a correction: the record.
    pub encounter_id: Option<EncounterId>,
    /// For a correction: the version that the form showed.
    pub version: Option<Version>,
    /// When it was opened.
    pub started_at: DateTime<Utc>,
    /// When something was tapped first.
    pub first_tap_at: Option<DateTime<Utc>>,
    /// How the clock stood then.
    pub(crate) first_tap_pace: Option<Pace>,
    /// When something was tapped last.
    pub updated_at: DateTime<Utc>,
    /// What was tapped.
    pub body: DraftBody,
}

/// What was tapped so far.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DraftBody {
    /// The values.
    pub capture: Capture,
    /// Fields that the person touched; the others look unconfirmed.
    pub confirmed: Vec<String>,
    /// The page that was open.
    pub page: u32,
    /// What was typed that no field can hold yet, by names of the form: a day without its hour, a word that is no
    /// nationality. Kept as it was typed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unread: BTreeMap<String, String>,
}

impl Draft {
    /// Returns the people tapped so far: the cells, or the estimate if larger.
    pub fn people(&self) -> u32 {
        let cells = self
            .body
            .capture
            .composition
            .values()
            .flat_map(|cells| cells.values());
        let counted = cells.fold(0u32, |sum, count| sum.saturating_add(*count));
        counted.max(self.body.capture.group_estimate.unwrap_or(0))
    }
}

impl DraftKind {
    /// Returns the word used in the store and at the edges.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::SameAsLast => "same_as_last",
            Self::Edit => "edit",
            Self::Practice => "practice",
        }
    }

    /// Reads the word.
    pub fn read(word: &str) -> Option<Self> {
        [Self::New, Self::SameAsLast, Self::Edit, Self::Practice]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}

impl Device {
    /// Opens a form. A correction begins with the record as it is now and keeps its version.
    pub fn start_draft(
        &self,
        kind: DraftKind,
        encounter_id: Option<EncounterId>,
    ) -> Result<Draft, DeviceError> {
        let now = self.environment().now();
        let draft_id = DraftId::new(self.environment().uuid()?);
        let mut body = DraftBody::default();
        let mut version = None;
        match (kind, encounter_id) {
            (DraftKind::Edit, Some(id)) => {
                let encounter = self.encounter(id)?;
                version = Some(encounter.version.clone());
                body.capture = encounter.capture();
            }
            (DraftKind::Edit, None) => {
                return Err(DeviceError::invalid(
                    "encounter_id",
                    "missing, expected the record to correct",
                ));
            }
            (DraftKind::SameAsLast, _) => body.capture = self.same_as_last()?,
            (DraftKind::New | DraftKind::Practice, _) => {}
        }
        let encounter_id = encounter_id.filter(|_| kind == DraftKind::Edit);
        let person_id = self.me()?;
        let draft = Draft {
            draft_id,
            person_id,
            kind,
            encounter_id,
            version,
            started_at: now,
            first_tap_at: None,
            first_tap_pace: None,
            updated_at: now,
            body,
        };
        self.with(|unlocked| unlocked.store.keep(|tx| Ok(draft::put(tx, &draft)?)))?;
        Ok(draft)
    }

    /// Keeps what was tapped. Only the author's own drafts can be changed.
    pub fn save_draft(&self, draft_id: DraftId, body: &DraftBody) -> Result<Draft, DeviceError> {
        let now = self.environment().now();
        let pace = self.environment().pace();
        let size = serde_json::to_vec(body).map_or(usize::MAX, |bytes| bytes.len());
        if size > DRAFT_BYTES_MAX {
            return Err(DeviceError::invalid(
                "capture",
                "too large for a draft, at most 64 KiB",
            ));
        }
        self.with(|unlocked| {
            let mut draft = own(draft::get(unlocked.store.read(), draft_id)?, unlocked.me)?;
            draft.body = body.clone();
            if draft.first_tap_at.is_none() {
                draft.first_tap_at = Some(now);
                draft.first_tap_pace = pace;
            }
            draft.updated_at = now;
            unlocked.store.keep(|tx| Ok(draft::put(tx, &draft)?))?;
            Ok(draft)
        })
    }

    /// Returns one of the person's own drafts.
    pub fn draft(&self, draft_id: DraftId) -> Result<Draft, DeviceError> {
        self.with(|unlocked| own(draft::get(unlocked.store.read(), draft_id)?, unlocked.me))
    }

    /// Returns the person's drafts, the one touched last first; also those in which nothing was tapped.
    pub fn drafts(&self) -> Result<Vec<Draft>, DeviceError> {
        self.with(|unlocked| Ok(draft::of_person(unlocked.store.read(), unlocked.me)?))
    }

    /// Returns what a form of a new record states, and when it was begun. Where no time was typed it happened at the
    /// first tap, however much later the form is saved: by the clock as it is now, if it was set in between.
    pub(crate) fn dated(
        &self,
        draft: Draft,
    ) -> Result<(Capture, Option<DateTime<Utc>>), DeviceError> {
        let mut capture = draft.body.capture;
        let now = self.environment().now();
        let paces = draft.first_tap_pace.zip(self.environment().pace());
        let set_on_by = paces.and_then(|(then, now)| then.set_on_by(now));
        let tapped = draft
            .first_tap_at
            .and_then(|at| {
                let set_on_by = TimeDelta::try_milliseconds(set_on_by.unwrap_or(0))?;
                at.checked_add_signed(set_on_by)
            })
            .filter(|tapped| *tapped <= now);
        if let (None, Some(tapped)) = (&capture.occurred_at, tapped) {
            let (source, tz) = self.with(|unlocked| {
                let source =
                    clock::source_at(unlocked, self.environment(), (tapped, draft.first_tap_pace))?;
                Ok((source, unlocked.post()?.tz))
            })?;
            capture.occurred_at = Some(local_time(tapped, &tz));
            capture.clock_source = Some(source.to_owned());
        }
        Ok((capture, tapped))
    }

    /// Ends the practice record: shows what it would say, keeps nothing of it but that it was done.
    pub fn finish_practice(&self, draft_id: DraftId) -> Result<Row, DeviceError> {
        let draft = self.draft(draft_id)?;
        if draft.kind != DraftKind::Practice {
            return Err(DeviceError::invalid("draft_id", "not the practice record"));
        }
        let row = self.practise(&draft.body.capture)?;
        self.with(|unlocked| {
            let me = unlocked.me;
            unlocked.store.keep(|tx| {
                draft::delete(tx, draft_id, me)?;
                Ok(meta::set(tx, meta::PRACTICE_DONE, b"1")?)
            })
        })?;
        Ok(row)
    }
}

fn own(draft: Option<Draft>, me: PersonId) -> Result<Draft, DeviceError> {
    // The same answer for another person's draft as for none: a shared phone tells nothing.
    draft
        .filter(|draft| draft.person_id == me)
        .ok_or(DeviceError::NotFound { what: "this draft" })
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draft")
            .field("draft_id", &self.draft_id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for DraftBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DraftBody")
            .field("page", &self.page)
            .finish_non_exhaustive()
    }
}

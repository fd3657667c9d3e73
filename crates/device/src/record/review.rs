//! Entries of the review log: handing in, approving, returning, flagging, voiding.

use bitacora_core::document::Version;
use bitacora_core::encounter::{Edit, ReviewEntry};
use bitacora_core::id::{EncounterId, EntryId};

use super::Saved;
use super::rights;
use crate::device::Device;
use crate::error::DeviceError;

/// Characters of a reason at most.
const REASON_CHARACTERS_MAX: usize = 200;

/// What a person does with a record at review (code list `review_event`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewEvent {
    /// A leader hands it in.
    Submitted,
    /// The commander approves it as it is.
    Approved,
    /// It goes back to its author.
    Returned,
    /// It is marked for a look.
    Flagged,
    /// The mark is taken off.
    Unflagged,
    /// It is opened again before it was handed in.
    Reopened,
    /// It is void, with a reason.
    Voided,
}

impl ReviewEvent {
    /// Every event.
    pub const ALL: [Self; 7] = [
        Self::Submitted,
        Self::Approved,
        Self::Returned,
        Self::Flagged,
        Self::Unflagged,
        Self::Reopened,
        Self::Voided,
    ];

    /// Returns the code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::Returned => "returned",
            Self::Flagged => "flagged",
            Self::Unflagged => "unflagged",
            Self::Reopened => "reopened",
            Self::Voided => "voided",
        }
    }

    /// Reads the code.
    pub fn read(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == code)
    }
}

impl Device {
    /// Adds an entry to a record's review log at the version seen.
    pub fn review(
        &self,
        id: EncounterId,
        event: ReviewEvent,
        reason: Option<&str>,
        seen: &Version,
    ) -> Result<Saved, DeviceError> {
        let environment = self.environment();
        let reason = checked_reason(event, reason)?;
        let entry_id = EntryId::new(environment.uuid()?);
        self.with(|unlocked| {
            let encounter = unlocked.encounter(id)?;
            let complete = unlocked.row_of(id)?.summary.missing.is_empty();
            let who = (unlocked.me, unlocked.role()?);
            rights::expect(event, reason.as_deref(), &encounter, complete, who)?;
            let entry = ReviewEntry {
                entry_id,
                event: event.as_str().to_owned(),
                reason,
                at: environment.now(),
                by: unlocked.me,
                seen_version: Some(seen.to_string()),
                other: None,
            };
            unlocked.save_edit(id, &Edit::Review(entry), seen, None, environment)
        })
    }

    /// Voids a record with a reason. It stays in lists, marked, and leaves every count.
    pub fn void(
        &self,
        id: EncounterId,
        reason: &str,
        seen: &Version,
    ) -> Result<Saved, DeviceError> {
        self.review(id, ReviewEvent::Voided, Some(reason), seen)
    }
}

fn checked_reason(event: ReviewEvent, reason: Option<&str>) -> Result<Option<String>, DeviceError> {
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    match reason {
        None if event == ReviewEvent::Voided => Err(DeviceError::invalid(
            "reason",
            "missing, a record is voided with a reason (E17)",
        )),
        Some(reason) if reason.chars().count() > REASON_CHARACTERS_MAX => Err(
            DeviceError::invalid("reason", "too long, at most 200 characters"),
        ),
        reason => Ok(reason.map(str::to_owned)),
    }
}

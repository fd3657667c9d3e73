//! Which events the review log of a record can have.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::enrol::Role;

/// An event of the review log. Events of newer builds are kept in the log and move nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// Nothing is missing any more.
    Completed,
    /// Open for changes again.
    Reopened,
    /// Handed in.
    Submitted,
    /// Found right at the version seen.
    Approved,
    /// Given back.
    Returned,
    /// Marked for a look.
    Flagged,
    /// The mark is settled.
    Unflagged,
    /// Taken as the same encounter as another record.
    MergedDuplicate,
    /// Found to tell of other people than another record: the two are no repeat.
    NotDuplicate,
    /// The undo of that finding.
    NotDuplicateUndone,
    /// Void, with a reason.
    Voided,
    /// Words only.
    Comment,
    /// The undo of a save.
    Withdrawn,
    /// The undo of that undo.
    Restored,
}

/// A word that names no event.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("event is not known: expected a code of review_event, withdrawn or restored")]
pub struct UnknownEvent;

impl Event {
    /// Every event.
    pub const ALL: [Self; 14] = [
        Self::Completed,
        Self::Reopened,
        Self::Submitted,
        Self::Approved,
        Self::Returned,
        Self::Flagged,
        Self::Unflagged,
        Self::MergedDuplicate,
        Self::NotDuplicate,
        Self::NotDuplicateUndone,
        Self::Voided,
        Self::Comment,
        Self::Withdrawn,
        Self::Restored,
    ];

    /// Returns the code in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Reopened => "reopened",
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::Returned => "returned",
            Self::Flagged => "flagged",
            Self::Unflagged => "unflagged",
            Self::MergedDuplicate => "merged_duplicate",
            Self::NotDuplicate => "not_duplicate",
            Self::NotDuplicateUndone => "not_duplicate_undone",
            Self::Voided => "voided",
            Self::Comment => "comment",
            Self::Withdrawn => "withdrawn",
            Self::Restored => "restored",
        }
    }

    /// Returns whether the event moves a record between complete, submitted and reviewed.
    pub(crate) const fn moves(self) -> bool {
        !matches!(
            self,
            Self::MergedDuplicate
                | Self::NotDuplicate
                | Self::NotDuplicateUndone
                | Self::Voided
                | Self::Comment
                | Self::Withdrawn
                | Self::Restored
        )
    }

    /// Returns whether only the author and who decides may say it: it undoes what somebody else has decided.
    pub(super) const fn is_of_the_author(self) -> bool {
        matches!(self, Self::Completed | Self::Reopened | Self::Voided)
    }

    /// Returns whether a role has the right to this event at all (DOMAIN 4.3).
    pub(super) const fn is_open_to(self, role: Role) -> bool {
        let commander = matches!(role, Role::PostCommander);
        match self {
            Self::Approved | Self::Flagged | Self::Unflagged => commander,
            Self::Returned
            | Self::Submitted
            | Self::MergedDuplicate
            | Self::NotDuplicate
            | Self::NotDuplicateUndone => role.decides(),
            _ => true,
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Event {
    type Err = UnknownEvent;

    fn from_str(text: &str) -> Result<Self, UnknownEvent> {
        Self::ALL
            .into_iter()
            .find(|event| event.as_str() == text)
            .ok_or(UnknownEvent)
    }
}

//! What a table is asked for, and which records it counts.

use bitacora_core::encounter::Status;
use bitacora_core::id::PostId;
use bitacora_core::summary::{Figures, Held, Stands};

use super::Reason;
use crate::period::Period;

/// What a table is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The post.
    pub post_id: PostId,
    /// The days.
    pub period: Period,
    /// Only what a commander has reviewed, as it was approved.
    pub only_reviewed: bool,
}

impl Query {
    /// Returns a record as it was approved, if that is what the table counts of it: a change that waits for approval
    /// does not change the figures of what was approved.
    pub(super) fn as_approved<'r>(&self, record: &'r impl Figures) -> Option<impl Figures + 'r> {
        self.only_reviewed.then(|| record.as_approved())?
    }

    /// Returns how far a record of the post belongs to the days; `None` if it is not asked for. One that was undone
    /// within ten seconds of its saving never was one: no report speaks of it.
    pub(crate) fn asks_for(&self, record: &impl Figures) -> Option<Stands> {
        let stands = Stands::among(record, |day| self.period.contains(day))?;
        let is_asked =
            self.post_id.as_str() == record.post() && record.status() != Status::Withdrawn;
        is_asked.then_some(stands)
    }

    /// Returns why a record that is asked for is not in the figures.
    pub(crate) fn reason_to_leave_out(&self, record: &impl Figures, held: Held) -> Option<Reason> {
        let status = record.status();
        if !record.is_counted() {
            return Some(match status {
                Status::Voided => Reason::Void,
                Status::Merged => Reason::Merged,
                _ => Reason::Incomplete,
            });
        }
        if held == Held::Refused {
            return Some(Reason::Refused);
        }
        match status {
            Status::Reviewed => None,
            Status::ChangedAfterReview if self.only_reviewed => Some(Reason::ChangedAfterReview),
            _ => self.only_reviewed.then_some(Reason::NotReviewed),
        }
    }
}

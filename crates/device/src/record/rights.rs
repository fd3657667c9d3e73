//! What a person may do with a record, by role and by the record's status (DOMAIN 4.3, E16, E17).

use bitacora_core::encounter::Status;
use bitacora_core::enrol::Role;
use bitacora_core::id::PersonId;
use bitacora_core::summary::Summary;

use super::review::ReviewEvent;
use crate::error::DeviceError;

/// What a person may do with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    /// Correct it.
    pub may_edit: bool,
    /// Void it.
    pub may_void: bool,
    /// Hand it in, return it.
    pub may_review: bool,
    /// Approve it.
    pub may_approve: bool,
    /// Mark it for a look, and take the mark off.
    pub may_flag: bool,
    /// Choose between two values.
    pub may_choose: bool,
}

impl Rights {
    /// Derives the rights of a person with a role.
    pub(crate) fn of(summary: &Summary, me: PersonId, role: Role) -> Self {
        let is_mine = summary.author_id == me;
        let is_over = matches!(
            summary.status,
            Status::Voided | Status::Merged | Status::Withdrawn
        );
        let not_handed_in = matches!(
            summary.status,
            Status::Draft | Status::Complete | Status::Returned
        );
        Self {
            may_edit: !is_over,
            may_void: !is_over && (role.decides() || (is_mine && not_handed_in)),
            may_review: !is_over && role.decides(),
            may_approve: !is_over && role == Role::PostCommander && !is_mine,
            may_flag: !is_over && role == Role::PostCommander,
            may_choose: !is_over && role.decides(),
        }
    }

    /// Refuses an event that the person may not enter.
    pub(crate) fn expect(self, event: ReviewEvent) -> Result<(), DeviceError> {
        let (allowed, reason) = match event {
            ReviewEvent::Voided => (
                self.may_void,
                "its author may void a record before it is handed in, later a leader or the commander (E17)",
            ),
            ReviewEvent::Approved => (
                self.may_approve,
                "the commander approves, and never an own record (E16)",
            ),
            ReviewEvent::Flagged | ReviewEvent::Unflagged => (
                self.may_flag,
                "the commander marks a record and takes the mark off",
            ),
            ReviewEvent::Reopened => (self.may_edit, "the record is void"),
            _ => (self.may_review, "a leader or the commander reviews"),
        };
        if allowed {
            Ok(())
        } else {
            Err(DeviceError::NotAllowed { reason })
        }
    }
}

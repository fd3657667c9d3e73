//! What a person may do with a record: core's rules (DOMAIN 4.3, E15 to E17) as a page offers them.

use bitacora_core::encounter::{Encounter, Status};
use bitacora_core::enrol::Role;
use bitacora_core::id::PersonId;
use bitacora_core::review::{Event, NotAllowed, may, may_choose, may_edit};

use super::review::ReviewEvent;
use crate::error::DeviceError;

/// What a person may do with a record as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    /// Correct it.
    pub may_edit: bool,
    /// Void it.
    pub may_void: bool,
    /// Take its void back.
    pub may_reopen: bool,
    /// It is void for good: somebody else than its author voided it.
    pub is_void_for_good: bool,
    /// Hand it in: nothing is missing or undecided, and it is not handed in already.
    pub may_submit: bool,
    /// Give it back.
    pub may_return: bool,
    /// Mark it for a look.
    pub may_flag: bool,
    /// Approve it: nothing is missing or undecided, and it is not approved already.
    pub may_approve: bool,
    /// Choose between two values.
    pub may_choose: bool,
}

impl Rights {
    /// Derives the rights of a person with a role. Whether something is missing is not known to the record alone:
    /// its patrol has a say.
    pub(crate) fn of(encounter: &Encounter, complete: bool, me: PersonId, role: Role) -> Self {
        let status = encounter.status();
        // The reason is asked for when it is voided.
        let asked = |event| may(role, me, event, Some("asked for"), encounter);
        let may = |event| asked(event).is_ok();
        let is_void = status == Status::Voided;
        Self {
            may_edit: may_edit(role, encounter).is_ok(),
            may_void: may(Event::Voided),
            may_reopen: is_void && may(Event::Reopened),
            is_void_for_good: is_void && asked(Event::Reopened) == Err(NotAllowed::Ended),
            may_submit: complete
                && may(Event::Submitted)
                && matches!(
                    status,
                    Status::Complete | Status::Returned | Status::ChangedAfterReview
                ),
            may_return: may(Event::Returned) && status != Status::Returned,
            may_flag: may(Event::Flagged) && status != Status::Flagged,
            may_approve: complete && may(Event::Approved) && status != Status::Reviewed,
            may_choose: may_choose(role).is_ok() && may_edit(role, encounter).is_ok(),
        }
    }
}

/// Refuses an event that the person may not enter, and says who may or what is missing.
pub(crate) fn expect(
    event: ReviewEvent,
    reason: Option<&str>,
    encounter: &Encounter,
    complete: bool,
    (me, role): (PersonId, Role),
) -> Result<(), DeviceError> {
    let asks = matches!(event, ReviewEvent::Submitted | ReviewEvent::Approved);
    let allowed = may(role, me, event.into(), reason, encounter).and(if asks && !complete {
        Err(NotAllowed::Incomplete)
    } else {
        Ok(())
    });
    allowed.map_err(|why| DeviceError::NotAllowed {
        word: word(why),
        reason: sentence(event, why),
    })
}

fn word(why: NotAllowed) -> &'static str {
    match why {
        NotAllowed::OwnRecord => "own_record",
        NotAllowed::Undecided => "undecided",
        NotAllowed::Incomplete => "incomplete",
        NotAllowed::ReasonMissing => "reason",
        NotAllowed::Ended => "ended",
        // A reason that this build does not know has the sentence of who may.
        _ => "role",
    }
}

fn sentence(event: ReviewEvent, why: NotAllowed) -> &'static str {
    match (event, why) {
        (_, NotAllowed::Undecided) => {
            "two values must be decided first (E15); see `conflicts` or *Por decidir*"
        }
        (_, NotAllowed::Incomplete) => "something is missing in the record; complete it first",
        (_, NotAllowed::Ended) => "the record is void, merged or withdrawn",
        (ReviewEvent::Approved, _) => "the commander approves, and never an own record (E16)",
        (ReviewEvent::Voided | ReviewEvent::Reopened, _) => {
            "its author may void or reopen a record before it is handed in, later a leader or the commander (E17)"
        }
        (ReviewEvent::Submitted | ReviewEvent::Returned, _) => {
            "a leader or the commander hands in and returns"
        }
        _ => "the commander marks for a look",
    }
}

impl From<ReviewEvent> for Event {
    fn from(event: ReviewEvent) -> Self {
        match event {
            ReviewEvent::Submitted => Self::Submitted,
            ReviewEvent::Approved => Self::Approved,
            ReviewEvent::Returned => Self::Returned,
            ReviewEvent::Flagged => Self::Flagged,
            ReviewEvent::Unflagged => Self::Unflagged,
            ReviewEvent::Reopened => Self::Reopened,
            ReviewEvent::Voided => Self::Voided,
        }
    }
}

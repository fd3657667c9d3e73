//! Who may do what with a record where it stands now: asked before something is written.

use thiserror::Error;

use super::Event;
use crate::clock::TrustedClock;
use crate::encounter::{Encounter, Merge, Status};
use crate::enrol::Role;
use crate::id::PersonId;

/// Why a person may not do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NotAllowed {
    /// The role does not have this right.
    #[error("this needs a patrol leader or the post commander")]
    Role,
    /// E16.
    #[error("nobody approves an own record (E16)")]
    OwnRecord,
    /// E15.
    #[error("two values must be decided first (E15)")]
    Undecided,
    /// A hard rule is not met.
    #[error("something is missing before it can be handed in")]
    Incomplete,
    /// E17.
    #[error("voiding needs a reason (E17)")]
    ReasonMissing,
    /// Void, merged or withdrawn records stay as they are.
    #[error("the record has ended")]
    Ended,
    /// The document names somebody else than who signed for the change.
    #[error("the record names another person than the one who signed for it")]
    OtherPerson,
    /// Two values of other teams are chosen between by a leader or the commander.
    #[error("the patrol's leader or the commander chooses between two values")]
    Choice,
    /// A patrol is corrected by its own team, a leader or the commander.
    #[error("the patrol is another team's: its own people, a leader or the commander correct it")]
    OtherPatrol,
    /// A patrol is begun in the name of a device on which its author is not known.
    #[error(
        "the patrol says that it left with another device, on which its author was never announced"
    )]
    OtherDevice,
    /// A member undoes and voids only own records that are not handed in.
    #[error("the record is not your own, or it is handed in")]
    NotOwn,
}

/// Says whether a person of a role may add an event, with the reason if the event has one.
pub fn may(
    role: Role,
    person: PersonId,
    event: Event,
    reason: Option<&str>,
    encounter: &Encounter,
) -> Result<(), NotAllowed> {
    let status = encounter.status();
    let own = encounter.header.author_id == person;
    if !event.is_open_to(role) {
        return Err(NotAllowed::Role);
    }
    if ends_here(status, event) || (event == Event::Reopened && voided_by_another(encounter)) {
        return Err(NotAllowed::Ended);
    }
    match event {
        Event::Approved if own => Err(NotAllowed::OwnRecord),
        Event::Approved | Event::Submitted => ready(encounter),
        Event::Voided if reason.is_none_or(|reason| reason.trim().is_empty()) => {
            Err(NotAllowed::ReasonMissing)
        }
        Event::Voided | Event::Reopened if role.decides() => Ok(()),
        Event::Voided | Event::Reopened if !own || handed_in(status) => Err(NotAllowed::NotOwn),
        Event::Completed if !own && !role.decides() => Err(NotAllowed::NotOwn),
        Event::Withdrawn | Event::Restored if !own => Err(NotAllowed::NotOwn),
        _ => Ok(()),
    }
}

/// Says whether a person may choose between two values: the patrol's leader and the commander.
pub fn may_choose(role: Role) -> Result<(), NotAllowed> {
    if role.decides() {
        Ok(())
    } else {
        Err(NotAllowed::Role)
    }
}

/// Says whether a person may correct the record: before it is handed in, members too.
pub fn may_edit(role: Role, encounter: &Encounter) -> Result<(), NotAllowed> {
    let status = encounter.status();
    if matches!(status, Status::Voided | Status::Merged | Status::Withdrawn) {
        return Err(NotAllowed::Ended);
    }
    if role.decides() || !handed_in(status) {
        Ok(())
    } else {
        Err(NotAllowed::NotOwn)
    }
}

fn ends_here(status: Status, event: Event) -> bool {
    match status {
        Status::Voided => !matches!(event, Event::Reopened | Event::Comment),
        Status::Merged => event != Event::Comment,
        Status::Withdrawn => event != Event::Restored,
        _ => false,
    }
}

/// A void by somebody else than the author was a leader's or the commander's, and is final.
fn voided_by_another(encounter: &Encounter) -> bool {
    let author = encounter.header.author_id;
    let is_void = |event: &str| event == Event::Voided.as_str();
    encounter
        .review_log
        .iter()
        .any(|(entry, _)| is_void(&entry.event) && entry.by != author)
}

fn handed_in(status: Status) -> bool {
    matches!(
        status,
        Status::Submitted | Status::Reviewed | Status::ChangedAfterReview
    )
}

fn ready(encounter: &Encounter) -> Result<(), NotAllowed> {
    if encounter
        .two_values()
        .iter()
        .any(|(_, merge)| *merge == Merge::Both)
    {
        return Err(NotAllowed::Undecided);
    }
    if crate::rule::missing(encounter, &TrustedClock::Unknown).is_empty() {
        Ok(())
    } else {
        Err(NotAllowed::Incomplete)
    }
}

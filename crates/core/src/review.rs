//! The review of a record: which events there are, and who may do what.

mod choice;

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::clock::TrustedClock;
use crate::encounter::{Encounter, Merge, ReviewEntry, Status};
use crate::enrol::Role;
use crate::id::{ChangeHash, PersonId};

pub use choice::chosen;

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
    const fn is_of_the_author(self) -> bool {
        matches!(self, Self::Completed | Self::Reopened | Self::Voided)
    }

    /// Returns whether a role has the right to this event at all (DOMAIN 4.3).
    const fn is_open_to(self, role: Role) -> bool {
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

/// Who has which role, by the server's directory.
pub trait Roles {
    /// Returns a person's role; `None` if the directory does not know the person.
    fn role_of(&self, person: PersonId) -> Option<Role>;
}

impl<F: Fn(PersonId) -> Option<Role>> Roles for F {
    fn role_of(&self, person: PersonId) -> Option<Role> {
        self(person)
    }
}

/// What is known from outside the document when a status is derived.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The roles; `None` takes every entry as rightful, as the server's admission has checked it.
    pub roles: Option<&'a dyn Roles>,
    /// What is known about the time.
    pub clock: TrustedClock,
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("roles", &self.roles.is_some())
            .field("clock", &self.clock)
            .finish()
    }
}

impl Context<'_> {
    /// Returns the context in which nothing is known: the same result on every device.
    pub const fn unknown() -> Self {
        Self {
            roles: None,
            clock: TrustedClock::Unknown,
        }
    }

    /// Returns whether an entry counts.
    pub(crate) fn allows(&self, event: Event, by: PersonId, author: PersonId) -> bool {
        if event == Event::Approved && by == author {
            return false;
        }
        // A person that the directory does not know is a member: a device that has not enrolled yet.
        self.roles.is_none_or(|roles| {
            let role = roles.role_of(by).unwrap_or(Role::PatrolMember);
            event.is_open_to(role) && (by == author || role.decides() || !event.is_of_the_author())
        })
    }

    /// Returns whether a person's void or merge is final: a leader's and the commander's are.
    ///
    /// Where roles are not known, an author's own void can be reopened and anybody else's is final.
    pub(crate) fn ends(&self, by: PersonId, author: PersonId) -> bool {
        match self.roles {
            Some(roles) => roles.role_of(by).is_some_and(Role::decides),
            None => by != author,
        }
    }
}

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

/// Checks what a change says in a person's name: for admission, where the envelope says who it was.
///
/// `before` is the record without the change. Where the record stands is not asked: a person who was
/// offline could not know it. A creating change must name its author, an entry of the log who makes it,
/// nobody alters another's entry, and the role must have the right at all.
pub fn rightful(
    before: Option<&Encounter>,
    encounter: &Encounter,
    change: ChangeHash,
    person: PersonId,
    role: Role,
) -> Result<(), NotAllowed> {
    let author = encounter.header.author_id;
    if encounter.beginning == change && author != person {
        return Err(NotAllowed::OtherPerson);
    }
    if before.is_some_and(|before| alters_another(before, encounter, person)) {
        return Err(NotAllowed::OtherPerson);
    }
    // Whichever change wrote it: one may uncover what another had left hidden beside a later value.
    for entry in added(before, encounter) {
        if entry.by != person {
            return Err(NotAllowed::OtherPerson);
        }
        match entry.event.parse::<Event>() {
            Ok(Event::Approved) if person == author => return Err(NotAllowed::OwnRecord),
            Ok(event) if !event.is_open_to(role) => return Err(NotAllowed::Role),
            Ok(Event::Withdrawn | Event::Restored) if person != author => {
                return Err(NotAllowed::NotOwn);
            }
            Ok(event) if event.is_of_the_author() && person != author && !role.decides() => {
                return Err(NotAllowed::NotOwn);
            }
            // Events of newer builds move nothing here.
            _ => {}
        }
    }
    Ok(())
}

/// Returns the entries that are there now and were not before.
fn added<'a>(
    before: Option<&'a Encounter>,
    after: &'a Encounter,
) -> impl Iterator<Item = &'a ReviewEntry> {
    let stood = move |entry: &ReviewEntry| {
        before.is_some_and(|before| before.review_log.iter().any(|(other, _)| other == entry))
    };
    let entries = after.review_log.iter().map(|(entry, _)| entry);
    entries.filter(move |entry| !stood(entry))
}

/// Returns whether an entry of somebody else is gone or says something else than before.
fn alters_another(before: &Encounter, after: &Encounter, person: PersonId) -> bool {
    let stands = |entry: &ReviewEntry| after.review_log.iter().any(|(other, _)| other == entry);
    before
        .review_log
        .iter()
        .any(|(entry, _)| entry.by != person && !stands(entry))
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

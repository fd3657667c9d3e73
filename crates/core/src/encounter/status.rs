//! The status, derived from the review log (DOMAIN 4.3). Nothing of it is stored.

use std::collections::BTreeSet;

use super::{Encounter, ReviewEntry, Status};
use crate::id::{EncounterId, PersonId};
use crate::review::{Context, Event};

/// What is known about an entry of the log besides its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fact {
    /// For each entry of the log: was it part of what this entry was written on?
    pub(crate) after: Vec<bool>,
    /// An approval or a return that saw all content that stands now.
    pub(crate) covers: bool,
}

/// An entry that counts.
pub(super) struct Step<'a> {
    pub(super) index: usize,
    pub(super) event: Event,
    fact: &'a Fact,
    pub(super) entry: &'a ReviewEntry,
}

impl Step<'_> {
    pub(super) fn follows(&self, other: &Self) -> bool {
        self.fact.after.get(other.index).copied().unwrap_or(false)
    }
}

impl Encounter {
    /// Returns the status as roles and clock allow to say it.
    pub fn status_in(&self, context: &Context<'_>) -> Status {
        self.status_with(context, || {
            crate::rule::missing(self, &context.clock).is_empty()
        })
    }

    /// The same where somebody has looked already whether anything is missing.
    pub(crate) fn status_with(
        &self,
        context: &Context<'_>,
        is_complete: impl Fn() -> bool,
    ) -> Status {
        let steps = self.steps(context);
        if let Some(end) = self.end(&steps, context) {
            return end;
        }
        match last_word(&steps).map_or(Status::Complete, |(_, status)| status) {
            Status::Complete | Status::Submitted if !is_complete() => Status::Draft,
            status => status,
        }
    }

    /// Returns how the record has ended, if it has.
    pub(super) fn end(&self, steps: &[Step<'_>], context: &Context<'_>) -> Option<Status> {
        if open(steps, Event::Withdrawn, Event::Restored) {
            return Some(Status::Withdrawn);
        }
        ended(steps, context, self.header.author_id)
    }

    /// Returns the records of which somebody with the right said that they tell of other people, and nobody took it back.
    pub fn distinct_from(&self, context: &Context<'_>) -> BTreeSet<EncounterId> {
        let steps = self.steps(context);
        let said = |event: Event| {
            steps
                .iter()
                .filter(move |step| step.event == event)
                .filter_map(|step| Some((step, step.entry.other?)))
        };
        let stands = |step: &Step<'_>, other: EncounterId| {
            !said(Event::NotDuplicateUndone).any(|(later, of)| of == other && later.follows(step))
        };
        said(Event::NotDuplicate)
            .filter(|(step, other)| stands(step, *other))
            .map(|(_, other)| other)
            .collect()
    }

    pub(super) fn steps(&self, context: &Context<'_>) -> Vec<Step<'_>> {
        let entries = self.review_log.iter().zip(&self.facts).enumerate();
        let steps = entries.filter_map(|(index, ((entry, _), fact))| {
            let event = entry.event.parse().ok()?;
            let rightful = context.allows(event, entry.by, self.header.author_id);
            rightful.then_some(Step {
                index,
                event,
                fact,
                entry,
            })
        });
        steps.collect()
    }
}

/// Returns whether an event stands that no later one takes back.
fn open(steps: &[Step<'_>], event: Event, undo: Event) -> bool {
    let undone = |step: &Step<'_>| {
        steps
            .iter()
            .any(|later| later.event == undo && later.follows(step))
    };
    steps
        .iter()
        .any(|step| step.event == event && !undone(step))
}

/// Void and merged are final if a leader or the commander said so; a member's own void can be reopened.
fn ended(steps: &[Step<'_>], context: &Context<'_>, author: PersonId) -> Option<Status> {
    let reopened = |step: &Step<'_>| {
        steps
            .iter()
            .any(|later| later.event == Event::Reopened && later.follows(step))
    };
    steps.iter().find_map(|step| {
        let status = match step.event {
            Event::Voided => Status::Voided,
            Event::MergedDuplicate => Status::Merged,
            _ => return None,
        };
        (context.ends(step.entry.by, author) || !reopened(step)).then_some(status)
    })
}

/// Returns where the record stands by the entries that nothing follows, and which of them says so: of concurrent ones the
/// most cautious, of equally cautious ones the last in the order that is the same everywhere.
pub(super) fn last_word<'s, 'a>(steps: &'s [Step<'a>]) -> Option<(&'s Step<'a>, Status)> {
    let moves: Vec<_> = steps.iter().filter(|step| step.event.moves()).collect();
    let last = moves
        .iter()
        .filter(|step| !moves.iter().any(|later| later.follows(step)));
    last.map(|step| (*step, outcome(step, steps)))
        .max_by_key(|(_, status)| caution(*status))
}

fn outcome(step: &Step<'_>, steps: &[Step<'_>]) -> Status {
    match step.event {
        Event::Flagged => Status::Flagged,
        Event::Returned if step.fact.covers => Status::Returned,
        // Corrected since: whoever returned it looks again.
        Event::Returned => Status::Complete,
        Event::Approved if step.fact.covers => Status::Reviewed,
        Event::Approved => Status::ChangedAfterReview,
        Event::Submitted => Status::Submitted,
        // What stood before the flag stands again.
        Event::Unflagged => before_flag(step, steps),
        _ => Status::Complete,
    }
}

fn before_flag(unflagged: &Step<'_>, steps: &[Step<'_>]) -> Status {
    let mut earlier = steps.iter().filter(|step| unflagged.follows(step));
    let plain = |step: &&Step<'_>| {
        step.event.moves() && !matches!(step.event, Event::Flagged | Event::Unflagged)
    };
    earlier
        .rfind(plain)
        .map_or(Status::Complete, |step| outcome(step, steps))
}

fn caution(status: Status) -> u8 {
    match status {
        Status::Flagged => 5,
        Status::Returned => 4,
        Status::ChangedAfterReview => 3,
        Status::Reviewed => 2,
        Status::Submitted => 1,
        _ => 0,
    }
}

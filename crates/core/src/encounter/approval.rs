//! The record as it was approved, where it has changed since: the approved figures stand until the change is approved
//! (DOMAIN 4.2).

use super::status::{Step, last_word};
use super::{Encounter, Status, layout};
use crate::content::State;
use crate::document::{Document, Version};
use crate::review::{Context, Event};

impl Encounter {
    /// Returns the record as it was approved; `None` if it stands as it was approved, if it has ended, if no approval
    /// stands, or if what was approved is not known here.
    pub(crate) fn as_approved(&self, context: &Context<'_>) -> Option<&Self> {
        let then = self.approved.as_deref()?;
        // What was read is what everybody reads, whoever has which role.
        (self.approved_version(context)? == then.version).then_some(then)
    }

    /// Returns the version that was seen by the approval that stands although the record does not stand as approved.
    fn approved_version(&self, context: &Context<'_>) -> Option<Version> {
        let steps = self.steps(context);
        if self.end(&steps, context).is_some() {
            return None;
        }
        let (last, status) = last_word(&steps)?;
        if status == Status::Reviewed {
            return None;
        }
        let approval = approval_under(last, &steps)?;
        approval.entry.seen_version.as_deref()?.parse().ok()
    }

    /// Reads the record as it was approved.
    pub(super) fn read_approved(&self, document: &Document) -> Option<Box<Self>> {
        let version = self.approved_version(&Context::unknown())?;
        document.ancestors(&version).ok()?;
        // A version that is none of this record approves nothing that could be read.
        let state = State::of(&layout::ENCOUNTER, document, Some(&version)).ok()?;
        let state = state.visible(&layout::ENCOUNTER);
        Some(Box::new(Self {
            header: self.header.clone(),
            fields: state.fields,
            unknown: state.unknown,
            review_log: Vec::new(),
            version,
            recovered: std::collections::BTreeMap::new(),
            beginning: self.beginning,
            facts: Vec::new(),
            approved: None,
        }))
    }
}

/// Returns the last approval on which an entry rests: nothing up to that entry takes it back. Handing in again does not;
/// a mark does until it is taken off.
fn approval_under<'s, 'a>(last: &Step<'a>, steps: &'s [Step<'a>]) -> Option<&'s Step<'a>> {
    let known: Vec<_> = steps
        .iter()
        .filter(|step| step.index == last.index || last.follows(step))
        .collect();
    let is_lifted = |flag: &Step<'_>| {
        known
            .iter()
            .any(|step| step.event == Event::Unflagged && step.follows(flag))
    };
    let takes_back = |step: &Step<'_>| match step.event {
        Event::Returned | Event::Reopened => true,
        Event::Flagged => !is_lifted(step),
        _ => false,
    };
    let taken_back: Vec<_> = known.iter().filter(|step| takes_back(step)).collect();
    let mut approvals = known
        .iter()
        .rev()
        .filter(|step| step.event == Event::Approved);
    approvals
        .find(|approval| taken_back.iter().all(|step| approval.follows(step)))
        .copied()
}

//! The hard rules E01 to E09: what is missing for a record to be complete. They never block saving.
//!
//! Where a value is undecided, a rule is broken only if it is broken under every choice: the two values
//! themselves are shown, and a record is not left out of the day's table because of them.

mod group;
mod place_and_time;

use chrono::{DateTime, FixedOffset};

use crate::clock::TrustedClock;
use crate::encounter::Encounter;

/// One rule that is not met.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Missing {
    /// The rule, such as `E03`.
    pub rule: String,
    /// The field that a form should open.
    pub field: String,
    /// What is missing, in English; the interface has its own sentence per rule.
    pub reason: String,
}

/// Returns the rules that are not met, in rule order.
pub fn missing(encounter: &Encounter, clock: &TrustedClock) -> Vec<Missing> {
    let mut found = Vec::new();
    group::check(encounter, &mut found);
    place_and_time::check(encounter, clock, &mut found);
    found
}

/// Returns E09 if the encounter lies more than an hour before its patrol left or after it came back.
pub fn outside_patrol(
    encounter: &Encounter,
    departed_at: Option<DateTime<FixedOffset>>,
    returned_at: Option<DateTime<FixedOffset>>,
    clock: &TrustedClock,
) -> Option<Missing> {
    let mut found = Vec::new();
    place_and_time::check_patrol(encounter, (departed_at, returned_at), clock, &mut found);
    found.pop()
}

/// Returns whether the time was taken from a clock that nobody could check (E09).
pub fn clock_doubt(encounter: &Encounter, clock: &TrustedClock) -> bool {
    matches!(clock, TrustedClock::Unknown) && !place_and_time::time_is_trusted(encounter)
}

fn report(found: &mut Vec<Missing>, rule: &str, field: impl Into<String>, reason: &str) {
    found.push(Missing {
        rule: rule.to_owned(),
        field: field.into(),
        reason: reason.to_owned(),
    });
}

#[cfg(test)]
mod tests;

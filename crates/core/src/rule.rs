//! The hard rules E01 to E09: what is missing for a record to be complete. They never block saving.
//!
//! Where a value is undecided, a rule is broken only if it is broken under every choice: the two values
//! themselves are shown, and a record is not left out of the day's table because of them.

mod group;
mod place_and_time;

use chrono::{DateTime, Utc};

use crate::clock::TrustedClock;
use crate::encounter::Encounter;
use crate::patrol::Span;

/// The field of E09 where a time is not stated.
pub const TIME: &str = "occurred_at";
/// The field of E09 where the time lay in the future when it was stated.
pub const TIME_AHEAD: &str = "occurred_at:future";
/// The field of E09 where the time lies before 2020.
pub const TIME_TOO_EARLY: &str = "occurred_at:early";
/// The field of E09 where the time lies outside its patrol.
pub const TIME_OUTSIDE: &str = "occurred_at:patrol";
/// The field of E03 where those who declined or were only observed, and those who were helped, are more than the group.
pub const ALSO_DECLINED: &str = "assistance:declined";

/// One rule that is not met.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Missing {
    /// The rule, such as `E03`.
    pub rule: String,
    /// The field that a form should open; after a colon, what is wrong with it, where a rule has several reasons.
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

/// Returns whether a time lies more than an hour before a patrol left or after it came back (E09).
///
/// Only what can be believed is compared: whoever asks has looked whether the time itself can.
pub fn is_outside(occurred_at: DateTime<Utc>, span: &Span) -> bool {
    place_and_time::is_outside(occurred_at, span)
}

/// Splits a field of [`Missing`] into the field to open and what is wrong with it, if the rule has several reasons.
pub fn field_and_reason(field: &str) -> (&str, Option<&str>) {
    match field.split_once(':') {
        Some((field, reason)) => (field, Some(reason)),
        None => (field, None),
    }
}

/// Returns whether the time was taken from a clock that nobody could check, or typed ahead of one (E09); of two times that
/// were typed, both. A time that is not stated was taken from none: that it is missing is said.
pub fn clock_doubt(encounter: &Encounter, clock: &TrustedClock) -> bool {
    matches!(clock, TrustedClock::Unknown)
        && place_and_time::has_time(encounter)
        && !place_and_time::time_is_trusted(encounter)
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

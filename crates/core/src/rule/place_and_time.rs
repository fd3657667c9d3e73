//! E07 to E09: position, place, time.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Missing, TIME, TIME_AHEAD, TIME_TOO_EARLY, report};
use crate::clock::{TrustedClock, is_checked_source};
use crate::encounter::{Encounter, FieldValue};
use crate::patrol::Span;

/// 2020-01-01T00:00:00Z.
const EARLIEST: i64 = 1_577_836_800;
/// How far an encounter may lie outside its patrol.
const PATROL_SLACK: TimeDelta = TimeDelta::hours(1);

pub(super) fn check(encounter: &Encounter, clock: &TrustedClock, found: &mut Vec<Missing>) {
    let positions: Vec<_> = encounter
        .fields
        .get("position")
        .map_or(&[][..], |register| &register.values)
        .iter()
        .collect();
    if !positions.is_empty() && positions.iter().all(|stated| is_placeholder(&stated.value)) {
        report(
            found,
            "E07",
            "position",
            "the position is a placeholder, not a fix",
        );
    }
    if !is_placed(encounter) {
        report(
            found,
            "E08",
            "position",
            "a position, a place, or no fix with a trail or a setting",
        );
    }
    check_time(encounter, clock, found);
}

/// (0, 0) and whole degrees such as 8, -77 stand in real data for *not known*.
fn is_placeholder(value: &FieldValue) -> bool {
    match value {
        FieldValue::Position(Some(position)) => {
            position.lat.fract() == 0.0 && position.lon.fract() == 0.0
        }
        _ => false,
    }
}

fn is_placed(encounter: &Encounter) -> bool {
    let stated = |path: &str| encounter.text(path).is_some();
    match encounter
        .fields
        .get("position")
        .and_then(|register| register.shown())
    {
        Some(FieldValue::Position(Some(_))) => true,
        Some(FieldValue::Position(None)) => {
            stated("place_id") || stated("trail_id") || stated("setting")
        }
        _ => stated("place_id"),
    }
}

pub(super) fn time_is_trusted(encounter: &Encounter) -> bool {
    encounter
        .text("clock_source")
        .is_some_and(is_checked_source)
}

fn check_time(encounter: &Encounter, clock: &TrustedClock, found: &mut Vec<Missing>) {
    let Some(occurred_at) = occurred_at(encounter) else {
        report(found, "E09", TIME, "when it happened");
        return;
    };
    if clock.before(occurred_at).is_some() || encounter.is_of_the_future() {
        report(found, "E09", TIME_AHEAD, "it lies in the future");
    }
    if is_judged(encounter, clock) && occurred_at.timestamp() < EARLIEST {
        report(found, "E09", TIME_TOO_EARLY, "it lies before 2020");
    }
}

pub(super) fn is_outside(occurred_at: DateTime<Utc>, span: &Span) -> bool {
    let early = span
        .departed_at
        .is_some_and(|left| occurred_at < left - PATROL_SLACK);
    let late = span
        .returned_at
        .is_some_and(|back| occurred_at > back + PATROL_SLACK);
    early || late
}

fn is_judged(encounter: &Encounter, clock: &TrustedClock) -> bool {
    matches!(clock, TrustedClock::Known(_)) || time_is_trusted(encounter)
}

fn occurred_at(encounter: &Encounter) -> Option<DateTime<Utc>> {
    match encounter.fields.get("occurred_at")?.shown()? {
        FieldValue::Time(time) => Some(time.with_timezone(&Utc)),
        _ => None,
    }
}

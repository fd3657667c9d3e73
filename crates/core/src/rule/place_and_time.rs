//! E07 to E09: position, place, time.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Missing, TIME, TIME_AHEAD, TIME_TOO_EARLY, report};
use crate::clock::{TrustedClock, is_checked_source, is_typed_source};
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

/// Of two values one that says where is enough: that one may be chosen.
fn is_placed(encounter: &Encounter) -> bool {
    let any = |path: &str, says: fn(&FieldValue) -> bool| {
        let values = encounter.fields.get(path).map(|register| &register.values);
        values.is_some_and(|values| values.iter().any(|stated| says(&stated.value)))
    };
    let stated = |path: &str| any(path, |value| matches!(value, FieldValue::Text(_)));
    let no_fix = any("position", |value| {
        matches!(value, FieldValue::Position(None))
    });
    any("position", |value| {
        matches!(value, FieldValue::Position(Some(_)))
    }) || stated("place_id")
        || (no_fix && (stated("trail_id") || stated("setting")))
}

pub(super) fn time_is_trusted(encounter: &Encounter) -> bool {
    hangs_on_no_clock(encounter) && !encounter.is_typed_ahead()
}

/// What a person typed lies before 2020 or does not, whatever clock he had.
fn hangs_on_no_clock(encounter: &Encounter) -> bool {
    let source = encounter.text("clock_source");
    source.is_some_and(|source| is_checked_source(source) || is_typed_source(source))
}

pub(super) fn has_time(encounter: &Encounter) -> bool {
    !times(encounter).is_empty()
}

fn check_time(encounter: &Encounter, clock: &TrustedClock, found: &mut Vec<Missing>) {
    let times = times(encounter);
    if times.is_empty() {
        report(found, "E09", TIME, "when it happened");
        return;
    }
    // Of two times somebody chooses: the record is wrong only if either would be.
    let all = |is_wrong: fn(&TrustedClock, DateTime<Utc>) -> bool| {
        times.iter().all(|time| is_wrong(clock, *time))
    };
    if all(|clock, time| clock.before(time).is_some()) || encounter.is_of_the_future() {
        report(found, "E09", TIME_AHEAD, "it lies in the future");
    }
    if is_judged(encounter, clock) && all(|_, time| time.timestamp() < EARLIEST) {
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
    matches!(clock, TrustedClock::Known(_)) || hangs_on_no_clock(encounter)
}

/// Returns the times that were stated, the one shown first.
fn times(encounter: &Encounter) -> Vec<DateTime<Utc>> {
    let stated = encounter.fields.get("occurred_at");
    let values = stated.map_or(&[][..], |register| &register.values);
    let times = values.iter().filter_map(|stated| match &stated.value {
        FieldValue::Time(time) => Some(time.with_timezone(&Utc)),
        _ => None,
    });
    times.collect()
}

//! Possible repeats: two records that may tell of the same people (DOMAIN 4.2, rules 2 and 11).
//!
//! They are suggested and counted, never merged by default, and values are never added.

use chrono::TimeDelta;

use crate::capture::Code;
use crate::encounter::Count;
use crate::summary::{People, Summary, UNSPECIFIED};

/// Two records of one patrol within this time may be one group written twice, minutes.
const SAME_PATROL_MINUTES: i64 = 20;
/// Two records of one patrol within this distance may be one group written twice, metres.
const SAME_PATROL_METRES: f64 = 300.0;
/// The longest time between two patrols that may have met one group, hours.
const OTHER_PATROL_HOURS: i64 = 24;
/// Walking speed along the trail, metres per minute (4 km/h).
const WALKING_METRES_PER_MINUTE: f64 = 4_000.0 / 60.0;
/// A trail is longer than the straight line between two fixes on it by this factor.
const TRAIL_WINDING: f64 = 1.4;
/// Fixes under canopy are poor: this much is allowed on top of what can be walked, metres.
const POSITION_SLACK_METRES: f64 = 1_000.0;
/// Totals may differ by this share of the larger one.
const TOTAL_DIFFERENCE: f64 = 0.25;
/// Mean radius of the Earth, metres (IUGG).
const EARTH_RADIUS_METRES: f64 = 6_371_009.0;

/// Why two records are suggested as a repeat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Repeat {
    /// Time between them, minutes.
    pub minutes_apart: i64,
    /// Distance between the fixes, metres; `None` if one has no fix.
    pub metres_apart: Option<f64>,
    /// How many people one counted and the other did not, cell by cell; 0 if two values allow them to be equal.
    pub people_apart: u32,
    /// Whether one patrol wrote both.
    pub same_patrol: bool,
}

impl Repeat {
    /// Returns how fast people would have walked from one to the other along the trail, in metres an hour; `None` if
    /// one has no fix, or both have the same minute.
    pub fn metres_an_hour(&self) -> Option<f64> {
        let minutes = u32::try_from(self.minutes_apart).ok()?;
        let metres = self.metres_apart? * TRAIL_WINDING;
        (minutes > 0).then(|| metres * 60.0 / f64::from(minutes))
    }
}

/// The longest time between two records that can be a repeat; a search need not look further.
pub fn longest() -> TimeDelta {
    TimeDelta::hours(OTHER_PATROL_HOURS)
}

/// Returns how two records lie to each other, whether or not they may be a repeat.
pub fn between(a: &Summary, b: &Summary) -> Repeat {
    Repeat {
        minutes_apart: (b.occurred_at - a.occurred_at).num_minutes().abs(),
        metres_apart: a.lat_lon.zip(b.lat_lon).map(|(from, to)| metres(from, to)),
        people_apart: people_apart(a, b),
        same_patrol: a.patrol_id == b.patrol_id
            && (a.patrol_id.is_some() || a.device_id == b.device_id),
    }
}

/// Returns why the two may tell of the same people, if they may and nobody has said that they do not.
pub fn possible(a: &Summary, b: &Summary) -> Option<Repeat> {
    if a.encounter_id == b.encounter_id || !same_people(a, b) || told_apart(a, b) {
        return None;
    }
    let repeat = between(a, b);
    let near = if repeat.same_patrol {
        by_two_hands(a, b) && at_one_scene(&repeat)
    } else {
        within_a_walk(&repeat) && same_direction(a, b)
    };
    near.then_some(repeat)
}

fn at_one_scene(repeat: &Repeat) -> bool {
    let metres = repeat.metres_apart;
    repeat.minutes_apart < SAME_PATROL_MINUTES
        && metres.is_none_or(|metres| metres < SAME_PATROL_METRES)
}

fn within_a_walk(repeat: &Repeat) -> bool {
    let minutes = repeat.minutes_apart;
    (SAME_PATROL_MINUTES..=OTHER_PATROL_HOURS * 60).contains(&minutes)
        && repeat
            .metres_apart
            .is_none_or(|metres| metres <= walkable_metres(minutes))
}

/// An officer does not write one group twice in a row; two officers at the scene may each write it once.
fn by_two_hands(a: &Summary, b: &Summary) -> bool {
    a.author_id != b.author_id || a.device_id != b.device_id
}

/// A direction that nobody stated is the same as no other.
fn same_direction(a: &Summary, b: &Summary) -> bool {
    a.direction.is_some() && a.direction == b.direction
}

fn told_apart(a: &Summary, b: &Summary) -> bool {
    a.distinct_from.contains(&b.encounter_id) || b.distinct_from.contains(&a.encounter_id)
}

fn same_people(a: &Summary, b: &Summary) -> bool {
    let larger = a.people.total.max.max(b.people.total.max);
    larger > 0
        && f64::from(gap(a.people.total, b.people.total)) <= TOTAL_DIFFERENCE * f64::from(larger)
        && nationalities(a).eq(nationalities(b))
}

/// Returns the nationalities that two records must share to tell of the same people, in code order. People who were
/// only estimated, or whose nationality nobody knows, may be of any of them.
pub fn nationalities(record: &Summary) -> impl Iterator<Item = &Code> {
    record
        .nationalities
        .keys()
        .filter(|code| *code != UNSPECIFIED)
}

/// Returns how far two counts are from each other; two values are a range, and ranges that touch may be equal.
fn gap(a: Count, b: Count) -> u32 {
    a.min.saturating_sub(b.max).max(b.min.saturating_sub(a.max))
}

fn people_apart(a: &Summary, b: &Summary) -> u32 {
    let nations = a.nationalities.iter().filter_map(|(nation, people)| {
        let others = b.nationalities.get(nation)?;
        Some(cells(people).zip(cells(others)))
    });
    nations.flatten().map(|(one, other)| gap(one, other)).sum()
}

fn cells(people: &People) -> impl Iterator<Item = Count> {
    [
        people.men,
        people.women,
        people.boys,
        people.girls,
        people.unknown,
    ]
    .into_iter()
}

fn walkable_metres(minutes: i64) -> f64 {
    let minutes = u32::try_from(minutes).map_or(f64::INFINITY, f64::from);
    minutes * WALKING_METRES_PER_MINUTE / TRAIL_WINDING + POSITION_SLACK_METRES
}

/// Great-circle distance by the haversine formula, metres.
fn metres((lat_a, lon_a): (f64, f64), (lat_b, lon_b): (f64, f64)) -> f64 {
    let half = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin().powi(2);
    let h = half(lat_a, lat_b)
        + lat_a.to_radians().cos() * lat_b.to_radians().cos() * half(lon_a, lon_b);
    2.0 * EARTH_RADIUS_METRES * h.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests;

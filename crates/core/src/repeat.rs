//! Possible repeats: two records that may tell of the same people (DOMAIN 4.2, rules 2 and 11).
//!
//! They are suggested and counted, never merged by default, and values are never added.

use chrono::TimeDelta;

use crate::summary::Summary;

/// Two records of one patrol within this time may be one group written twice, minutes.
const SAME_PATROL_MINUTES: i64 = 20;
/// Two records of one patrol within this distance may be one group written twice, metres.
const SAME_PATROL_METRES: f64 = 300.0;
/// The longest time between two patrols that may have met one group, hours.
const OTHER_PATROL_HOURS: i64 = 24;
/// Walking speed on the trail, metres per minute (4 km/h).
const WALKING_METRES_PER_MINUTE: f64 = 4_000.0 / 60.0;
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
    /// Whether one patrol wrote both.
    pub same_patrol: bool,
}

/// The longest time between two records that can be a repeat; a search need not look further.
pub fn longest() -> TimeDelta {
    TimeDelta::hours(OTHER_PATROL_HOURS)
}

/// Returns why the two may tell of the same people, if they may.
pub fn possible(a: &Summary, b: &Summary) -> Option<Repeat> {
    let minutes_apart = (b.occurred_at - a.occurred_at).num_minutes().abs();
    let metres_apart = a.lat_lon.zip(b.lat_lon).map(|(from, to)| metres(from, to));
    let same_patrol =
        a.patrol_id == b.patrol_id && (a.patrol_id.is_some() || a.device_id == b.device_id);
    let near = if same_patrol {
        minutes_apart < SAME_PATROL_MINUTES
            && metres_apart.is_none_or(|metres| metres < SAME_PATROL_METRES)
    } else {
        (SAME_PATROL_MINUTES..=OTHER_PATROL_HOURS * 60).contains(&minutes_apart)
            && metres_apart.is_none_or(|metres| metres <= walkable_metres(minutes_apart))
            && a.direction == b.direction
    };
    (a.encounter_id != b.encounter_id && near && same_people(a, b)).then_some(Repeat {
        minutes_apart,
        metres_apart,
        same_patrol,
    })
}

fn same_people(a: &Summary, b: &Summary) -> bool {
    let larger = a.people.total.max.max(b.people.total.max);
    let smaller = a.people.total.max.min(b.people.total.max);
    larger > 0
        && f64::from(larger - smaller) <= TOTAL_DIFFERENCE * f64::from(larger)
        && a.nationalities.keys().eq(b.nationalities.keys())
}

fn walkable_metres(minutes: i64) -> f64 {
    let minutes = u32::try_from(minutes).map_or(f64::INFINITY, f64::from);
    minutes * WALKING_METRES_PER_MINUTE + POSITION_SLACK_METRES
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

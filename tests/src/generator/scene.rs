//! Where a group is met, what it needs and what it gets.

use std::collections::BTreeMap;

use bitacora_core::capture::{Capture, Position, Reach, StatedPosition};
use chrono::{DateTime, FixedOffset};
use serde_json::{Value, json};

use super::dice::Dice;
use super::group::Group;

/// The way down to the post: Tres Bocas, Boca del Marragantí, Bajo Chiquito (latitude, longitude).
pub(super) const WAY: [(f64, f64); 3] = [(8.451, -77.643), (8.467, -77.6875), (8.4573, -77.6789)];
const METRES_PER_DEGREE: f64 = 111_320.0;
/// Median dilution of precision under canopy, as published; a bell curve on the logarithm around it.
const HDOP_MEDIAN: f64 = 14.4;
const HDOP_SPREAD: f64 = 0.55;
/// Metres of error for each unit of dilution.
const METRES_PER_HDOP: f64 = 2.6;

/// Returns what the officer states about a group. `at` is the time by the device's clock.
pub(super) fn capture(
    dice: &mut Dice,
    group: &Group,
    device: usize,
    at: DateTime<FixedOffset>,
    has_fix: bool,
) -> Capture {
    let assistance = assistance(dice, group);
    Capture {
        occurred_at: Some(at),
        occurred_precision: Some("minute".to_owned()),
        clock_source: Some(if has_fix { "gnss" } else { "device" }.to_owned()),
        position: Some(if has_fix {
            StatedPosition::Fix(fix(dice, device))
        } else {
            StatedPosition::NoFix
        }),
        trail_id: Some("tuquesa".to_owned()),
        setting: Some(
            ["river", "jungle", "jungle", "camp"]
                .get(dice.below(4))
                .copied()
                .unwrap_or("river")
                .to_owned(),
        ),
        direction: Some("north".to_owned()),
        composition: group.composition(),
        count_method: Some("counted".to_owned()),
        re_encounter: Some(if dice.chance(0.3) { "first" } else { "unknown" }.to_owned()),
        needs: needs(dice, group),
        items_given: items(dice, group, &assistance),
        assistance,
        capture_mode: Some("quick".to_owned()),
        ..Capture::default()
    }
}

/// Returns a merge patch as officers make them: a head more at the second look, or first aid that was added.
pub(super) fn correction(dice: &mut Dice, group: &Group, first: bool) -> Value {
    match group.largest_cell() {
        Some((nationality, cell, count)) if first => {
            json!({ "composition": { nationality: { cell: count + 1 } } })
        }
        _ if dice.chance(0.5) => json!({ "assistance": { "first_aid": 1 } }),
        _ => json!({ "setting": "community", "river_state": "high" }),
    }
}

/// Each patrol walks its own part of the way; the error of a fix grows with its dilution.
fn fix(dice: &mut Dice, device: usize) -> Position {
    let along = ((device % 6) as f64 + dice.unit()) / 6.0;
    let (lat, lon) = on_the_way(along);
    let hdop = HDOP_MEDIAN * (HDOP_SPREAD * dice.bell()).exp();
    let accuracy_m = hdop * METRES_PER_HDOP;
    let north_m = dice.bell() * accuracy_m / 1.5;
    let east_m = dice.bell() * accuracy_m / 1.5;
    Position {
        lat: rounded(lat + north_m / METRES_PER_DEGREE, 5),
        lon: rounded(
            lon + east_m / (METRES_PER_DEGREE * lat.to_radians().cos()),
            5,
        ),
        accuracy_m: Some(rounded(accuracy_m, 0)),
        altitude_m: Some(rounded(90.0 + 60.0 * (1.0 - along) + dice.bell() * 12.0, 0)),
        altitude_accuracy_m: Some(rounded(accuracy_m * 1.7, 0)),
        source: "gnss".to_owned(),
        fix_age_s: u32::try_from(dice.between(0, 45)).ok(),
        hdop: Some(rounded(hdop, 1)),
    }
}

fn on_the_way(along: f64) -> (f64, f64) {
    let [start, middle, end] = WAY;
    let between = |(a, b): (f64, f64), (c, d): (f64, f64), part: f64| {
        (a + (c - a) * part, b + (d - b) * part)
    };
    if along < 0.75 {
        between(start, middle, along / 0.75)
    } else {
        between(middle, end, (along - 0.75) / 0.25)
    }
}

fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    (value * scale).round() / scale
}

/// One group in fifty is not asked: those records say that they are incomplete.
fn assistance(dice: &mut Dice, group: &Group) -> BTreeMap<String, Reach> {
    let mut given = BTreeMap::new();
    if dice.chance(0.02) {
        return given;
    }
    let mut give = |code: &str, reach| given.insert(code.to_owned(), reach);
    give("info_risks", Reach::All);
    if dice.chance(0.8) {
        give("water", Reach::All);
    }
    if dice.chance(0.25) {
        give("food", Reach::All);
    }
    if dice.chance(0.15) {
        give(
            "first_aid",
            Reach::Part(1 + dice.below(2.min(group.size() as usize)) as u32),
        );
    }
    if dice.chance(0.3) && group.under_six() > 0 {
        give("baby", Reach::Part(group.under_six()));
    }
    if dice.chance(0.03) {
        give("rescue", Reach::Part(1));
    }
    given
}

fn needs(dice: &mut Dice, group: &Group) -> Option<BTreeMap<String, u32>> {
    let mut needs = BTreeMap::new();
    if group.only_children() {
        needs.insert("uac".to_owned(), group.children());
    }
    if dice.chance(0.06) && group.women() > 0 && !group.with_ages {
        needs.insert("pregnant".to_owned(), 1);
    }
    for (code, share) in [
        ("family_behind", 0.08),
        ("injured", 0.1),
        ("no_food_24h", 0.12),
        ("lost_documents", 0.05),
    ] {
        if dice.chance(share) {
            needs.insert(
                code.to_owned(),
                1 + dice.below((group.size() as usize).min(3)) as u32,
            );
        }
    }
    Some(needs)
}

fn items(
    dice: &mut Dice,
    group: &Group,
    assistance: &BTreeMap<String, Reach>,
) -> BTreeMap<String, u32> {
    let mut items = BTreeMap::new();
    if assistance.contains_key("water") && dice.chance(0.6) {
        items.insert("water_l".to_owned(), group.size().max(1));
    }
    if let Some(Reach::Part(kits)) = assistance.get("baby") {
        items.insert("baby_kit".to_owned(), *kits);
    }
    items
}

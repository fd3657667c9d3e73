//! The shares that the generated day promises.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::collections::{BTreeMap, HashSet};

use bitacora_core::capture::{Position, StatedPosition};

use super::nationality::Nationalities;
use super::*;

fn day(seed: u64) -> BusyDay {
    BusyDay::at_bajo_chiquito(seed, "2023-08-14T00:00:00-05:00".parse().unwrap())
}

fn captures(seed: u64) -> Vec<Capture> {
    let recorded = |action: Action| match action.deed {
        Deed::Record {
            repeats: None,
            capture,
            ..
        } => Some(*capture),
        _ => None,
    };
    day(seed).actions().filter_map(recorded).collect()
}

fn people(capture: &Capture) -> u32 {
    capture
        .composition
        .values()
        .flat_map(|cells| cells.values())
        .sum()
}

fn children(capture: &Capture) -> u32 {
    let young = |cell: &str| {
        ["AC+", "A0+", "A6+", "A12+"]
            .iter()
            .any(|band| cell.starts_with(band))
    };
    capture
        .composition
        .values()
        .flatten()
        .filter(|(cell, _)| young(cell))
        .map(|(_, count)| count)
        .sum()
}

fn share(part: f64, whole: f64) -> f64 {
    part / whole
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let bytes = |seed| {
        let line = |action: Action| match action.deed {
            Deed::Record {
                record, capture, ..
            } => {
                format!(
                    "{} {record} {}",
                    action.at,
                    serde_json::to_string(&capture).unwrap()
                )
            }
            Deed::Edit { record, patch } => format!("{} {record} {patch}", action.at),
        };
        day(seed).actions().map(line).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(bytes(1), bytes(1), "a failing day must be replayable");
    assert_ne!(bytes(1), bytes(2), "another seed is another day");
}

#[test]
fn actions_come_in_order_of_time_and_edits_after_their_record() {
    let mut last = None;
    let mut made = HashSet::new();
    for action in day(3).actions() {
        assert!(last <= Some(action.at), "teams act in the order of time");
        last = Some(action.at);
        match action.deed {
            Deed::Record { record, .. } => assert!(
                made.insert((action.device, record)),
                "a record is made once"
            ),
            Deed::Edit { record, .. } => {
                assert!(
                    made.contains(&(action.device, record)),
                    "only an own record that exists is corrected"
                )
            }
        }
    }
}

#[test]
fn a_day_has_as_many_people_as_the_peak_of_august_2023() {
    for seed in 0..10 {
        let captures = captures(seed);
        assert_eq!(captures.len(), 260, "about 260 groups");
        let people: u32 = captures.iter().map(people).sum();
        assert!(
            (2200..=3000).contains(&people),
            "seed {seed}: {people} people, about 2,600 are promised"
        );
    }
    let mean = (0..20)
        .flat_map(captures)
        .map(|capture| people(&capture))
        .sum::<u32>()
        / 20;
    assert!(
        (2500..=2700).contains(&mean),
        "{mean} people on an average day"
    );
}

#[test]
fn nationalities_keep_to_the_published_shares() {
    for seed in 0..5 {
        let mut by_nationality: BTreeMap<String, u32> = BTreeMap::new();
        for capture in captures(seed) {
            for (code, cells) in capture.composition {
                *by_nationality.entry(code).or_default() += cells.values().sum::<u32>();
            }
        }
        let all: u32 = by_nationality.values().sum();
        for (code, published) in Nationalities::published().shares() {
            let found = share(
                by_nationality
                    .get(*code)
                    .copied()
                    .unwrap_or_default()
                    .into(),
                all.into(),
            );
            assert!(
                (found - published).abs() < 0.04,
                "seed {seed}: {code} is {found:.3}, published {published:.3}"
            );
        }
    }
}

#[test]
fn a_fifth_to_a_quarter_are_children_and_half_of_them_under_six() {
    for seed in 0..5 {
        let captures = captures(seed);
        let found = share(
            captures.iter().map(children).sum::<u32>().into(),
            captures.iter().map(people).sum::<u32>().into(),
        );
        assert!(
            (0.20..=0.25).contains(&found),
            "seed {seed}: {found:.3} are children"
        );
    }
    let (mut under_six, mut all) = (0, 0);
    for capture in (0..20).flat_map(captures) {
        for (cell, count) in capture.composition.values().flatten() {
            under_six += if cell.starts_with("A0+") { *count } else { 0 };
            all += if ["A0+", "A6+", "A12+"]
                .iter()
                .any(|band| cell.starts_with(band))
            {
                *count
            } else {
                0
            };
        }
    }
    let found = share(under_six.into(), all.into());
    assert!(
        (0.45..=0.55).contains(&found),
        "{found:.3} of the children whose age was asked are under six"
    );
}

#[test]
fn fixes_are_as_poor_as_under_canopy() {
    let captures: Vec<Capture> = (0..10).flat_map(captures).collect();
    let mut hdop: Vec<f64> = captures
        .iter()
        .filter_map(|capture| match &capture.position {
            Some(StatedPosition::Fix(fix)) => fix.hdop,
            _ => None,
        })
        .collect();
    hdop.sort_by(f64::total_cmp);
    let median = hdop[hdop.len() / 2];
    assert!(
        (13.0..=16.0).contains(&median),
        "median HDOP {median:.1}; 13 to 16 was published"
    );
    let no_fix = share((captures.len() - hdop.len()) as f64, captures.len() as f64);
    assert!(
        (0.06..=0.10).contains(&no_fix),
        "{no_fix:.3} without a fix; 8 % is promised"
    );
}

/// The way that scene.rs walks, told again: three points on the trail above Bajo Chiquito.
#[test]
fn positions_lie_on_the_trail_within_their_accuracy() {
    let metres = |(lat, lon): (f64, f64)| {
        let to_metres = 111_320.0;
        (
            lat * to_metres,
            lon * to_metres * 8.4_f64.to_radians().cos(),
        )
    };
    let way: Vec<_> = scene::WAY.into_iter().map(metres).collect();
    let off = |fix: &Position| {
        let at = metres((fix.lat, fix.lon));
        let legs = way.windows(2).map(|leg| distance(at, (leg[0], leg[1])));
        legs.fold(f64::INFINITY, f64::min)
    };
    let (mut near, mut all) = (0_u32, 0_u32);
    for capture in (0..10).flat_map(captures) {
        if let Some(StatedPosition::Fix(fix)) = &capture.position {
            let accuracy = fix.accuracy_m.unwrap();
            assert!(
                off(fix) < 4.0 * accuracy,
                "{fix:?} is nowhere near the trail"
            );
            near += u32::from(off(fix) <= accuracy);
            all += 1;
        }
    }
    let near = share(near.into(), all.into());
    assert!(
        (0.75..=0.97).contains(&near),
        "{near:.3} are within their accuracy"
    );
}

/// The distance of a point from a leg of a way, in the units of both.
fn distance((x, y): (f64, f64), ((ax, ay), (bx, by)): ((f64, f64), (f64, f64))) -> f64 {
    let (dx, dy) = (bx - ax, by - ay);
    let along = (((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
    (x - ax - along * dx).hypot(y - ay - along * dy)
}

#[test]
fn corrections_repeats_and_wrong_clocks_keep_to_their_shares() {
    let (mut records, mut repeats, mut wrong) = (0u32, 0u32, 0u32);
    let mut edits: BTreeMap<_, u32> = BTreeMap::new();
    for (seed, action) in (0..40).flat_map(|seed| day(seed).actions().map(move |did| (seed, did))) {
        match action.deed {
            Deed::Record { repeats: again, .. } => {
                records += 1;
                repeats += u32::from(again.is_some());
                wrong += u32::from(!action.clock_error.is_zero());
            }
            Deed::Edit { record, .. } => *edits.entry((seed, record)).or_default() += 1,
        }
    }
    let of = |part: u32| share(part.into(), records.into());
    assert!(
        edits.values().all(|times| *times == 2),
        "what is edited is edited twice"
    );
    let edited = of(u32::try_from(edits.len()).unwrap());
    assert!(
        (0.045..=0.055).contains(&edited),
        "{edited:.3}: 5 % of the records are edited twice"
    );
    assert!(
        (0.015..=0.025).contains(&of(repeats)),
        "{:.3}: 2 % are recorded by two patrols",
        of(repeats)
    );
    assert!(
        (0.02..=0.04).contains(&of(wrong)),
        "{:.3}: 3 % have a wrong clock",
        of(wrong)
    );
}

#[test]
fn a_repeat_is_by_another_patrol_and_looks_like_the_first() {
    let mut firsts = BTreeMap::new();
    for action in (0..10).flat_map(|seed| day(seed).actions().map(move |action| (seed, action))) {
        let (
            seed,
            Action {
                device,
                at,
                deed:
                    Deed::Record {
                        record,
                        repeats,
                        capture,
                    },
                ..
            },
        ) = action
        else {
            continue;
        };
        if let Some(first) = repeats {
            let (first_device, first_at, first): &(usize, DateTime<FixedOffset>, Box<Capture>) =
                &firsts[&(seed, first)];
            assert_ne!(
                device, *first_device,
                "a patrol does not meet its own group as a new one"
            );
            assert!(
                (20..=120).contains(&(at - *first_at).num_minutes()),
                "it walks on in between"
            );
            assert!(
                capture.composition.keys().eq(first.composition.keys()),
                "the nationalities are the same"
            );
            assert!(
                people(&capture).abs_diff(people(first)) <= 1,
                "the count is nearly the same"
            );
        }
        firsts.insert((seed, record), (device, at, capture));
    }
}

#[test]
fn import_ids_are_stable_and_different() {
    let at = "2023-08-14T07:21:00-05:00".parse().unwrap();
    let ids: HashSet<_> = (0..1000)
        .map(|record| day(1).import_id(record, at))
        .collect();
    assert_eq!(ids.len(), 1000, "two records never share an id");
    assert_eq!(
        day(1).import_id(5, at),
        day(1).import_id(5, at),
        "an import that is read twice is one record"
    );
}

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod approved;
mod editing;
mod future;
mod law;
mod looking_back;
mod rights;
mod schema;
mod standing;
mod unjudged;

use serde_json::{Value, json};

use super::*;
use chrono::DateTime;

use crate::authoring::{Author, Written};
use crate::clock::TrustedClock;
use crate::id::{ActorId, DeviceId, EntryId, PersonId};

/// A post with one record and people who write on it.
pub(crate) fn header() -> Header {
    Header {
        encounter_id: "0198f3c2-6b1e-7c40-9a55-2f6f0a7d1e21".parse().unwrap(),
        short_code: "BCH-0314-7QK-3".to_owned(),
        post_id: "PA-BCH".parse().unwrap(),
        author_id: person(17),
        device_id: DeviceId::new([7; 16]),
        created_at: "2025-03-14T12:21:44Z".parse().unwrap(),
        tz: "America/Panama".to_owned(),
    }
}

pub(crate) fn person(number: u8) -> PersonId {
    PersonId::from_bytes([number; 16])
}

pub(crate) fn by(number: u8) -> Author {
    Author {
        person: person(number),
        device: DeviceId::new([number; 16]),
        actor: ActorId::new([number; 16]),
        at: "2025-03-14T12:21:44Z".parse().unwrap(),
        clock: TrustedClock::Unknown,
    }
}

pub(crate) fn capture(json: Value) -> Capture {
    serde_json::from_value(json).unwrap()
}

/// DOMAIN's own example.
pub(crate) fn example() -> Capture {
    capture(json!({
        "occurred_at": "2025-03-14T07:21:40-05:00", "clock_source": "gnss",
        "position": {"lat": 8.45103, "lon": -77.64295, "accuracy_m": 38.0, "source": "gnss_avg", "fix_age_s": 4},
        "trail_id": "tuquesa", "setting": "river", "direction": "north", "count_method": "counted",
        "composition": {"VEN": {"AA+M": 3, "AA+F": 2, "AC+M": 1}, "HTI": {"AA+M": 1, "AA+F": 2, "AC+F": 2}},
        "needs": {"family_behind": 1}, "assistance": {"water": "all", "info_risks": "all", "first_aid": 1},
        "items_given": {"water_l": 8}, "re_encounter": "first"
    }))
}

pub(crate) fn recorded(capture: &Capture) -> Document {
    Document::from_changes([record(&header(), capture, &by(17))
        .unwrap()
        .bytes
        .as_slice()])
    .unwrap()
}

pub(crate) fn patched(seen: &Document, patch: Value, author: u8) -> Written {
    edit(seen, &Edit::Patch(patch), &by(author))
        .unwrap()
        .expect("the patch changes something")
}

pub(crate) fn both(base: &Document, left: &Written, right: &Written) -> Document {
    base.clone()
        .with_change(&left.bytes)
        .unwrap()
        .with_change(&right.bytes)
        .unwrap()
}

#[test]
fn a_capture_comes_back_as_it_was_stated() {
    let document = recorded(&example());
    let mut read = read(&document).unwrap().capture();
    assert_eq!(
        read.encounter_id.take(),
        Some(header().encounter_id),
        "the record names itself"
    );
    assert_eq!(
        serde_json::to_value(read).unwrap(),
        serde_json::to_value(example()).unwrap(),
        "nothing is lost or added"
    );
}

#[test]
fn what_says_nothing_is_stated_by_nobody() {
    let empty = capture(
        json!({"note": "", "languages": [], "families": 2, "composition": {"VEN": {"AA+M": 0}, "HTI": {}},
        "assistance": {"water": 0}, "items_given": {"water_l": 0}, "beta_override": {"ASO": 0}}),
    );
    let told = as_recorded(&empty).unwrap();
    assert_eq!(
        told,
        capture(json!({"families": 2, "beta_override": {"ASO": 0}})),
        "a corrected count of nobody is a count; the rest is silence"
    );
    let (_, recorded) = begin(&header(), &empty, &by(17)).unwrap();
    let recorded = Capture {
        encounter_id: None,
        ..recorded.capture()
    };
    assert_eq!(told, recorded, "in the words of the record itself");
    let wrong = as_recorded(&capture(json!({"setting": "a b"}))).unwrap_err();
    assert!(wrong.to_string().starts_with("setting: "), "{wrong}");
}

#[test]
fn the_example_adds_up_as_the_domain_says() {
    let summary = crate::summary::Summary::of(&read(&recorded(&example())).unwrap());
    assert_eq!(summary.people.total, Count::exactly(11), "3+2+1+1+2+2");
    assert_eq!(
        summary.people.boys.plus(summary.people.girls),
        Count::exactly(3),
        "children"
    );
    let attentions: Vec<_> = summary
        .attentions
        .iter()
        .map(|(code, people)| (code.as_str(), people.max))
        .collect();
    assert_eq!(
        attentions,
        [("ASO", 11), ("ORI", 11), ("PAX", 1)],
        "the most that any code of a category reached"
    );
    assert_eq!(summary.missing, [], "nothing is missing");
    assert!(
        summary.counts() && summary.status == Status::Complete,
        "it counts: {:?}",
        summary.status
    );
}

#[test]
fn two_counts_stay_side_by_side_until_one_is_chosen() {
    let base = recorded(&example());
    let eight = patched(&base, json!({"composition": {"VEN": {"AA+M": 8}}}), 2);
    let nine = patched(&base, json!({"composition": {"VEN": {"AA+M": 9}}}), 3);
    let merged = both(&base, &eight, &nine);
    let encounter = read(&merged).unwrap();
    assert_eq!(
        encounter.two_values(),
        [(&"composition/VEN/AA+M".to_owned(), Merge::Both)],
        "both are there"
    );
    assert_eq!(
        encounter.total_people(),
        Count { min: 16, max: 17 },
        "a range, not a chosen number"
    );
    let choice = Edit::Choose {
        field: "composition/VEN/AA+M".to_owned(),
        change: nine.meta.hash,
    };
    let chosen = edit(&merged, &choice, &by(4)).unwrap().unwrap();
    let decided = read(&merged.with_change(&chosen.bytes).unwrap()).unwrap();
    assert_eq!(
        (decided.total_people(), decided.two_values().len()),
        (Count::exactly(17), 0),
        "nine is chosen"
    );
}

#[test]
fn nothing_stated_is_told_by_debug() {
    let stated = capture(
        json!({"note": "familia Pérez", "position": {"lat": 8.45103, "lon": -77.64295, "source": "gnss"}}),
    );
    let encounter = read(&recorded(&stated)).unwrap();
    let told = format!("{stated:?} {encounter:?}");
    assert!(
        !told.contains("Pérez") && !told.contains("8.45") && !told.contains("77.64"),
        "{told}"
    );
}

/// A released layout is never changed: new versions add keys.
#[test]
fn the_first_change_is_byte_for_byte_what_it_was() {
    let written = record(&header(), &example(), &by(17)).unwrap();
    insta::assert_snapshot!(written.meta.hash, @"e35ba51aeed131723f510263a7076d8f47bfa93fccd33d2568a12f4ebb8cc900");
}

#[test]
fn a_capture_has_every_field_of_the_layout_and_no_other() {
    let schema = serde_json::to_value(crate::capture::schema()).unwrap();
    let mut stated: Vec<_> = schema["properties"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let scalars = ENCOUNTER
        .scalars
        .iter()
        .map(|spec| spec.name)
        .filter(|name| *name != "needs_answered" && !ENCOUNTER.is_added(name));
    let containers = ENCOUNTER
        .containers
        .iter()
        .map(|container| container.spec.name);
    let mut laid: Vec<_> = scalars
        .chain(containers)
        .chain(["encounter_id", "note"])
        .collect();
    stated.sort_unstable();
    laid.sort_unstable();
    assert_eq!(stated, laid, "what can be stated can be kept");
}

/// A record of layout 1 as a device once wrote it: two edits side by side, then one on top of both.
const LAYOUT_1: &str = include_str!("../../fixtures/encounter-1.hex");

#[test]
fn records_of_the_first_layout_stay_readable() {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    let chunks: Vec<Vec<u8>> = LAYOUT_1
        .lines()
        .map(|line| line.as_bytes().chunks(2).map(byte).collect())
        .collect();
    let document = Document::from_changes(chunks.iter().map(Vec::as_slice)).unwrap();
    let encounter = read(&document).unwrap();
    assert_eq!(encounter.header, header(), "who, where and when");
    insta::assert_snapshot!(serde_json::to_string(&encounter.capture()).unwrap(), @r#"{"encounter_id":"0198f3c2-6b1e-7c40-9a55-2f6f0a7d1e21","occurred_at":"2025-03-14T07:21:40-05:00","clock_source":"gnss","position":{"lat":8.45103,"lon":-77.64295,"accuracy_m":38.0,"source":"gnss_avg","fix_age_s":4},"trail_id":"tuquesa","setting":"river","direction":"north","composition":{"HTI":{"AA+F":2,"AA+M":1,"AC+F":2},"VEN":{"AA+F":2,"AA+M":9,"AC+M":1}},"count_method":"counted","re_encounter":"first","needs":{"family_behind":1,"older":1},"assistance":{"first_aid":1,"info_risks":"all","water":"all"},"items_given":{"water_l":8},"note":"río muy crecido"}"#);
    assert_eq!(encounter.unknown.len(), 0, "every field is still known");
    assert_eq!(
        history(&document).unwrap().len(),
        5,
        "the beginning, four fields"
    );
}

//! E09: a time that lay in the future when it was stated, judged by whoever reads the record, whenever.

use chrono::{DateTime, Utc};
use rstest::rstest;
use serde_json::json;

use super::*;
use crate::clock::TrustedClock;
use crate::summary::Summary;

/// When it is, by the device that states something.
const NOW: &str = "2025-03-14T12:21:44Z";

fn author(number: u8, clock: TrustedClock) -> Author {
    Author {
        clock,
        ..by(number)
    }
}

fn checked() -> TrustedClock {
    TrustedClock::Known(NOW.parse::<DateTime<Utc>>().unwrap())
}

fn at(time: &str, clock: TrustedClock) -> Document {
    let mut stated = example();
    stated.occurred_at = Some(time.parse().unwrap());
    stated.clock_source = Some("typed".to_owned());
    let written = record(&header(), &stated, &author(17, clock)).unwrap();
    Document::from_changes([written.bytes.as_slice()]).unwrap()
}

fn corrected(seen: &Document, time: &str, by: u8, clock: TrustedClock) -> Written {
    let patch = Edit::Patch(json!({"occurred_at": time}));
    edit(seen, &patch, &author(by, clock)).unwrap().unwrap()
}

fn fields(document: &Document) -> Vec<String> {
    let missing = Summary::of(&read(document).unwrap()).missing;
    missing.into_iter().map(|(_, field)| field).collect()
}

#[rstest]
#[case::a_day_too_late("2025-03-15T07:21:00-05:00", true)]
#[case::six_minutes("2025-03-14T07:27:45-05:00", true)]
#[case::five_minutes("2025-03-14T07:26:44-05:00", false)]
#[case::earlier("2025-03-14T06:00:00-05:00", false)]
fn a_time_of_the_future_is_said_wherever_it_is_read(#[case] time: &str, #[case] wrong: bool) {
    let document = at(time, checked());
    let expected: &[&str] = if wrong { &["occurred_at:future"] } else { &[] };
    assert_eq!(fields(&document), expected, "five minutes are allowed");
    let encounter = read(&document).unwrap();
    assert_eq!(
        encounter.fields.contains_key("clock_checked_at"),
        wrong,
        "a time that is in order costs no byte"
    );
    assert_eq!(
        encounter.status(),
        if wrong {
            Status::Draft
        } else {
            Status::Complete
        }
    );
    assert_eq!(
        encounter.capture().occurred_at.unwrap().to_rfc3339(),
        time,
        "a form shows what was stated, and nothing of how it was judged"
    );
}

#[test]
fn a_correction_ends_it_also_by_a_device_without_a_trusted_clock() {
    let wrong = at("2025-03-15T07:21:00-05:00", checked());
    let right = corrected(
        &wrong,
        "2025-03-14T07:21:00-05:00",
        2,
        TrustedClock::Unknown,
    );
    let document = wrong.with_change(&right.bytes).unwrap();
    assert_eq!(
        fields(&document),
        [""; 0],
        "the judgement was of the former time"
    );
    let later = TrustedClock::Known("2025-03-14T13:00:00Z".parse().unwrap());
    let again = corrected(&document, "2025-03-16T07:21:00-05:00", 3, later);
    let document = document.with_change(&again.bytes).unwrap();
    assert_eq!(
        fields(&document),
        ["occurred_at:future"],
        "each is judged by itself"
    );
    let lines = history(&document).unwrap();
    assert!(
        lines.iter().all(|line| line.field != "clock_checked_at"),
        "history tells what people stated"
    );
}

#[test]
fn of_two_times_one_that_is_in_order_suffices() {
    let base = at("2025-03-14T07:00:00-05:00", checked());
    let ahead = corrected(&base, "2025-03-15T07:00:00-05:00", 2, checked());
    let right = corrected(&base, "2025-03-14T07:05:00-05:00", 3, checked());
    let further = corrected(&base, "2025-03-16T07:00:00-05:00", 3, checked());
    assert_eq!(
        fields(&both(&base, &ahead, &right)),
        [""; 0],
        "07:05 would do"
    );
    let wrong = both(&base, &ahead, &further);
    assert_eq!(fields(&wrong), ["occurred_at:future"], "neither would");
    let paths: Vec<_> = read(&wrong)
        .unwrap()
        .two_values()
        .iter()
        .map(|(path, _)| (*path).clone())
        .collect();
    assert_eq!(paths, ["occurred_at"], "there is one thing to choose");
}

#[test]
fn nobody_states_how_a_time_was_judged() {
    let base = recorded(&example());
    let patch = Edit::Patch(json!({"clock_checked_at": NOW}));
    let refused = edit(&base, &patch, &by(2)).unwrap_err().to_string();
    assert!(refused.contains("is added by the device"), "{refused}");
}

//! E09: a time typed ahead of a clock that nobody vouches for is in doubt until somebody can judge it.

use chrono::DateTime;
use rstest::rstest;
use serde_json::json;

use super::*;
use crate::clock::TrustedClock;
use crate::content::Judged;
use crate::summary::Summary;

/// Half an hour ahead of the authors' clocks, and an hour.
const AHEAD: &str = "2025-03-14T07:51:44-05:00";
const FURTHER: &str = "2025-03-14T08:21:44-05:00";
/// In order by the same clocks.
const BEFORE: &str = "2025-03-14T07:00:00-05:00";

fn known(time: &str) -> TrustedClock {
    TrustedClock::Known(time.parse::<DateTime<Utc>>().unwrap())
}

fn base(time: &str, source: &str) -> Document {
    let mut stated = example();
    stated.occurred_at = Some(time.parse().unwrap());
    stated.clock_source = Some(source.to_owned());
    recorded(&stated)
}

/// What a person corrects, as devices state it.
fn typed(seen: &Document, time: &str, by: u8) -> Written {
    patched(
        seen,
        json!({"occurred_at": time, "clock_source": "typed"}),
        by,
    )
}

fn after(seen: &Document, what: &Edit, clock: TrustedClock) -> Document {
    let author = Author { clock, ..by(4) };
    let written = edit(seen, what, &author).unwrap().unwrap();
    seen.clone().with_change(&written.bytes).unwrap()
}

/// Whether its time is in doubt, and what is missing.
fn says(document: &Document) -> (bool, Vec<String>) {
    let row = Summary::of(&read(document).unwrap());
    let missing = row.missing.into_iter().map(|(_, field)| field);
    (row.clock_doubt, missing.collect())
}

const DOUBT: (bool, Vec<String>) = (true, Vec::new());
const ORDER: (bool, Vec<String>) = (false, Vec::new());

fn future() -> (bool, Vec<String>) {
    (false, vec!["occurred_at:future".to_owned()])
}

#[rstest]
#[case::ahead("2025-03-14T07:26:45-05:00", "typed", DOUBT)]
#[case::five_minutes("2025-03-14T07:26:44-05:00", "typed", ORDER)]
#[case::years("2031-01-01T00:00:00-05:00", "typed", DOUBT)]
#[case::by_satellites("2031-01-01T00:00:00-05:00", "gnss", ORDER)]
#[case::nobody_says_so_himself(BEFORE, "typed_ahead", ORDER)]
#[case::before_2020("2019-01-01T00:00:00-05:00", "typed", (false, vec!["occurred_at:early".to_owned()]))]
fn what_was_typed_ahead_of_an_unchecked_clock_is_in_doubt(
    #[case] time: &str,
    #[case] source: &str,
    #[case] expected: (bool, Vec<String>),
) {
    assert_eq!(says(&base(time, source)), expected, "at the beginning");
    let later = patched(
        &base(BEFORE, "network"),
        json!({"occurred_at": time, "clock_source": source, "families": 2}),
        2,
    );
    let corrected = base(BEFORE, "network").with_change(&later.bytes).unwrap();
    assert_eq!(says(&corrected), expected, "and as a correction");
}

#[test]
fn a_time_ahead_of_a_clock_of_before_2020_is_still_too_early() {
    let mut stated = example();
    stated.occurred_at = Some("2015-03-14T07:21:00-05:00".parse().unwrap());
    stated.clock_source = Some("typed".to_owned());
    let author = Author {
        at: "2000-01-01T00:00:00Z".parse().unwrap(),
        ..by(17)
    };
    let written = record(&header(), &stated, &author).unwrap();
    let document = Document::from_changes([written.bytes.as_slice()]).unwrap();
    assert_eq!(
        says(&document),
        (true, vec!["occurred_at:early".to_owned()])
    );
}

#[rstest]
#[case::both_ahead(FURTHER, DOUBT)]
#[case::one_of_them(BEFORE, ORDER)]
fn of_two_typed_times_both_lie_ahead_or_none_is_in_doubt(
    #[case] other: &str,
    #[case] expected: (bool, Vec<String>),
    #[values("typed", "network")] before: &str,
) {
    let base = base("2025-03-14T06:00:00-05:00", before);
    // Whichever of the two Automerge happens to show.
    for (one, two) in [(2, 3), (3, 2)] {
        let merged = both(&base, &typed(&base, AHEAD, one), &typed(&base, other, two));
        assert_eq!(says(&merged), expected);
    }
}

#[rstest]
#[case::ahead(AHEAD, DOUBT, ORDER)]
#[case::in_order(BEFORE, ORDER, ORDER)]
fn whoever_chooses_takes_the_doubt_with_the_time(
    #[case] chosen: &str,
    #[case] unchecked: (bool, Vec<String>),
    #[case] checked: (bool, Vec<String>),
    #[values("typed", "device")] before: &str,
) {
    let base = base("2025-03-14T06:00:00-05:00", before);
    for (one, two) in [(2, 3), (3, 2)] {
        let (ahead, order) = (typed(&base, AHEAD, one), typed(&base, BEFORE, two));
        let merged = both(&base, &ahead, &order);
        let choice = Edit::Choose {
            field: "occurred_at".to_owned(),
            change: if chosen == AHEAD { &ahead } else { &order }.meta.hash,
        };
        let said = says(&after(&merged, &choice, TrustedClock::Unknown));
        assert_eq!(said, unchecked, "by a device that knows no better");
        let noon = known("2025-03-14T17:00:00Z");
        assert_eq!(says(&after(&merged, &choice, noon)), checked);
        let early = known("2025-03-14T11:00:00Z");
        assert_eq!(says(&after(&merged, &choice, early)), future());
    }
}

#[test]
fn another_time_in_place_of_two_is_judged_like_any_other() {
    let base = base(BEFORE, "device");
    let merged = both(&base, &typed(&base, AHEAD, 2), &typed(&base, FURTHER, 3));
    let other = |time: &str| Edit::ChooseOther {
        field: "occurred_at".to_owned(),
        value: json!(time),
    };
    let unknown = TrustedClock::Unknown;
    assert_eq!(says(&after(&merged, &other(BEFORE), unknown)), ORDER);
    let tomorrow = other("2025-03-15T07:00:00-05:00");
    assert_eq!(says(&after(&merged, &tomorrow, unknown)), DOUBT);
}

#[rstest]
#[case::typed_half_an_hour_before("2025-03-14T12:21:44Z", future(), Judged::Ahead)]
#[case::typed_five_minutes_before("2025-03-14T12:46:44Z", ORDER, Judged::InOrder)]
#[case::typed_after_it("2025-03-14T20:00:00Z", ORDER, Judged::InOrder)]
fn a_contact_judges_by_when_it_was_typed(
    #[case] stated_at: &str,
    #[case] expected: (bool, Vec<String>),
    #[case] judged: Judged,
) {
    let document = base(AHEAD, "typed");
    let edit = Edit::JudgeTyped {
        stated_at: stated_at.parse().unwrap(),
    };
    let found = after(&document, &edit, known("2025-03-15T12:00:00Z"));
    assert_eq!(says(&found), expected);
    let lines = history(&found).unwrap();
    let [_, line] = lines.as_slice() else {
        panic!("one thing was added: {lines:?}")
    };
    assert_eq!(
        (line.field.as_str(), line.judged),
        ("clock_source", Some(judged)),
        "and history tells what was found"
    );
    let mut as_before = read(&document).unwrap().capture();
    as_before.clock_source = Some("typed".to_owned());
    assert_eq!(read(&found).unwrap().capture(), as_before, "nothing else");
    assert_eq!(
        super::edit(&found, &edit, &by(5)).unwrap(),
        None,
        "there is nothing more to judge"
    );
}

#[test]
fn what_a_contact_found_stands_beside_a_correction_of_the_same_hour() {
    let document = base(AHEAD, "typed");
    let judge = Edit::JudgeTyped {
        stated_at: "2025-03-14T12:21:44Z".parse().unwrap(),
    };
    let judged = edit(&document, &judge, &by(4)).unwrap().unwrap();
    let corrected = typed(&document, BEFORE, 3);
    let merged = both(&document, &judged, &corrected);
    assert_eq!(says(&merged), ORDER, "one of the two is in order");
    let further = typed(&document, FURTHER, 3);
    let merged = both(&document, &judged, &further);
    assert_eq!(
        says(&merged),
        DOUBT,
        "one is wrong, and of the other nobody knows"
    );
}

#[test]
fn the_same_time_again_is_judged_by_who_states_it() {
    let document = base(AHEAD, "typed");
    let again = Edit::Patch(json!({"occurred_at": AHEAD, "clock_source": "typed"}));
    let nothing = edit(&document, &again, &by(4)).unwrap();
    assert_eq!(nothing, None, "no more is known than before");
    let noon = known("2025-03-14T17:00:00Z");
    assert_eq!(says(&after(&document, &again, noon)), ORDER);
    let early = known("2025-03-14T12:30:00Z");
    assert_eq!(says(&after(&document, &again, early)), future());
}

#[test]
fn nothing_is_judged_where_nothing_waits() {
    let judge = Edit::JudgeTyped {
        stated_at: "2025-03-14T12:21:44Z".parse().unwrap(),
    };
    for document in [base(AHEAD, "gnss"), base(BEFORE, "typed")] {
        assert_eq!(edit(&document, &judge, &by(4)).unwrap(), None);
    }
    let base = base(BEFORE, "network");
    let two = both(&base, &typed(&base, AHEAD, 2), &typed(&base, FURTHER, 3));
    assert_eq!(
        edit(&two, &judge, &by(4)).unwrap(),
        None,
        "somebody chooses"
    );
}

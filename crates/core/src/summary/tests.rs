#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::encounter::read;
use crate::encounter::tests::{both, capture, example, patched, recorded};

fn summary(stated: Value) -> Summary {
    Summary::of(&read(&recorded(&capture(stated))).unwrap())
}

fn shown(people: &People) -> [u32; 6] {
    let columns = [
        people.men,
        people.women,
        people.boys,
        people.girls,
        people.unknown,
        people.total,
    ];
    columns.map(|count| count.max)
}

#[rstest]
#[case::quick_cells(json!({"AA+M": 1, "AA+F": 2, "AC+M": 3, "AC+F": 4, "AU+U": 5}), [1, 2, 3, 4, 5, 15])]
#[case::bands(json!({"A18+M": 1, "A60+M": 1, "A0+F": 1, "A6+F": 1, "A12+M": 1}), [2, 0, 1, 2, 0, 5])]
#[case::other_sex(json!({"AA+X": 1, "AC+U": 2}), [0, 0, 0, 0, 3, 3])]
#[case::sex_known_age_not(json!({"AU+M": 2}), [0, 0, 0, 0, 2, 2])]
#[case::code_of_a_newer_build(json!({"A99+M": 2}), [0, 0, 0, 0, 2, 2])]
fn people_roll_up_by_sex_and_age(#[case] cells: Value, #[case] expected: [u32; 6]) {
    let summary = summary(json!({"composition": {"VEN": cells}}));
    assert_eq!(shown(&summary.nationalities["VEN"]), expected);
    assert_eq!(shown(&summary.people), expected, "one nationality is all");
}

#[test]
fn who_is_only_estimated_is_unknown_in_sex_age_and_nationality() {
    let summary = summary(json!({"composition": {"VEN": {"AA+M": 30}}, "group_estimate": 40}));
    assert_eq!(
        shown(&summary.people),
        [30, 0, 0, 0, 10, 40],
        "the estimate, if larger"
    );
    assert_eq!(
        shown(&summary.nationalities["XXX"]),
        [0, 0, 0, 0, 10, 10],
        "so that the rows add up to the total"
    );
}

#[test]
fn an_estimate_below_the_count_changes_nothing() {
    let summary = summary(json!({"composition": {"VEN": {"AA+M": 30}}, "group_estimate": 20}));
    assert_eq!(shown(&summary.people), [30, 0, 0, 0, 0, 30]);
    assert!(
        !summary.nationalities.contains_key("XXX"),
        "nobody is added"
    );
}

#[test]
fn two_values_make_ranges_everywhere() {
    let base = recorded(&example());
    let men = |count: u32, author| {
        patched(
            &base,
            json!({"composition": {"VEN": {"AA+M": count}}}),
            author,
        )
    };
    let summary = Summary::of(&read(&both(&base, &men(8, 2), &men(9, 3))).unwrap());
    let range = |min, max| Count { min, max };
    assert!(
        !summary.nationalities.contains_key("XXX") && summary.people.unknown == Count::default(),
        "two counts of the same men are no people of unknown nationality"
    );
    assert_eq!(
        summary.people.men,
        range(9, 10),
        "one Haitian and eight or nine Venezuelans"
    );
    assert_eq!(summary.people.total, range(16, 17));
    assert_eq!(
        summary.attentions["ASO"],
        range(16, 17),
        "all of the group follows"
    );
    assert_eq!(
        summary.attentions["PAX"],
        Count::exactly(1),
        "a typed part does not"
    );
    assert_eq!(summary.undecided, ["composition/VEN/AA+M"]);
}

#[rstest]
#[case::most_of_a_category(json!({"water": 4, "food": 7}), json!({}), &[("ASO", 7)])]
#[case::all(json!({"water": "all", "info_risks": 3}), json!({}), &[("ASO", 10), ("ORI", 3)])]
#[case::capped(json!({"water": 12}), json!({}), &[("ASO", 10)])]
#[case::override_replaces(json!({"water": 4, "food": 7}), json!({"ASO": 9}), &[("ASO", 9)])]
#[case::override_alone(json!({"declined": 1}), json!({"LEG": 2}), &[("LEG", 2)])]
#[case::override_with_nobody(json!({"water": 4, "info_risks": 3}), json!({"ASO": 0}), &[("ORI", 3)])]
#[case::override_capped(json!({"water": 4}), json!({"ASO": 99}), &[("ASO", 10)])]
#[case::below_the_line(json!({"transfer_health": 2, "body_recovery": 1}), json!({}), &[])]
#[case::nothing_given(json!({"observed": "all"}), json!({}), &[])]
#[case::unknown_code(json!({"teleport": 5}), json!({}), &[])]
fn attentions_are_people_per_category(
    #[case] assistance: Value,
    #[case] overridden: Value,
    #[case] expected: &[(&str, u32)],
) {
    let stated = json!({"composition": {"VEN": {"AA+M": 10}}, "assistance": assistance, "beta_override": overridden});
    let summary = summary(stated);
    let attentions: Vec<_> = summary
        .attentions
        .iter()
        .map(|(code, people)| (code.as_str(), people.max))
        .collect();
    assert_eq!(attentions, expected);
}

/// Of everybody who got water nobody needed it as social assistance: the 0 is stated, and stays until it is removed.
#[rstest]
#[case::nobody(json!(0), 0, 0)]
#[case::three(json!(3), 3, 3)]
#[case::removed(json!(null), 10, 10)]
fn a_correction_counts_until_it_is_removed(
    #[case] corrected: Value,
    #[case] min: u32,
    #[case] max: u32,
) {
    let stated = json!({"composition": {"VEN": {"AA+M": 10}}, "assistance": {"water": "all"},
        "beta_override": {"ASO": 4}});
    let base = recorded(&capture(stated));
    let edit = patched(&base, json!({"beta_override": {"ASO": corrected}}), 2);
    let after = read(&base.with_change(&edit.bytes).unwrap()).unwrap();
    let people = Summary::of(&after).attentions.remove("ASO");
    assert_eq!(people.unwrap_or_default(), Count { min, max });
    let shown = serde_json::to_value(after.capture()).unwrap();
    assert_eq!(
        shown["beta_override"]["ASO"], corrected,
        "and a form shows what was stated"
    );
}

#[rstest]
#[case::beside_nobody(json!(null), json!(0), 0, 10)]
#[case::beside_another(json!(2), json!(0), 0, 2)]
fn two_corrections_are_a_range(
    #[case] one: Value,
    #[case] other: Value,
    #[case] min: u32,
    #[case] max: u32,
) {
    let stated = json!({"composition": {"VEN": {"AA+M": 10}}, "assistance": {"water": "all"},
        "beta_override": {"ASO": 4}});
    let base = recorded(&capture(stated));
    let [one, other] = [(one, 2), (other, 3)]
        .map(|(people, by)| patched(&base, json!({"beta_override": {"ASO": people}}), by));
    let summary = Summary::of(&read(&both(&base, &one, &other)).unwrap());
    assert_eq!(summary.attentions["ASO"], Count { min, max });
    assert_eq!(summary.undecided, ["beta_override/ASO"]);
}

#[rstest]
#[case::late_in_panama("2025-03-15T04:59:00Z", "2025-03-14")]
#[case::next_day_in_panama("2025-03-15T05:00:00Z", "2025-03-15")]
#[case::written_in_another_offset("2025-03-15T00:30:00-04:00", "2025-03-14")]
fn the_day_is_the_posts(#[case] at: &str, #[case] day: &str) {
    assert_eq!(
        summary(json!({"occurred_at": at})).day,
        day.parse().unwrap()
    );
}

#[rstest]
#[case::on_one_day("2025-03-14T07:00:00-05:00", "2025-03-14T19:00:00-05:00", &[])]
#[case::on_two("2025-03-14T23:50:00-05:00", "2025-03-15T00:10:00-05:00", &["2025-03-14", "2025-03-15"])]
#[case::two_by_the_clock_of_another_zone("2025-03-14T23:50:00-05:00", "2025-03-15T00:10:00-04:00", &[])]
fn two_times_may_lie_on_two_days(#[case] one: &str, #[case] other: &str, #[case] days: &[&str]) {
    let base = recorded(&example());
    let [one, other] =
        [(one, 2), (other, 3)].map(|(at, by)| patched(&base, json!({"occurred_at": at}), by));
    let row = Summary::of(&read(&both(&base, &one, &other)).unwrap());
    let mut all = row.other_days.clone();
    if !all.is_empty() {
        all.push(row.day);
        all.sort();
    }
    let days: Vec<NaiveDate> = days.iter().map(|day| day.parse().unwrap()).collect();
    assert_eq!(all, days, "the day of each time that was stated");
}

#[test]
fn a_time_beside_its_removal_may_lie_on_the_day_of_saving() {
    let base = recorded(&example());
    let [one, other] = [(json!("2025-03-12T07:00:00-05:00"), 2), (json!(null), 3)]
        .map(|(at, by)| patched(&base, json!({"occurred_at": at}), by));
    let row = Summary::of(&read(&both(&base, &one, &other)).unwrap());
    let mut all = [row.other_days.as_slice(), &[row.day]].concat();
    all.sort();
    let days = ["2025-03-12", "2025-03-14"].map(|day| day.parse().unwrap());
    assert_eq!(all, days, "where it stands if the removal is chosen");
}

#[rstest]
#[case::all_of_them("2025-03-14", "2025-03-15", Some(Stands::Wholly))]
#[case::the_one_shown("2025-03-14", "2025-03-14", Some(Stands::Perhaps))]
#[case::the_other("2025-03-15", "2025-03-15", Some(Stands::Perhaps))]
#[case::neither("2025-03-16", "2025-03-18", None)]
fn a_record_of_two_days_stands_wholly_only_where_both_are(
    #[case] first: &str,
    #[case] last: &str,
    #[case] stands: Option<Stands>,
) {
    let row = Summary {
        day: "2025-03-14".parse().unwrap(),
        other_days: vec!["2025-03-15".parse().unwrap()],
        ..Summary::of(&read(&recorded(&example())).unwrap())
    };
    let (first, last): (NaiveDate, NaiveDate) = (first.parse().unwrap(), last.parse().unwrap());
    let days = first..=last;
    assert_eq!(Stands::among(&row, |day| days.contains(&day)), stands);
}

#[test]
fn a_record_without_a_time_stands_at_the_moment_it_was_saved() {
    assert_eq!(
        summary(json!({})).occurred_at.to_rfc3339(),
        "2025-03-14T12:21:44+00:00"
    );
}

#[test]
fn a_row_keeps_its_figures_through_json() {
    let before = Summary::of(&read(&recorded(&example())).unwrap());
    let after: Summary = serde_json::from_str(&serde_json::to_string(&before).unwrap()).unwrap();
    assert_eq!(after, before, "rows are kept as they were derived");
}

#[test]
fn a_row_says_nothing_about_where_and_whom_in_a_log() {
    let row = format!("{:?}", Summary::of(&read(&recorded(&example())).unwrap()));
    assert!(
        !row.contains("8.45") && !row.contains("VEN") && !row.contains("HTI"),
        "{row}"
    );
}

/// A patrol from 07:00 to 18:00 at the post.
fn span(is_open: bool) -> Span {
    let time = |text: &str| Some(text.parse().unwrap());
    Span {
        departed_at: time("2025-03-14T12:00:00Z"),
        returned_at: time("2025-03-14T23:00:00Z").filter(|_| !is_open),
        is_open,
    }
}

#[rstest]
#[case::within("2025-03-14T07:21:00-05:00", "typed", false)]
#[case::the_day_before("2025-03-13T07:21:00-05:00", "typed", true)]
#[case::by_a_clock_that_nobody_checked("2025-03-13T07:21:00-05:00", "device", false)]
fn a_time_outside_its_patrol_is_missing_once_the_patrol_is_back(
    #[case] at: &str,
    #[case] source: &str,
    #[case] outside: bool,
) {
    let mut stated = serde_json::to_value(example()).unwrap();
    stated["occurred_at"] = json!(at);
    stated["clock_source"] = json!(source);
    let row = summary(stated);
    assert_eq!(row.status, Status::Complete);
    let during = row.clone().during(&span(false));
    let expected: &[(String, String)] = &[("E09".to_owned(), rule::TIME_OUTSIDE.to_owned())];
    assert_eq!(during.missing, if outside { expected } else { &[] });
    assert_eq!(during.counts(), !outside, "tables count what is complete");
    assert_eq!(
        during.status == Status::Draft,
        outside,
        "and the status says the same"
    );
    let out = row.clone().during(&span(true));
    assert_eq!(out, row, "while it is out nothing is missing");
    assert_eq!(row.is_outside(&span(true)), outside, "but it is said");
}

#[test]
fn two_times_of_which_somebody_has_still_to_choose_are_not_compared() {
    let base = recorded(&example());
    let one = patched(
        &base,
        json!({"occurred_at": "2025-03-13T07:00:00-05:00"}),
        2,
    );
    let other = patched(
        &base,
        json!({"occurred_at": "2025-03-12T07:00:00-05:00"}),
        3,
    );
    let row = Summary::of(&read(&both(&base, &one, &other)).unwrap());
    assert!(!row.is_outside(&span(false)), "one of them will go");
}

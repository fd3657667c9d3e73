#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use chrono::{DateTime, Utc};
use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::encounter::tests::{both, capture, example, patched, recorded};
use crate::encounter::{Status, read};

/// The example with something else in it.
fn with(patch: Value) -> Encounter {
    let base = recorded(&example());
    if patch == json!({}) {
        return read(&base).unwrap();
    }
    let edit = patched(&base, patch, 2);
    read(&base.with_change(&edit.bytes).unwrap()).unwrap()
}

fn broken(encounter: &Encounter, clock: TrustedClock) -> Vec<(String, String)> {
    missing(encounter, &clock)
        .into_iter()
        .map(|missing| (missing.rule, missing.field))
        .collect()
}

fn known(now: &str) -> TrustedClock {
    TrustedClock::Known(now.parse::<DateTime<Utc>>().unwrap())
}

#[rstest]
#[case::no_people(json!({"composition": null, "needs": {"family_behind": null}, "assistance": {"first_aid": null}}), "E01", "composition")]
#[case::nation_unknown(json!({"composition": {"ZZZ": {"AA+M": 1}}}), "E02", "composition/ZZZ/AA+M")]
#[case::cell_unknown(json!({"composition": {"VEN": {"A99+M": 1}}}), "E02", "composition/VEN/A99+M")]
#[case::no_assistance(json!({"assistance": null}), "E03", "assistance")]
#[case::declined_and_helped(json!({"assistance": {"declined": "all"}}), "E03", "assistance:declined")]
#[case::observed_and_helped(json!({"assistance": {"observed": 1}}), "E03", "assistance:declined")]
#[case::all_declined_and_all_observed(json!({"assistance": {"water": null, "info_risks": null, "first_aid": null, "declined": "all", "observed": "all"}}), "E03", "assistance:declined")]
#[case::part_over_total(json!({"assistance": {"food": 12}}), "E04", "assistance/food")]
#[case::needs_not_asked(json!({"needs": null}), "E05", "needs")]
#[case::need_over_total(json!({"needs": {"injured": 12}}), "E05", "needs/injured")]
#[case::more_children_than_minors(json!({"needs": {"uac": 3, "sep": 1}}), "E05", "needs/uac")]
#[case::pregnant_men(json!({"needs": {"pregnant": 7}}), "E05", "needs/pregnant")]
#[case::older_children(json!({"needs": {"older": 9}}), "E05", "needs/older")]
#[case::separation(json!({"needs": {"uac": 2}, "separation": {"alone": 1}}), "E06", "separation")]
#[case::null_island(json!({"position": {"lat": 0.0, "lon": 0.0, "source": "gnss"}}), "E07", "position")]
#[case::whole_degrees(json!({"position": {"lat": 8.0, "lon": -77.0, "source": "gnss"}}), "E07", "position")]
#[case::nowhere(json!({"position": null}), "E08", "position")]
#[case::no_fix_and_nothing(json!({"position": "no_fix", "trail_id": null, "setting": null}), "E08", "position")]
#[case::no_time(json!({"occurred_at": null}), "E09", "occurred_at")]
#[case::gnss_before_2020(json!({"occurred_at": "2019-12-31T18:59:59-05:00"}), "E09", "occurred_at:early")]
fn what_is_missing_is_named(#[case] patch: Value, #[case] rule: &str, #[case] field: &str) {
    let encounter = with(patch);
    let expected = [(rule.to_owned(), field.to_owned())];
    assert_eq!(
        broken(&encounter, TrustedClock::Unknown),
        expected,
        "one rule, one field to open"
    );
    assert_eq!(
        encounter.status(),
        Status::Draft,
        "it is saved, and not counted yet"
    );
}

#[rstest]
#[case::as_it_is(json!({}))]
#[case::estimate_only(json!({"composition": null, "group_estimate": 40}))]
#[case::nationality_unknown(json!({"composition": {"XXX": {"AU+U": 5}}}))]
#[case::stateless(json!({"composition": {"XXA": {"AA+F": 1}}}))]
#[case::declined_by_some(json!({"assistance": {"water": 6, "info_risks": 6, "declined": 5}}))]
#[case::only_declined(json!({"assistance": {"water": null, "info_risks": null, "first_aid": null, "declined": "all"}}))]
#[case::some_declined_and_some_observed(json!({"assistance": {"water": null, "info_risks": null, "first_aid": null, "declined": 5, "observed": 6}}))]
#[case::no_needs(json!({"needs": {"family_behind": null}}))]
#[case::all_minors_alone(json!({"needs": {"uac": 2, "sep": 1}}))]
#[case::pregnant_girl_of_unknown_age(json!({"needs": {"pregnant": 6}}))]
#[case::separation_adds_up(json!({"needs": {"uac": 2, "sep": 1}, "separation": {"alone": 2, "with_relative": 1}}))]
#[case::no_fix_on_a_trail(json!({"position": "no_fix", "setting": null}))]
#[case::no_fix_in_a_setting(json!({"position": "no_fix", "trail_id": null}))]
#[case::place_only(json!({"position": null, "place_id": "PA-TRB"}))]
#[case::fix_only(json!({"trail_id": null, "setting": null}))]
#[case::unknown_setting(json!({"setting": "moon"}))]
fn what_suffices_is_complete(#[case] patch: Value) {
    let encounter = with(patch);
    assert_eq!(broken(&encounter, TrustedClock::Unknown), []);
    assert_eq!(encounter.status(), Status::Complete);
}

/// Story 4: no fix, no place, a clock at 1 January 2019; the trail comes from the patrol.
#[test]
fn a_phone_that_woke_in_2019_makes_complete_records_with_a_doubt() {
    let stated = json!({
        "occurred_at": "2019-01-01T00:10:00-05:00", "clock_source": "device", "position": "no_fix",
        "trail_id": "tuquesa", "composition": {"HTI": {"AA+M": 2}}, "needs": {}, "assistance": {"water": "all"},
    });
    let encounter = read(&recorded(&capture(stated))).unwrap();
    assert_eq!(
        broken(&encounter, TrustedClock::Unknown),
        [],
        "nobody can say that the time is wrong"
    );
    assert!(
        clock_doubt(&encounter, &TrustedClock::Unknown),
        "and nobody can say that it is right"
    );
    let judged = broken(&encounter, known("2025-03-14T20:00:00Z"));
    assert_eq!(
        judged,
        [("E09".to_owned(), TIME_TOO_EARLY.to_owned())],
        "with a trusted clock it is wrong"
    );
}

#[rstest]
#[case::one_of_them("2025-03-14T07:40:00-05:00", false)]
#[case::both("2019-06-01T07:40:00-05:00", true)]
fn of_two_times_both_lie_before_2020_or_none_is_wrong(#[case] other: &str, #[case] wrong: bool) {
    let base = recorded(&capture(json!({
        "occurred_at": "2025-03-14T07:21:00-05:00", "clock_source": "typed",
    })));
    // Whichever of the two Automerge happens to show: the authors change places.
    for (first, second) in [(2, 3), (3, 2)] {
        let early = patched(
            &base,
            json!({"occurred_at": "2019-01-01T00:10:00-05:00"}),
            first,
        );
        let other = patched(&base, json!({"occurred_at": other}), second);
        let encounter = read(&both(&base, &early, &other)).unwrap();
        let said = broken(&encounter, TrustedClock::Unknown);
        let is_early = said.contains(&("E09".to_owned(), TIME_TOO_EARLY.to_owned()));
        assert_eq!(is_early, wrong, "{said:?}");
    }
}

/// E08 is judged like every rule of two values: the record is wrong only if it would be under either choice.
#[rstest]
#[case::a_fix(json!({"lat": 8.45103, "lon": -77.64295, "source": "gnss"}), false)]
#[case::removed(Value::Null, true)]
fn of_two_positions_one_that_says_where_is_enough(#[case] other: Value, #[case] wrong: bool) {
    let mut stated = example();
    (stated.trail_id, stated.setting) = (None, None);
    let base = recorded(&stated);
    for (first, second) in [(2, 3), (3, 2)] {
        let no_fix = patched(&base, json!({"position": "no_fix"}), first);
        let mut fix = other.clone();
        if let Some(fix) = fix.as_object_mut() {
            fix.insert("accuracy_m".to_owned(), json!(12.0));
        }
        let other = patched(&base, json!({"position": fix}), second);
        let encounter = read(&both(&base, &no_fix, &other)).unwrap();
        let said = broken(&encounter, TrustedClock::Unknown);
        let expected = if wrong {
            vec![("E08".to_owned(), "position".to_owned())]
        } else {
            Vec::new()
        };
        assert_eq!(said, expected, "whichever of the two is shown");
    }
}

#[rstest]
#[case::just_now("2025-03-14T12:20:00Z", false)]
#[case::five_minutes_ahead("2025-03-14T12:16:40Z", false)]
#[case::six_minutes_ahead("2025-03-14T12:15:39Z", true)]
fn the_future_is_judged_against_a_trusted_clock(#[case] now: &str, #[case] wrong: bool) {
    // It happened at 12:21:40Z.
    assert_eq!(!broken(&with(json!({})), known(now)).is_empty(), wrong);
}

#[rstest]
#[case::gnss("gnss", false)]
#[case::network("network", false)]
#[case::typed_from_paper("typed", false)]
#[case::device("device", true)]
#[case::unknown_source("sundial", true)]
fn doubt_hangs_on_the_source_of_the_time(#[case] source: &str, #[case] doubt: bool) {
    let encounter = with(json!({"clock_source": source, "families": 2}));
    assert_eq!(clock_doubt(&encounter, &TrustedClock::Unknown), doubt);
    assert!(
        !clock_doubt(&encounter, &known("2025-03-14T13:00:00Z")),
        "a checked clock leaves none"
    );
}

#[test]
fn two_values_break_a_rule_only_if_every_choice_does() {
    let base = recorded(&example());
    let part =
        |people: u32, author| patched(&base, json!({"assistance": {"food": people}}), author);
    let either = read(&both(&base, &part(12, 2), &part(5, 3))).unwrap();
    assert_eq!(
        broken(&either, TrustedClock::Unknown),
        [],
        "5 of 11 would do"
    );
    let neither = read(&both(&base, &part(12, 2), &part(13, 3))).unwrap();
    assert_eq!(
        broken(&neither, TrustedClock::Unknown),
        [("E04".to_owned(), "assistance/food".to_owned())]
    );
}

#[rstest]
#[case::just_before_it_left("2025-03-14T06:30:00-05:00", false)]
#[case::long_before_it_left("2025-03-14T05:30:00-05:00", true)]
#[case::just_after_it_came_back("2025-03-14T18:50:00-05:00", false)]
#[case::long_after_it_came_back("2025-03-14T19:30:00-05:00", true)]
fn an_encounter_lies_within_its_patrol(#[case] at: &str, #[case] outside: bool) {
    let time = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let span = Span {
        departed_at: Some(time("2025-03-14T12:00:00Z")),
        returned_at: Some(time("2025-03-14T23:00:00Z")),
        is_open: false,
    };
    let at = time(at);
    assert_eq!(is_outside(at, &span), outside);
    assert!(
        !is_outside(at, &Span::default()),
        "times that nobody vouches for are not compared"
    );
}

#[test]
fn a_field_says_where_to_look_and_what_is_wrong() {
    assert_eq!(field_and_reason(TIME), ("occurred_at", None));
    assert_eq!(
        field_and_reason(TIME_AHEAD),
        ("occurred_at", Some("future"))
    );
    assert_eq!(
        field_and_reason(ALSO_DECLINED),
        ("assistance", Some("declined"))
    );
    assert_eq!(
        field_and_reason("composition/VEN/AA+M"),
        ("composition/VEN/AA+M", None)
    );
}

/// A newer or a hostile build wrote it: the people in it are in no figure, so the record must not be complete.
#[test]
fn a_cell_that_is_no_number_is_said() {
    let mut encounter = with(json!({}));
    let cell = encounter.fields.get_mut("composition/VEN/AA+M").unwrap();
    cell.values[0].value = crate::encounter::FieldValue::Unknown("12000".to_owned());
    assert_eq!(
        broken(&encounter, TrustedClock::Unknown),
        [("E02".to_owned(), "composition/VEN/AA+M".to_owned())]
    );
}

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rstest::rstest;

use super::{Repeat, metres, possible};
use crate::encounter::{Count, Status};
use crate::id::{DeviceId, EncounterId, PatrolId, PersonId};
use crate::summary::{People, Summary};

const TRES_BOCAS: (f64, f64) = (8.451, -77.643);
const BAJO_CHIQUITO: (f64, f64) = (8.4573, -77.6789);

fn met(id: u8, patrol: u8, time: &str, place: Option<(f64, f64)>, people: u32) -> Summary {
    let total = Count {
        min: people,
        max: people,
    };
    let people = People {
        men: total,
        total,
        ..People::default()
    };
    Summary {
        encounter_id: EncounterId::from_bytes([id; 16]),
        short_code: String::new(),
        post_id: "PA-BCH".parse().unwrap(),
        patrol_id: Some(PatrolId::from_bytes([patrol; 16])),
        author_id: PersonId::from_bytes([id; 16]),
        device_id: DeviceId::new([id; 16]),
        created_at: DateTime::<Utc>::UNIX_EPOCH,
        occurred_at: DateTime::parse_from_rfc3339(&format!("2023-08-14T{time}:00-05:00")).unwrap(),
        day: chrono::NaiveDate::from_ymd_opt(2023, 8, 14).unwrap(),
        other_days: Vec::new(),
        direction: Some("north".to_owned()),
        lat_lon: place,
        nationalities: BTreeMap::from([("VEN".to_owned(), people)]),
        people,
        attentions: BTreeMap::new(),
        status: Status::Complete,
        missing: Vec::new(),
        undecided: Vec::new(),
        parts_over_total: Vec::new(),
        clock_doubt: false,
        distinct_from: Vec::new(),
        paper_ref: None,
        as_approved: None,
    }
}

#[rstest]
#[case::other_patrol_two_hours_on(2, "09:21", Some(BAJO_CHIQUITO), 10, true)]
#[case::other_patrol_without_a_fix(2, "09:21", None, 10, true)]
#[case::too_soon_for_another_patrol(2, "07:30", Some(TRES_BOCAS), 10, false)]
#[case::too_far_to_walk(2, "09:21", Some((8.9, -77.6)), 10, false)]
#[case::another_size(2, "09:21", Some(BAJO_CHIQUITO), 15, false)]
#[case::size_within_a_quarter(2, "09:21", Some(BAJO_CHIQUITO), 8, true)]
#[case::same_patrol_at_once(1, "07:30", Some(TRES_BOCAS), 10, true)]
#[case::same_patrol_later(1, "07:45", Some(TRES_BOCAS), 10, false)]
#[case::same_patrol_elsewhere(1, "07:30", Some(BAJO_CHIQUITO), 10, false)]
fn suggested_only_when_it_can_be(
    #[case] patrol: u8,
    #[case] time: &str,
    #[case] place: Option<(f64, f64)>,
    #[case] people: u32,
    #[case] suggested: bool,
) {
    let first = met(1, 1, "07:21", Some(TRES_BOCAS), 10);
    let second = met(2, patrol, time, place, people);
    assert_eq!(possible(&first, &second).is_some(), suggested);
    assert_eq!(
        possible(&second, &first),
        possible(&first, &second),
        "the order of the two does not matter"
    );
}

#[test]
fn other_nationalities_or_direction_are_other_people() {
    let first = met(1, 1, "07:21", Some(TRES_BOCAS), 10);
    let mut turned = met(2, 2, "09:21", Some(TRES_BOCAS), 10);
    turned.direction = Some("south".to_owned());
    assert_eq!(possible(&first, &turned), None, "they came the other way");
    let mut others = met(2, 2, "09:21", Some(TRES_BOCAS), 10);
    others
        .nationalities
        .insert("HTI".to_owned(), People::default());
    assert_eq!(
        possible(&first, &others),
        None,
        "the set of nationalities differs"
    );
}

#[test]
fn a_direction_that_nobody_stated_is_not_the_same_direction() {
    let mut first = met(1, 1, "07:21", Some(TRES_BOCAS), 10);
    let mut second = met(2, 2, "09:21", Some(TRES_BOCAS), 10);
    (first.direction, second.direction) = (None, None);
    assert_eq!(
        possible(&first, &second),
        None,
        "two unknown directions may be opposite ones"
    );
}

#[test]
fn an_officer_who_writes_two_groups_in_a_row_writes_two_groups() {
    let first = met(1, 1, "07:21", Some(TRES_BOCAS), 10);
    let second = Summary {
        author_id: first.author_id,
        device_id: first.device_id,
        ..met(2, 1, "07:30", Some(TRES_BOCAS), 10)
    };
    assert_eq!(
        possible(&first, &second),
        None,
        "a second record of one hand is a second group"
    );
    let other_phone = Summary {
        device_id: DeviceId::new([9; 16]),
        ..second
    };
    assert!(
        possible(&first, &other_phone).is_some(),
        "two phones at the scene may have written one group"
    );
}

#[test]
fn people_who_are_only_estimated_have_no_other_nationality() {
    let first = met(1, 1, "07:21", Some(TRES_BOCAS), 10);
    let mut estimated = met(2, 2, "09:21", Some(BAJO_CHIQUITO), 8);
    let two = Count { min: 2, max: 2 };
    let uncounted = People {
        unknown: two,
        total: two,
        ..People::default()
    };
    estimated.nationalities.insert("XXX".to_owned(), uncounted);
    (estimated.people.unknown, estimated.people.total) = (two, Count { min: 10, max: 10 });
    for (a, b) in [(&first, &estimated), (&estimated, &first)] {
        assert!(
            possible(a, b).is_some(),
            "eight from Venezuela and two whom nobody counted may be ten from Venezuela"
        );
    }
    let mut haitians = estimated.clone();
    let hti = haitians.nationalities.remove("VEN").unwrap();
    haitians.nationalities.insert("HTI".to_owned(), hti);
    assert_eq!(
        possible(&first, &haitians),
        None,
        "what both counted is of two nationalities"
    );
}

#[test]
fn what_somebody_has_told_apart_is_not_suggested_again() {
    let first = met(1, 1, "07:21", Some(TRES_BOCAS), 10);
    let mut second = met(2, 2, "09:21", Some(TRES_BOCAS), 10);
    second.distinct_from = vec![first.encounter_id];
    assert_eq!(
        (possible(&first, &second), possible(&second, &first)),
        (None, None),
        "it is enough that one of the two says so"
    );
}

#[test]
fn two_values_that_allow_the_same_people_are_no_difference() {
    let first = met(1, 1, "07:21", None, 10);
    let mut undecided = met(2, 2, "09:21", None, 9);
    let nine_or_ten = Count { min: 9, max: 10 };
    for people in undecided
        .nationalities
        .values_mut()
        .chain([&mut undecided.people])
    {
        (people.men, people.total) = (nine_or_ten, nine_or_ten);
    }
    assert_eq!(
        possible(&first, &undecided).map(|repeat| repeat.people_apart),
        Some(0),
        "ten is one of its values"
    );
    let nine = met(3, 2, "09:21", None, 9);
    assert_eq!(
        possible(&first, &nine).map(|repeat| repeat.people_apart),
        Some(1),
        "one man more or less"
    );
}

#[test]
fn a_record_is_no_repeat_of_itself() {
    let first = met(1, 1, "07:21", Some(TRES_BOCAS), 10);
    assert_eq!(possible(&first, &first.clone()), None);
}

#[test]
fn says_how_fast_people_would_have_walked() {
    let first = met(1, 1, "07:21", Some(TRES_BOCAS), 10);
    let pace = |second: Summary| possible(&first, &second).unwrap().metres_an_hour();
    let two_hours = pace(met(2, 2, "09:21", Some(BAJO_CHIQUITO), 10)).unwrap();
    assert!(
        (2_700.0..2_900.0).contains(&two_hours),
        "four kilometres as the crow flies in two hours, 1.4 times as long on the trail: {two_hours}"
    );
    assert_eq!(
        pace(met(2, 2, "09:21", None, 10)),
        None,
        "nobody knows where the second one was"
    );
    assert_eq!(
        pace(met(2, 1, "07:21", Some(TRES_BOCAS), 10)),
        None,
        "in no time nobody walks"
    );
}

#[test]
fn says_how_far_apart() {
    let found = possible(
        &met(1, 1, "07:21", Some(TRES_BOCAS), 10),
        &met(2, 2, "09:21", Some(BAJO_CHIQUITO), 10),
    );
    let Some(Repeat {
        minutes_apart,
        metres_apart: Some(metres_apart),
        same_patrol: false,
        people_apart: 0,
    }) = found
    else {
        panic!("expected a repeat of another patrol with a distance, got {found:?}");
    };
    assert_eq!(minutes_apart, 120);
    assert!(
        (3_900.0..4_100.0).contains(&metres_apart),
        "about four kilometres, got {metres_apart}"
    );
    assert!(
        (metres((0.0, 0.0), (0.0, 1.0)) - 111_195.0).abs() < 10.0,
        "one degree on the equator"
    );
}

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
use std::collections::BTreeSet;

use bitacora_core::encounter::{Count, Status};
use bitacora_core::id::{DeviceId, PatrolId, PersonId};
use bitacora_core::summary::People;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn record(id: u128, minutes: i64, patrol: u128, people: u32, nationality: &str) -> Summary {
    let at = DateTime::parse_from_rfc3339("2023-08-14T06:00:00-05:00").unwrap()
        + TimeDelta::minutes(minutes);
    let people = Count {
        min: people,
        max: people,
    };
    let people = People {
        men: people,
        total: people,
        ..People::default()
    };
    Summary {
        encounter_id: EncounterId::new(Uuid::from_u128(id)),
        short_code: String::new(),
        post_id: "PA-BCH".parse().unwrap(),
        patrol_id: Some(PatrolId::new(Uuid::from_u128(patrol))),
        author_id: PersonId::new(Uuid::from_u128(1)),
        device_id: DeviceId::new([1; 16]),
        created_at: at.to_utc(),
        occurred_at: at,
        day: at.date_naive(),
        other_days: Vec::new(),
        direction: Some("north".to_owned()),
        lat_lon: None,
        nationalities: BTreeMap::from([(nationality.to_owned(), people)]),
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

fn searched(records: &[Summary]) -> Search {
    let mut search = Search::new();
    records
        .iter()
        .cloned()
        .for_each(|record| search.add(record, Held::AtPost));
    search
}

#[test]
fn a_record_that_the_post_refused_repeats_nothing() {
    let mut search = Search::new();
    search.add(record(1, 0, 1, 10, "VEN"), Held::AtPost);
    search.add(record(2, 120, 2, 10, "VEN"), Held::Refused);
    assert!(
        search.ranked().pairs.is_empty(),
        "it is in no figure, so nobody is counted twice"
    );
    search.add(record(3, 130, 2, 10, "VEN"), Held::Unreceived);
    assert_eq!(
        ids(&search.ranked().pairs),
        BTreeSet::from([(id(1), id(3))]),
        "one that is to be sent is"
    );
}

/// Groups are looked for among those who have as much as one nationality in common with them, or nobody counted.
#[test]
fn a_group_that_is_partly_estimated_is_compared_with_one_that_is_counted() {
    let mut estimated = record(2, 120, 2, 8, "VEN");
    let two = Count { min: 2, max: 2 };
    let uncounted = People {
        unknown: two,
        total: two,
        ..People::default()
    };
    estimated.nationalities.insert("XXX".to_owned(), uncounted);
    estimated.people.total = Count { min: 10, max: 10 };
    let search = searched(&[record(1, 0, 1, 10, "VEN"), estimated]);
    assert_eq!(
        ids(&search.ranked().pairs),
        BTreeSet::from([(id(1), id(2))])
    );
}

fn ids(pairs: &[Pair]) -> BTreeSet<(EncounterId, EncounterId)> {
    pairs.iter().map(|pair| (pair.first, pair.second)).collect()
}

fn id(id: u128) -> EncounterId {
    EncounterId::new(Uuid::from_u128(id))
}

fn drawn() -> impl Strategy<Value = Vec<Summary>> {
    let one = (
        0i64..4000,
        0u128..3,
        1u32..12,
        prop::sample::select(vec!["VEN", "HTI"]),
    );
    prop::collection::vec(one, 0..40).prop_map(|drawn| {
        let numbered = drawn.into_iter().enumerate();
        numbered
            .map(|(id, (minutes, patrol, people, nation))| {
                record(id as u128, minutes, patrol, people, nation)
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn every_pair_that_meets_the_rule_is_there_once(records in drawn()) {
        let mut all = BTreeSet::new();
        for (index, one) in records.iter().enumerate() {
            for other in records.iter().skip(index + 1) {
                if repeat::possible(one, other).is_some() {
                    let mut both = [one, other];
                    both.sort_by_key(|record| (record.occurred_at, record.encounter_id));
                    all.insert((both[0].encounter_id, both[1].encounter_id));
                }
            }
        }
        let found = searched(&records).ranked();
        prop_assert_eq!(ids(&found.pairs), all, "neither the window nor the ranking may leave anything out");
        let there = ids(&found.pairs).len();
        prop_assert_eq!(found.pairs.len(), there, "nor name a pair twice");
    }

    #[test]
    fn no_record_stands_out_twice_and_the_order_of_coming_does_not_matter(records in drawn()) {
        let found = searched(&records).ranked();
        let mut named: Vec<_> = found.standing_out().iter().flat_map(|pair| [pair.first, pair.second]).collect();
        named.sort_unstable();
        let count = named.len();
        named.dedup();
        prop_assert_eq!(named.len(), count, "a record has one other at most");
        let mut turned = records;
        turned.reverse();
        prop_assert_eq!(searched(&turned).ranked(), found, "the same records, the same order");
    }
}

fn standing_out(records: &[Summary]) -> BTreeSet<(EncounterId, EncounterId)> {
    ids(searched(records).ranked().standing_out())
}

#[test]
fn two_equal_large_groups_stand_out() {
    let records = [record(1, 0, 1, 9, "VEN"), record(2, 60, 2, 9, "VEN")];
    assert_eq!(
        standing_out(&records),
        [(id(1), id(2))].into(),
        "two groups of nine men that have nothing to do with each other differ by more"
    );
}

#[test]
fn unlike_groups_do_not_stand_out_for_want_of_others() {
    let records = [record(1, 0, 1, 8, "COL"), record(2, 300, 2, 10, "COL")];
    let found = searched(&records).ranked();
    assert_eq!(
        (found.pairs.len(), found.standing_out),
        (1, 0),
        "any two groups of eight are as alike as these; the pair is counted, and nobody is sent to it first"
    );
}

#[test]
fn of_many_alike_none_stands_out_and_all_are_counted() {
    let records: Vec<_> = (0..8)
        .map(|number| record(number, number as i64 * 45, number % 3, 2, "VEN"))
        .collect();
    let found = searched(&records).ranked();
    assert!(
        found.pairs.len() > 10,
        "two men from Venezuela meet the rule again and again"
    );
    assert_eq!(
        found.standing_out,
        0,
        "nobody could say which of them are the same: {:?}",
        found.standing_out()
    );
    assert!(
        found.pairs.iter().all(|pair| pair.rivals > 0),
        "and each pair says that others are as near"
    );
}

#[test]
fn a_pair_says_how_many_others_are_as_near() {
    let records = [
        record(1, 0, 1, 20, "VEN"),
        record(2, 60, 2, 20, "VEN"),
        record(3, 61, 3, 19, "VEN"),
        record(4, 0, 4, 21, "HTI"),
    ];
    let found = searched(&records).ranked();
    let rivals: Vec<_> = found
        .pairs
        .iter()
        .map(|pair| ((pair.first, pair.second), pair.rivals))
        .collect();
    assert_eq!(
        rivals.first(),
        Some(&((id(1), id(2)), 0)),
        "twenty and twenty: nothing else is as near"
    );
    assert_eq!(
        rivals.get(1),
        Some(&((id(1), id(3)), 1)),
        "twenty and nineteen: the first pair is nearer"
    );
}

#[test]
fn the_strongest_comes_first() {
    let records = [
        record(1, 0, 1, 16, "HTI"),
        record(2, 200, 2, 17, "HTI"),
        record(3, 0, 1, 20, "VEN"),
        record(4, 40, 2, 20, "VEN"),
    ];
    let found = searched(&records).ranked();
    assert_eq!(
        found.pairs.first().map(|pair| pair.first),
        Some(id(3)),
        "equal and soon after each other before unequal and late: {found:?}"
    );
    assert_eq!(found.standing_out, 2, "the weaker one stands out too");
}

#[test]
fn a_record_stands_out_with_its_nearest_only() {
    let records = [
        record(1, 0, 1, 30, "VEN"),
        record(2, 30, 2, 30, "VEN"),
        record(3, 60, 3, 32, "VEN"),
    ];
    assert_eq!(
        standing_out(&records),
        [(id(1), id(2))].into(),
        "the same thirty people are not also those of the third record"
    );
    assert_eq!(
        searched(&records).ranked().pairs.len(),
        3,
        "the other pairs are counted all the same"
    );
}

#[test]
fn what_was_told_apart_makes_room_for_the_next_candidate() {
    let first = record(1, 0, 1, 20, "VEN");
    let mut second = record(2, 40, 2, 20, "VEN");
    let third = record(3, 90, 3, 24, "VEN");
    let before = searched(&[first.clone(), second.clone(), third.clone()]);
    assert_eq!(ids(before.ranked().standing_out()), [(id(1), id(2))].into());
    second.distinct_from = vec![id(1)];
    let after = searched(&[first, second, third]);
    assert!(
        !ids(&after.ranked().pairs).contains(&(id(1), id(2))),
        "somebody has looked at these two"
    );
    assert_eq!(
        ids(&after.told_apart()),
        [(id(1), id(2))].into(),
        "and can look again"
    );
}

#[test]
fn a_void_record_repeats_nothing() {
    let mut search = Search::new();
    search.add(record(1, 0, 1, 10, "VEN"), Held::AtPost);
    search.add(
        Summary {
            status: Status::Voided,
            ..record(2, 60, 2, 10, "VEN")
        },
        Held::AtPost,
    );
    assert!(
        search.ranked().pairs.is_empty(),
        "it is in no figure, so it counts nobody twice"
    );
    search.add(record(3, 60, 2, 10, "VEN"), Held::AtPost);
    assert_eq!(
        search.ranked().pairs.len(),
        1,
        "the same record, not void, is counted"
    );
}

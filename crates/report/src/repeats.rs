//! Possible repeats among many records: suggested and counted, never merged.
//!
//! On a busy day hundreds of pairs meet the rule ([`repeat::possible`]), and nearly all of them by chance: one man from
//! Venezuela walks north all day long. A person can only decide about few, so a pair is suggested only if it stands
//! out: for both of its records the other one is far nearer than the next candidate. `docs/decisions` has the figures.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use bitacora_core::capture::Code;
use bitacora_core::id::EncounterId;
use bitacora_core::repeat::{self, Repeat};
use bitacora_core::summary::Summary;
use chrono::{DateTime, Days, FixedOffset, NaiveDate, TimeDelta};

/// Local days in which repeats are looked for, today included: what is older was decided or will not be.
const DAYS: u64 = 7;

/// Returns the first local day in which repeats are looked for, if it is this day now.
pub fn first_day(today: NaiveDate) -> NaiveDate {
    today.checked_sub_days(Days::new(DAYS - 1)).unwrap_or(today)
}

/// How far two records are apart even if they are equal, in people: no candidate is infinitely near.
const EQUAL: f64 = 0.5;
/// So many minutes between two records weigh as much as one person that only one of them has.
const MINUTES_PER_PERSON: f64 = 240.0;
/// The next candidate must be so many times as far.
const STANDS_OUT: f64 = 2.0;
/// Records with other candidates are suggested only if they are at most so far apart: chance leaves no nearer ones.
const NEAR: f64 = 4.0;

/// Two records that may tell of the same people.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The earlier record.
    pub first: EncounterId,
    /// The later one.
    pub second: EncounterId,
    /// Why they are suggested.
    pub why: Repeat,
}

/// Looks for repeats, in records that come in any order.
///
/// Only records of the same nationalities, at most [`repeat::longest`] apart, are compared, so the work grows with the
/// records of a day and not with the square of all. Those searched through are held: give it days, not years.
#[derive(Debug, Default)]
pub struct Search {
    /// By the nationalities of the group.
    seen: BTreeMap<Vec<Code>, InOrderOfTime>,
}

type InOrderOfTime = BTreeMap<(DateTime<FixedOffset>, EncounterId), Summary>;

impl Search {
    /// Starts with nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a record. One that does not count in tables repeats nothing.
    pub fn add(&mut self, record: Summary) {
        if !record.counts() {
            return;
        }
        let alike = self
            .seen
            .entry(record.nationalities.keys().cloned().collect())
            .or_default();
        alike.insert((record.occurred_at, record.encounter_id), record);
    }

    /// Returns every pair that meets the rule, in no order that means anything.
    pub fn candidates(&self) -> Vec<Pair> {
        self.seen.values().flat_map(candidates).collect()
    }

    /// Returns the pairs that somebody has told apart, the later ones first.
    pub fn told_apart(&self) -> Vec<Pair> {
        let records: BTreeMap<EncounterId, &Summary> = self
            .seen
            .values()
            .flat_map(BTreeMap::values)
            .map(|record| (record.encounter_id, record))
            .collect();
        let mut pairs: BTreeMap<_, Pair> = BTreeMap::new();
        for one in records.values() {
            for other in one.distinct_from.iter().filter_map(|id| records.get(id)) {
                let (first, second) = in_order(one, other);
                let pair = Pair {
                    first: first.encounter_id,
                    second: second.encounter_id,
                    why: repeat::between(first, second),
                };
                pairs.insert((second.occurred_at, pair.first, pair.second), pair);
            }
        }
        pairs.into_values().rev().collect()
    }

    /// Returns the pairs that stand out, the strongest first; no record is in two of them.
    pub fn pairs(&self) -> Vec<Pair> {
        let mut pairs: Vec<_> = self
            .seen
            .values()
            .flat_map(|alike| standing_out(candidates(alike)))
            .collect();
        pairs.sort_by(stronger);
        pairs
    }
}

fn candidates(alike: &InOrderOfTime) -> Vec<Pair> {
    // The rule counts whole minutes, so its longest time ends just before the next one.
    let reach = repeat::longest() + TimeDelta::minutes(1);
    let mut pairs = Vec::new();
    for (from, first) in alike {
        let later = alike.range(*from..=(from.0 + reach, LAST_ID)).skip(1);
        pairs.extend(later.filter_map(|(_, second)| {
            Some(Pair {
                first: first.encounter_id,
                second: second.encounter_id,
                why: repeat::possible(first, second)?,
            })
        }));
    }
    pairs
}

fn in_order<'a>(a: &'a Summary, b: &'a Summary) -> (&'a Summary, &'a Summary) {
    if (a.occurred_at, a.encounter_id) <= (b.occurred_at, b.encounter_id) {
        (a, b)
    } else {
        (b, a)
    }
}

const LAST_ID: EncounterId = EncounterId::from_bytes([0xff; 16]);

impl Pair {
    /// How far the two are apart, in people.
    fn distance(&self) -> f64 {
        let minutes = u32::try_from(self.why.minutes_apart).unwrap_or(u32::MAX);
        EQUAL + f64::from(self.why.people_apart) + f64::from(minutes) / MINUTES_PER_PERSON
    }
}

/// The nearer first; of equal ones always the same.
fn stronger(a: &Pair, b: &Pair) -> Ordering {
    let by_distance = a.distance().total_cmp(&b.distance());
    by_distance.then_with(|| (a.first, a.second).cmp(&(b.first, b.second)))
}

/// Keeps the pairs of which both records have no other candidate nearly as near.
fn standing_out(mut candidates: Vec<Pair>) -> Vec<Pair> {
    candidates.sort_by(stronger);
    // The distances of each record's nearest and next candidate.
    let mut nearest: BTreeMap<EncounterId, (f64, f64)> = BTreeMap::new();
    for pair in &candidates {
        for id in [pair.first, pair.second] {
            nearest
                .entry(id)
                .and_modify(|(_, next)| *next = next.min(pair.distance()))
                .or_insert((pair.distance(), f64::INFINITY));
        }
    }
    let stands_out = |pair: &Pair| {
        let distance = pair.distance();
        [pair.first, pair.second].iter().all(|id| {
            nearest.get(id).is_some_and(|(best, next)| {
                let has_others = next.is_finite();
                *best >= distance
                    && (!has_others || distance <= NEAR && *next >= STANDS_OUT * distance)
            })
        })
    };
    candidates.retain(stands_out);
    candidates
}

#[cfg(test)]
mod tests {
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
        }
    }

    fn searched(records: &[Summary]) -> Search {
        let mut search = Search::new();
        records
            .iter()
            .cloned()
            .for_each(|record| search.add(record));
        search
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
        fn the_window_finds_what_comparing_all_pairs_finds(records in drawn()) {
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
            prop_assert_eq!(ids(&searched(&records).candidates()), all, "the window may leave nothing out");
        }

        #[test]
        fn no_record_is_in_two_suggestions_and_the_order_of_coming_does_not_matter(records in drawn()) {
            let pairs = searched(&records).pairs();
            let mut named: Vec<_> = pairs.iter().flat_map(|pair| [pair.first, pair.second]).collect();
            named.sort_unstable();
            let count = named.len();
            named.dedup();
            prop_assert_eq!(named.len(), count, "a record has one other at most");
            let mut turned = records;
            turned.reverse();
            prop_assert_eq!(searched(&turned).pairs(), pairs, "the same records, the same suggestions");
        }
    }

    #[test]
    fn the_only_two_alike_are_suggested_whatever_their_size() {
        let records = [record(1, 0, 1, 8, "VEN"), record(2, 300, 2, 10, "VEN")];
        assert_eq!(
            ids(&searched(&records).pairs()),
            [(id(1), id(2))].into(),
            "nothing else is as near as these two"
        );
    }

    #[test]
    fn of_many_alike_none_is_suggested() {
        let records: Vec<_> = (0..8)
            .map(|number| record(number, number as i64 * 45, number % 3, 2, "VEN"))
            .collect();
        let search = searched(&records);
        assert!(
            search.candidates().len() > 10,
            "two men from Venezuela meet the rule again and again"
        );
        assert!(
            search.pairs().is_empty(),
            "nobody could say which of them are the same: {:?}",
            search.pairs()
        );
    }

    #[test]
    fn the_strongest_comes_first() {
        let records = [
            record(1, 0, 1, 8, "HTI"),
            record(2, 300, 2, 9, "HTI"),
            record(3, 0, 1, 20, "VEN"),
            record(4, 40, 2, 20, "VEN"),
        ];
        let pairs = searched(&records).pairs();
        assert_eq!(
            pairs.first().map(|pair| pair.first),
            Some(id(3)),
            "equal and soon after each other before unequal and late: {pairs:?}"
        );
        assert_eq!(pairs.len(), 2, "the weaker one is there too");
    }

    #[test]
    fn what_was_told_apart_makes_room_for_the_next_candidate() {
        let first = record(1, 0, 1, 20, "VEN");
        let mut second = record(2, 40, 2, 20, "VEN");
        let third = record(3, 90, 3, 24, "VEN");
        let before = searched(&[first.clone(), second.clone(), third.clone()]);
        assert_eq!(ids(&before.pairs()), [(id(1), id(2))].into());
        second.distinct_from = vec![id(1)];
        let after = searched(&[first, second, third]);
        assert!(
            !ids(&after.pairs()).contains(&(id(1), id(2))),
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
        search.add(record(1, 0, 1, 10, "VEN"));
        search.add(Summary {
            status: Status::Voided,
            ..record(2, 60, 2, 10, "VEN")
        });
        assert!(
            search.pairs().is_empty(),
            "it is in no figure, so it counts nobody twice"
        );
        search.add(record(3, 60, 2, 10, "VEN"));
        assert_eq!(
            search.pairs().len(),
            1,
            "the same record, not void, is suggested"
        );
    }
}

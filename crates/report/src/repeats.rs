//! Possible repeats among many records: suggested and counted, never merged.

use std::collections::BTreeMap;

use bitacora_core::capture::Code;
use bitacora_core::id::EncounterId;
use bitacora_core::repeat::{self, Repeat};
use bitacora_core::summary::Summary;
use chrono::{DateTime, FixedOffset, TimeDelta};

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

    /// Adds a record, and returns the pairs that it makes with those before. Records that do not count make none.
    pub fn add(&mut self, record: &Summary) -> Vec<Pair> {
        if !record.counts() {
            return Vec::new();
        }
        let alike = self
            .seen
            .entry(record.nationalities.keys().cloned().collect())
            .or_default();
        let at = record.occurred_at;
        // The rule counts whole minutes, so its longest time ends just before the next one.
        let reach = repeat::longest() + TimeDelta::minutes(1);
        let near = (at - reach, FIRST_ID)..=(at + reach, LAST_ID);
        let pairs = alike
            .range(near)
            .filter_map(|(_, other)| pair(other, record))
            .collect();
        alike.insert((at, record.encounter_id), record.clone());
        pairs
    }
}

const FIRST_ID: EncounterId = EncounterId::from_bytes([0; 16]);
const LAST_ID: EncounterId = EncounterId::from_bytes([0xff; 16]);

fn pair(a: &Summary, b: &Summary) -> Option<Pair> {
    let why = repeat::possible(a, b)?;
    let (first, second) = if (a.occurred_at, a.encounter_id) <= (b.occurred_at, b.encounter_id) {
        (a, b)
    } else {
        (b, a)
    };
    Some(Pair {
        first: first.encounter_id,
        second: second.encounter_id,
        why,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
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
        }
    }

    proptest! {
        #[test]
        fn the_window_finds_what_comparing_all_pairs_finds(
            drawn in prop::collection::vec((0i64..4000, 0u128..3, 1u32..12, prop::sample::select(vec!["VEN", "HTI"])), 0..40)
        ) {
            let records: Vec<Summary> = drawn.into_iter().enumerate()
                .map(|(id, (minutes, patrol, people, nationality))| record(id as u128, minutes, patrol, people, nationality))
                .collect();
            let mut all = BTreeSet::new();
            for (index, later) in records.iter().enumerate() {
                let earlier = records.iter().take(index).filter(|earlier| repeat::possible(earlier, later).is_some());
                all.extend(earlier.map(|earlier| pair(earlier, later)).map(|pair| pair.map(|pair| (pair.first, pair.second))));
            }
            let mut search = Search::new();
            let found: BTreeSet<_> = records.iter().flat_map(|record| search.add(record))
                .map(|pair| Some((pair.first, pair.second))).collect();
            prop_assert_eq!(found, all, "the window may leave nothing out");
        }
    }

    #[test]
    fn a_void_record_repeats_nothing() {
        let mut search = Search::new();
        search.add(&record(1, 0, 1, 10, "VEN"));
        let void = Summary {
            status: Status::Voided,
            ..record(2, 60, 2, 10, "VEN")
        };
        assert!(
            search.add(&void).is_empty(),
            "it is in no figure, so it counts nobody twice"
        );
        assert_eq!(
            search.add(&record(3, 60, 2, 10, "VEN")).len(),
            1,
            "the same record, not void, is suggested"
        );
    }
}

//! Possible repeats among many records: suggested and counted, never merged.
//!
//! On a busy day hundreds of pairs meet the rule ([`repeat::possible`]), and nearly all of them by chance: one man from
//! Venezuela walks north all day long. All of them are counted and can be looked through; those that stand out come
//! first, because a person can only decide about few. `docs/decisions` has the figures.

mod rank;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use bitacora_core::capture::Code;
use bitacora_core::id::EncounterId;
use bitacora_core::repeat::{self, Repeat};
use bitacora_core::summary::{Held, Summary};
use chrono::{DateTime, Days, FixedOffset, NaiveDate, TimeDelta};

use rank::{Candidate, Weighed};

/// Local days in which repeats are looked for, today included: what is older was decided or will not be.
const DAYS: u64 = 7;

/// Returns the first local day in which repeats are looked for, if it is this day now.
pub fn first_day(today: NaiveDate) -> NaiveDate {
    today.checked_sub_days(Days::new(DAYS - 1)).unwrap_or(today)
}

/// Two records that may tell of the same people.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The earlier record.
    pub first: EncounterId,
    /// The later one.
    pub second: EncounterId,
    /// How they lie to each other.
    pub why: Repeat,
    /// How many other records are at least as near to one of the two as they are to each other.
    pub rivals: usize,
}

/// Every pair that meets the rule, those first that are most likely true.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ranked {
    /// The pairs, the strongest first.
    pub pairs: Vec<Pair>,
    /// How many of them, the first ones, stand out. No record is in two of these.
    pub standing_out: usize,
}

impl Ranked {
    /// Returns the pairs that stand out, the strongest first.
    pub fn standing_out(&self) -> &[Pair] {
        self.pairs.get(..self.standing_out).unwrap_or(&self.pairs)
    }
}

/// Looks for repeats, in records that come in any order.
///
/// Only records of the same nationalities, at most [`repeat::longest`] apart, are compared, so the work grows with the
/// records of a day and not with the square of all. Those searched through are held: give it days, not years.
#[derive(Debug, Default)]
pub struct Search {
    /// By the known nationalities of the group.
    seen: BTreeMap<Vec<Code>, InOrderOfTime>,
}

type InOrderOfTime = BTreeMap<(DateTime<FixedOffset>, EncounterId), Summary>;

impl Search {
    /// Starts with nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a record, of which the post has so much. One that is in no figure repeats nothing.
    pub fn add(&mut self, record: Summary, held: Held) {
        if !record.counts() || held == Held::Refused {
            return;
        }
        let alike = self
            .seen
            .entry(repeat::nationalities(&record).cloned().collect())
            .or_default();
        alike.insert((record.occurred_at, record.encounter_id), record);
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
                    rivals: 0,
                };
                pairs.insert((second.occurred_at, pair.first, pair.second), pair);
            }
        }
        pairs.into_values().rev().collect()
    }

    /// Returns every pair that meets the rule, those that stand out first.
    pub fn ranked(&self) -> Ranked {
        let weighed = self
            .seen
            .values()
            .flat_map(|alike| rank::weigh(candidates(alike)));
        let (mut pairs, others) = rank::pair_off(weighed.collect());
        let standing_out = pairs.len();
        pairs.extend(others);
        Ranked {
            pairs: pairs.iter().map(Weighed::pair).collect(),
            standing_out,
        }
    }
}

fn candidates(alike: &InOrderOfTime) -> Vec<Candidate> {
    // The rule counts whole minutes, so its longest time ends just before the next one.
    let reach = repeat::longest() + TimeDelta::minutes(1);
    let mut found = Vec::new();
    for (from, first) in alike {
        let later = alike.range(*from..=(from.0 + reach, LAST_ID)).skip(1);
        found.extend(later.filter_map(|(_, second)| {
            Some(Candidate {
                first: first.encounter_id,
                second: second.encounter_id,
                why: repeat::possible(first, second)?,
                people: first.people.total.max.min(second.people.total.max),
            })
        }));
    }
    found
}

fn in_order<'a>(a: &'a Summary, b: &'a Summary) -> (&'a Summary, &'a Summary) {
    match (a.occurred_at, a.encounter_id).cmp(&(b.occurred_at, b.encounter_id)) {
        Ordering::Greater => (b, a),
        Ordering::Less | Ordering::Equal => (a, b),
    }
}

const LAST_ID: EncounterId = EncounterId::from_bytes([0xff; 16]);

#[cfg(test)]
mod tests;

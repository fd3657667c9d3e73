//! Which of the pairs that meet the rule stand out.
//!
//! How far two records are apart is counted in people ([`Candidate::distance`]). That alone says little: two men who
//! walk north are as near as can be to dozens of others. So a pair is weighed by how many records one would expect to
//! lie as near by chance alone, judged by how near the next ones of its two records lie ([`expected`]).

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use bitacora_core::id::EncounterId;
use bitacora_core::repeat::Repeat;

use super::Pair;

/// How far two records are apart even if they are equal, in people: people are miscounted by one.
const EQUAL: f64 = 1.0;
/// So many minutes between two records weigh as much as one person that only one of them has.
const MINUTES_PER_PERSON: f64 = 240.0;
/// Two groups of n people who have nothing in common but where they come from are about so many times √n people
/// apart: what is left to chance if men, women, boys and girls come in their usual shares.
const STRANGERS: f64 = 1.8;
/// By so many of a record's next candidates it is judged how near others lie.
const NEXT: u32 = 2;
/// A pair stands out if fewer records than this are expected as near by chance.
const STANDS_OUT: f64 = 0.75;

/// A pair that meets the rule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) first: EncounterId,
    pub(super) second: EncounterId,
    pub(super) why: Repeat,
    /// The people of the smaller of the two groups.
    pub(super) people: u32,
}

impl Candidate {
    /// How far the two are apart, in people.
    fn distance(&self) -> f64 {
        let minutes = u32::try_from(self.why.minutes_apart).unwrap_or(u32::MAX);
        EQUAL + f64::from(self.why.people_apart) + f64::from(minutes) / MINUTES_PER_PERSON
    }

    /// How far two groups of this size are apart that have nothing to do with each other.
    fn strangers(&self) -> f64 {
        EQUAL + STRANGERS * f64::from(self.people).sqrt()
    }

    const fn both(&self) -> [EncounterId; 2] {
        [self.first, self.second]
    }
}

/// A pair with what speaks against it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weighed {
    candidate: Candidate,
    /// How many other records are expected as near, by chance.
    by_chance: f64,
    rivals: usize,
}

impl Weighed {
    pub(super) const fn pair(&self) -> Pair {
        Pair {
            first: self.candidate.first,
            second: self.candidate.second,
            why: self.candidate.why,
            rivals: self.rivals,
        }
    }

    /// The stronger first; of equal ones always the same.
    fn before(&self, other: &Self) -> Ordering {
        let (a, b) = (&self.candidate, &other.candidate);
        self.by_chance
            .total_cmp(&other.by_chance)
            .then_with(|| a.distance().total_cmp(&b.distance()))
            .then_with(|| a.both().cmp(&b.both()))
    }
}

/// Weighs all candidates among records of the same nationalities.
pub(super) fn weigh(candidates: Vec<Candidate>) -> Vec<Weighed> {
    let mut near: BTreeMap<EncounterId, Vec<f64>> = BTreeMap::new();
    for candidate in &candidates {
        for id in candidate.both() {
            near.entry(id).or_default().push(candidate.distance());
        }
    }
    near.values_mut()
        .for_each(|near| near.sort_by(f64::total_cmp));
    let weighed = candidates.into_iter().map(|candidate| {
        let of_both = candidate.both().map(|id| near.get(&id));
        let of_both = || of_both.iter().filter_map(|near| near.map(Vec::as_slice));
        Weighed {
            by_chance: of_both()
                .map(|near| expected(&candidate, near))
                .sum::<f64>()
                / 2.0,
            rivals: of_both().map(|near| others_within(&candidate, near)).sum(),
            candidate,
        }
    });
    weighed.collect()
}

/// Returns how many records are expected as near to one of the two as the other is. Where the k-th of its other
/// candidates lies at some distance, k records lie within it, and within a part of it the same part of k.
/// No next candidate counts as further off than strangers are.
fn expected(candidate: &Candidate, near: &[f64]) -> f64 {
    let distance = candidate.distance();
    let own = near.partition_point(|other| *other < distance);
    let strangers = candidate.strangers();
    let others = near
        .iter()
        .enumerate()
        .filter(|(place, _)| *place != own)
        .map(|(_, other)| other.min(strangers));
    let by_each = (1..=NEXT)
        .zip(others.chain(iter::repeat(strangers)))
        .map(|(k, other)| f64::from(k) * distance / other);
    by_each.sum::<f64>() / f64::from(NEXT)
}

/// Returns how many other candidates of a record are at least as near.
fn others_within(candidate: &Candidate, near: &[f64]) -> usize {
    let distance = candidate.distance();
    near.partition_point(|other| *other <= distance)
        .saturating_sub(1)
}

/// Takes the pairs that stand out, each record once, the strongest first; returns them and the others, in order.
pub(super) fn pair_off(mut weighed: Vec<Weighed>) -> (Vec<Weighed>, Vec<Weighed>) {
    weighed.sort_by(Weighed::before);
    let mut taken: BTreeSet<EncounterId> = BTreeSet::new();
    weighed.into_iter().partition(|weighed| {
        let both = weighed.candidate.both();
        let stands_out =
            weighed.by_chance < STANDS_OUT && !both.iter().any(|id| taken.contains(id));
        if stands_out {
            taken.extend(both);
        }
        stands_out
    })
}

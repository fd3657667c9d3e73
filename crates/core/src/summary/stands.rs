//! How far a record belongs to some days, while two of its times lie on different ones.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Figures, People};
use crate::encounter::Count;

/// How far a record belongs to some days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// All days on which it may have happened are among them.
    Wholly,
    /// Some are, some are not: until somebody has chosen between its times it counts here as nobody or as all of its
    /// people.
    Perhaps,
}

impl Stands {
    /// Returns how far a record belongs to the days that a condition names; `None` if not at all.
    #[inline]
    pub fn among(record: &impl Figures, is_among: impl Fn(NaiveDate) -> bool) -> Option<Self> {
        let shown = is_among(record.day());
        let mut others = record.other_days().map(is_among);
        match shown {
            true if others.all(|is_among| is_among) => Some(Self::Wholly),
            false if !others.any(|is_among| is_among) => None,
            _ => Some(Self::Perhaps),
        }
    }

    /// Returns what a number of the record is in those days.
    #[inline]
    #[must_use]
    pub const fn count(self, count: Count) -> Count {
        match self {
            Self::Wholly => count,
            Self::Perhaps => Count {
                min: 0,
                max: count.max,
            },
        }
    }

    /// Returns what its people are in those days.
    #[inline]
    #[must_use]
    pub const fn people(self, people: People) -> People {
        match self {
            Self::Wholly => people,
            Self::Perhaps => People {
                men: self.count(people.men),
                women: self.count(people.women),
                boys: self.count(people.boys),
                girls: self.count(people.girls),
                unknown: self.count(people.unknown),
                total: self.count(people.total),
            },
        }
    }
}

/// Returns the days beside its own on which a table may count a record: while somebody has still to choose between its
/// times, and as it was approved while a change of its time waits for approval.
pub fn days_elsewhere(record: &impl Figures) -> BTreeSet<NaiveDate> {
    let mut days: BTreeSet<_> = record.other_days().collect();
    if let Some(then) = record.as_approved() {
        days.insert(then.day());
        days.extend(then.other_days());
    }
    days.remove(&record.day());
    days
}

//! What tables count of a packed summary, read where it lies.

use chrono::NaiveDate;

use super::bytes::Reader;
use super::{Packed, attention, day, nationality, pair};
use crate::encounter::{Count, Status};
use crate::rule;
use crate::summary::{Figures, People};

impl Figures for Packed<'_> {
    #[inline]
    fn post(&self) -> &str {
        self.post_id
    }

    #[inline]
    fn day(&self) -> NaiveDate {
        self.day
    }

    #[inline]
    fn other_days(&self) -> impl Iterator<Item = NaiveDate> {
        self.other_days.items(day)
    }

    #[inline]
    fn status(&self) -> Status {
        self.status
    }

    #[inline]
    fn people(&self) -> &People {
        &self.people
    }

    #[inline]
    fn nationalities(&self) -> impl Iterator<Item = (&str, People)> {
        self.nationalities.items(nationality)
    }

    #[inline]
    fn attentions(&self) -> impl Iterator<Item = (&str, Count)> {
        self.attentions.items(attention)
    }

    fn missing_rules(&self) -> impl Iterator<Item = &str> {
        self.missing.items(pair).map(|(rule, _)| rule)
    }

    #[inline]
    fn is_incomplete(&self) -> bool {
        !self.missing.is_empty()
    }

    #[inline]
    fn is_undecided(&self) -> bool {
        !self.undecided.is_empty()
    }

    #[inline]
    fn has_two_times(&self) -> bool {
        self.undecided
            .items(Reader::text)
            .any(|field| field == rule::TIME)
    }

    #[inline]
    fn has_part_over_total(&self) -> bool {
        !self.parts_over_total.is_empty()
    }

    #[inline]
    fn has_clock_doubt(&self) -> bool {
        self.clock_doubt
    }

    fn as_approved(&self) -> Option<impl Figures> {
        self.then()
    }
}

//! What a table counts of a record, whether the record is in memory or still packed.

use chrono::NaiveDate;

use super::{People, Summary};
use crate::encounter::{Count, Status};
use crate::rule;

/// The figures of one record. A table that is folded from packed rows says the same as from whole ones,
/// because both are read through this.
pub trait Figures {
    /// The code of the post whose people see it.
    fn post(&self) -> &str;
    /// The local day of the post at which it happened.
    fn day(&self) -> NaiveDate;
    /// The other days on which it may have happened, in order, while somebody has still to choose between its times.
    fn other_days(&self) -> impl Iterator<Item = NaiveDate>;
    /// Where it stands.
    fn status(&self) -> Status;
    /// People in all nationalities.
    fn people(&self) -> &People;
    /// People by nationality, in code order.
    fn nationalities(&self) -> impl Iterator<Item = (&str, People)>;
    /// Attentions per category code, in code order.
    fn attentions(&self) -> impl Iterator<Item = (&str, Count)>;
    /// The ids of the rules that are not met.
    fn missing_rules(&self) -> impl Iterator<Item = &str>;
    /// Something is missing to be complete.
    fn is_incomplete(&self) -> bool {
        self.missing_rules().next().is_some()
    }
    /// There are fields with two values that must be chosen between.
    fn is_undecided(&self) -> bool;
    /// Somebody has still to choose between two times of the encounter.
    fn has_two_times(&self) -> bool;
    /// A typed part is larger than the total.
    fn has_part_over_total(&self) -> bool;
    /// The time was taken from a clock that nobody could check.
    fn has_clock_doubt(&self) -> bool;
    /// What it was when it was approved, if an approval stands and a change waits for another ([`Summary::as_approved`]).
    fn as_approved(&self) -> Option<impl Figures>;

    /// Returns whether tables count it: complete, not void, not withdrawn, not merged.
    fn is_counted(&self) -> bool {
        let ended = matches!(
            self.status(),
            Status::Voided | Status::Withdrawn | Status::Merged
        );
        !ended && !self.is_incomplete()
    }
}

impl Figures for Summary {
    fn post(&self) -> &str {
        self.post_id.as_str()
    }

    fn day(&self) -> NaiveDate {
        self.day
    }

    fn other_days(&self) -> impl Iterator<Item = NaiveDate> {
        self.other_days.iter().copied()
    }

    fn status(&self) -> Status {
        self.status
    }

    fn people(&self) -> &People {
        &self.people
    }

    fn nationalities(&self) -> impl Iterator<Item = (&str, People)> {
        self.nationalities
            .iter()
            .map(|(code, people)| (code.as_str(), *people))
    }

    fn attentions(&self) -> impl Iterator<Item = (&str, Count)> {
        self.attentions
            .iter()
            .map(|(code, people)| (code.as_str(), *people))
    }

    fn missing_rules(&self) -> impl Iterator<Item = &str> {
        self.missing.iter().map(|(rule, _)| rule.as_str())
    }

    fn is_undecided(&self) -> bool {
        !self.undecided.is_empty()
    }

    fn has_two_times(&self) -> bool {
        self.undecided.iter().any(|field| field == rule::TIME)
    }

    fn has_part_over_total(&self) -> bool {
        !self.parts_over_total.is_empty()
    }

    fn has_clock_doubt(&self) -> bool {
        self.clock_doubt
    }

    fn as_approved(&self) -> Option<impl Figures> {
        // Few have one, and whoever adds up thousands reads them packed.
        self.as_approved.as_deref().cloned()
    }
}

//! The daily table: people by nationality, attentions by category, and what the table leaves out.

mod behind;
mod cells;
mod csv_file;
mod print;
mod query;
mod sums;
mod tally;
#[cfg(test)]
mod tests;

pub use behind::{Column, Place, Spot};
pub use cells::Cells;
pub use csv_file::write_csv;
pub use print::{Labels, Language, Vocabulary, print};
pub use query::Query;
pub use tally::Tally;

use bitacora_core::capture::Code;
use bitacora_core::id::PostId;
use bitacora_core::summary::Held;
use chrono::{DateTime, FixedOffset, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::coverage::Coverage;
use crate::figure::Figure;
use crate::period::Period;

/// What the figures mean. It changes when a rule of counting changes, so that two tables are compared knowingly.
pub const DEFINITION: &str = "daily/7";

/// The row of people of whom only the total of the group is known: they are in no nationality's row.
pub const TOTAL_ONLY: &str = "total_only";

/// The people of one nationality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Alpha-3 code, `XXA` stateless, `XXX` unknown, or [`TOTAL_ONLY`].
    pub nationality: Code,
    /// Its people.
    #[serde(flatten)]
    pub people: Cells,
}

/// The people reached in one category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attentions {
    /// `RES`, `PAX`, `ASO`, `ORI`, `LEG`, `LOC`, …
    pub category: Code,
    /// People reached: an attention is one person in one category.
    pub people: Figure,
}

/// Why a record of the period is not in the figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Something is missing to be complete.
    Incomplete,
    /// Voided with a reason.
    Void,
    /// Merged into another record as a duplicate.
    Merged,
    /// The server did not take it: no other device has it.
    Refused,
    /// Complete but not reviewed, in a table of reviewed records only.
    NotReviewed,
    /// Edited after it was reviewed, in a table of reviewed records only, where what was approved is not known here.
    ChangedAfterReview,
}

/// The records left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Why.
    pub reason: Reason,
    /// How many records.
    pub records: u64,
    /// The people in them.
    pub people: Figure,
    /// For incomplete records: how many lack what each rule asks for.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub rules: Vec<(String, u64)>,
}

/// What the rows cannot know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The post's name.
    pub post_name: String,
    /// Its time zone, in which days begin and end.
    pub tz: Tz,
    /// When the table was made.
    pub as_of: DateTime<Utc>,
    /// All records here, of every day, whose time comes from a clock that nobody could check.
    pub clock_doubt: u64,
    /// What is still missing.
    pub coverage: Coverage,
}

/// The daily table of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// [`DEFINITION`].
    pub definition: String,
    /// The post.
    pub post_id: PostId,
    /// Its name.
    pub post_name: String,
    /// The days, local to the post.
    pub period: Period,
    /// IANA name of the time zone of those days.
    pub tz: String,
    /// When it was made, in that zone.
    pub as_of: DateTime<FixedOffset>,
    /// Whether only reviewed records count.
    pub only_reviewed: bool,
    /// Records in the figures.
    pub encounters: u64,
    /// Those of them that are reviewed as they now are.
    pub reviewed: u64,
    /// Those of them that are counted as they were approved, in a table of reviewed records only: a change waits for
    /// approval.
    #[serde(default)]
    pub as_approved: u64,
    /// Those of them in which somebody has still to choose between two counts, or between two times.
    pub undecided: u64,
    /// Those of them of which one of two times lies on a day outside: their people count as nobody or as all of them.
    #[serde(default)]
    pub undecided_day: u64,
    /// Those of them whose time, and so perhaps whose day, comes from a clock that nobody could check.
    pub clock_doubt: u64,
    /// Records that are here and not in the figures whose time comes from such a clock: some may be of these days.
    #[serde(default)]
    pub clock_doubt_elsewhere: u64,
    /// Those of them of which the post has not received everything: they are counted here and, as yet, nowhere else.
    pub unreceived: u64,
    /// Records left out as incomplete in which a typed part is larger than the group.
    pub parts_over_total: u64,
    /// People by nationality, most first; [`TOTAL_ONLY`] at the end.
    pub rows: Vec<Row>,
    /// All people. Equal to the sum of the rows, or within it where a group's estimate is undecided.
    pub totals: Cells,
    /// Attentions by category, in code order.
    pub attentions: Vec<Attentions>,
    /// All attentions.
    pub attentions_total: Figure,
    /// What is not in the figures, and why.
    pub left_out: Vec<LeftOut>,
    /// Which teams and patrols are not in the figures yet.
    pub coverage: Coverage,
}

impl Reason {
    /// Returns the word used in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Incomplete => "incomplete",
            Self::Void => "void",
            Self::Merged => "merged",
            Self::Refused => "refused",
            Self::NotReviewed => "not_reviewed",
            Self::ChangedAfterReview => "changed_after_review",
        }
    }
}

impl Table {
    /// Folds the rows of a store into a table, all of them received; rows of other days and posts are passed over.
    pub fn of<'a>(
        query: Query,
        rows: impl IntoIterator<Item = &'a bitacora_core::summary::Summary>,
        facts: Facts,
    ) -> Self {
        let mut tally = Tally::new(query);
        rows.into_iter()
            .for_each(|row| tally.add(row, Held::AtPost));
        tally.finish(facts)
    }
}

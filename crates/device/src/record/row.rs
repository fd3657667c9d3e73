//! One line of a list.

use bitacora_core::encounter::Status;
use bitacora_core::summary::{Figures, Heading, Packed, Summary};
use chrono::{DateTime, Utc};

/// Where a record is, as far as this device can prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Something of it is on this device only.
    OnPhone,
    /// All of it is durable at the post, by signed receipt.
    AtPost,
    /// All of it is safe at headquarters or in a completed backup.
    AtHq,
}

/// Something about a record that a person should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Misses something to be complete.
    Incomplete,
    /// Has two values to choose between.
    TwoValues,
    /// The server refused a change.
    Refused,
    /// The time comes from a clock that nobody could check.
    ClockDoubt,
    /// Void.
    Voided,
    /// Edited after approval.
    ChangedAfterReview,
    /// Returned by the leader or the commander, and not corrected since.
    Returned,
    /// A typed part is larger than the total.
    PartOverTotal,
}

/// One record in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it says.
    pub summary: Summary,
    /// Where it is.
    pub place: Place,
    /// Own changes that are not received yet.
    pub unreceived: u32,
    /// What to know about it.
    pub marks: Vec<Mark>,
    /// When it was put here first, by this device's clock.
    pub saved_at: DateTime<Utc>,
    /// When the last of it was received at the post.
    pub received_at: Option<DateTime<Utc>>,
    /// Name or rank of who captured it; empty if this device does not know the person yet.
    pub author_name: String,
    /// The person who is unlocked now captured it.
    pub author_is_me: bool,
    /// Name of the device it was captured on; empty if not known here.
    pub device_name: String,
    /// The patrol's code, if it has a patrol that is known here.
    pub patrol_code: Option<String>,
}

/// One record in a list, read where it lies: what a page shows without copying anything.
#[derive(Debug)]
pub struct Line<'a, F = Packed<'a>> {
    /// Its figures; read them by [`Figures`].
    pub figures: &'a F,
    /// Which record, when, by whom.
    pub heading: Heading<'a>,
    /// Where it is.
    pub place: Place,
    /// Own changes that are not received yet.
    pub unreceived: u32,
    /// The server refused a change.
    pub is_refused: bool,
    /// When it was put here first, by this device's clock.
    pub saved_at: DateTime<Utc>,
    /// When the last of it was received at the post.
    pub received_at: Option<DateTime<Utc>>,
    /// Name or rank of who captured it; empty if this device does not know the person yet.
    pub author_name: &'a str,
    /// The person who is unlocked now captured it.
    pub author_is_me: bool,
    /// Name of the device it was captured on; empty if not known here.
    pub device_name: &'a str,
    /// The patrol's code, if it has a patrol that is known here.
    pub patrol_code: Option<&'a str>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page<T> {
    /// The rows, newest saved first.
    pub rows: Vec<T>,
    /// How many there are on all pages.
    pub total: u64,
}

/// One page of whole rows.
pub type RowPage = Page<Row>;

impl Row {
    /// Returns the row as a line, for what shows both.
    pub fn line(&self) -> Line<'_, Summary> {
        Line {
            figures: &self.summary,
            heading: self.summary.heading(),
            place: self.place,
            unreceived: self.unreceived,
            is_refused: self.marks.contains(&Mark::Refused),
            saved_at: self.saved_at,
            received_at: self.received_at,
            author_name: &self.author_name,
            author_is_me: self.author_is_me,
            device_name: &self.device_name,
            patrol_code: self.patrol_code.as_deref(),
        }
    }
}

impl<F: Figures> Line<'_, F> {
    /// Returns what to know about the record.
    pub fn marks(&self) -> impl Iterator<Item = Mark> {
        let status = self.figures.status();
        // Nobody has to complete or to decide anything in a record that ended.
        let stands = !has_ended(status);
        let all = [
            (stands && self.figures.is_incomplete(), Mark::Incomplete),
            (stands && self.figures.is_undecided(), Mark::TwoValues),
            (self.is_refused, Mark::Refused),
            (stands && self.figures.has_clock_doubt(), Mark::ClockDoubt),
            (status == Status::Voided, Mark::Voided),
            (
                status == Status::ChangedAfterReview,
                Mark::ChangedAfterReview,
            ),
            (status == Status::Returned, Mark::Returned),
            (
                stands && self.figures.has_part_over_total(),
                Mark::PartOverTotal,
            ),
        ];
        all.into_iter()
            .filter_map(|(holds, mark)| holds.then_some(mark))
    }
}

/// Returns whether a record is void, merged or withdrawn.
pub(crate) fn has_ended(status: Status) -> bool {
    matches!(status, Status::Voided | Status::Merged | Status::Withdrawn)
}

impl Place {
    /// Derives the place from how many changes stand, have no receipt, and are not safe yet.
    ///
    /// A record of which nothing stands was refused as a whole: no other place has it.
    pub(crate) fn of(standing: i64, unreceived: i64, not_safe: i64) -> Self {
        match (standing, unreceived, not_safe) {
            (1.., 0, 0) => Self::AtHq,
            (1.., 0, _) => Self::AtPost,
            _ => Self::OnPhone,
        }
    }

    /// Returns the word used at the edges.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OnPhone => "on_phone",
            Self::AtPost => "at_post",
            Self::AtHq => "at_hq",
        }
    }

    /// Returns the number used in the store.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::OnPhone => 0,
            Self::AtPost => 1,
            Self::AtHq => 2,
        }
    }

    /// Reads the number.
    pub(crate) fn read(number: u8) -> Option<Self> {
        [Self::OnPhone, Self::AtPost, Self::AtHq]
            .into_iter()
            .find(|place| place.number() == number)
    }
}

impl Mark {
    /// Returns the word used at the edges.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Incomplete => "incomplete",
            Self::TwoValues => "two_values",
            Self::Refused => "refused",
            Self::ClockDoubt => "clock_doubt",
            Self::Voided => "voided",
            Self::ChangedAfterReview => "changed_after_review",
            Self::Returned => "returned",
            Self::PartOverTotal => "part_over_total",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Place;
    use rstest::rstest;

    #[rstest]
    #[case::nothing_stands(0, 0, 0, Place::OnPhone)]
    #[case::saved(1, 1, 1, Place::OnPhone)]
    #[case::a_correction_waits(2, 1, 2, Place::OnPhone)]
    #[case::receipted(2, 0, 2, Place::AtPost)]
    #[case::one_of_two_safe(2, 0, 1, Place::AtPost)]
    #[case::all_safe(2, 0, 0, Place::AtHq)]
    fn the_fourth_word_needs_every_change_to_be_safe(
        #[case] standing: i64,
        #[case] unreceived: i64,
        #[case] not_safe: i64,
        #[case] place: Place,
    ) {
        assert_eq!(
            Place::of(standing, unreceived, not_safe),
            place,
            "{standing} stand, {unreceived} without a receipt, {not_safe} not safe"
        );
    }
}

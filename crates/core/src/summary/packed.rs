//! Summaries as bytes: a seventh of their JSON, and read where they lie.
//!
//! Lists and reports read ten thousand of them. What tables count comes first, so that a report reads the
//! beginning and leaves the rest; a list of the screen steps over what it does not show; nothing is copied until
//! a whole summary is asked for. The form is no
//! contract: a store keeps it beside the change log and makes it again from there.

mod bytes;
mod figures;
mod heading;
#[cfg(test)]
mod tests;
mod whole;
mod write;

use std::fmt;

use chrono::NaiveDate;

use self::bytes::{List, Reader};
use super::People;
use crate::encounter::{Count, Status};

pub use heading::Heading;

const VERSION: u8 = 6;
/// The bit that says that the time was taken from a clock that nobody could check.
const CLOCK_DOUBT: u8 = 1;
/// The bit that says that other days follow. Of ten thousand records a handful have some: the others are a byte
/// shorter, and read without a look for them.
const OTHER_DAYS: u8 = 2;
/// The bit that says that it was typed from a paper strip with a folio, which stands at the end.
const FOLIO: u8 = 4;
/// The bit that says that the row as it was approved follows, packed in the same form.
const AS_APPROVED: u8 = 8;
/// The bits of what stands before the figures of few records.
const BEFORE: u8 = OTHER_DAYS | AS_APPROVED;
const STATUSES: [Status; 10] = [
    Status::Draft,
    Status::Complete,
    Status::Submitted,
    Status::Reviewed,
    Status::Returned,
    Status::Flagged,
    Status::ChangedAfterReview,
    Status::Voided,
    Status::Merged,
    Status::Withdrawn,
];

/// A packed summary. Its lists are looked at when they are asked for; whoever adds them up asks
/// [`Packed::is_whole`] before.
#[derive(Clone, Copy)]
pub struct Packed<'a> {
    status: Status,
    clock_doubt: bool,
    has_folio: bool,
    /// Days since the beginning of the era: a list does not show it.
    day: NaiveDate,
    other_days: List<'a>,
    /// Bytes of the same form; empty if there are none.
    as_approved: &'a [u8],
    people: People,
    nationalities: List<'a>,
    attentions: List<'a>,
    missing: List<'a>,
    undecided: List<'a>,
    parts_over_total: List<'a>,
    post_id: &'a str,
    /// What a list shows beside the figures.
    heading: &'a [u8],
}

impl<'a> Packed<'a> {
    /// The number of this form of bytes; those of another form are not read.
    pub const FORM: u8 = VERSION;

    /// Reads the beginning; `None` if these are not bytes of [`Summary::pack`]. What a line shows beside the
    /// figures is looked at by [`Packed::heading`] only.
    #[inline]
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut from = Reader::of(bytes);
        if from.byte()? != VERSION {
            return None;
        }
        let status = *STATUSES.get(usize::from(from.byte()?))?;
        let bits = from.byte()?;
        if bits & !(CLOCK_DOUBT | FOLIO | BEFORE) != 0 {
            return None;
        }
        let day = day(&mut from)?;
        let (other_days, as_approved) = match bits & BEFORE {
            0 => (List::default(), &[][..]),
            _ => before(bits, &mut from)?,
        };
        Some(Self {
            status,
            clock_doubt: bits & CLOCK_DOUBT != 0,
            has_folio: bits & FOLIO != 0,
            day,
            other_days,
            as_approved,
            people: from.people()?,
            nationalities: from.list()?,
            attentions: from.list()?,
            missing: from.list()?,
            undecided: from.list()?,
            parts_over_total: from.list()?,
            post_id: from.text()?,
            heading: from.rest(),
        })
    }

    /// Returns whether everything that tables count can be read to its end. It is stepped over, not read: whoever adds
    /// it up does that.
    #[inline]
    pub fn is_whole(&self) -> bool {
        self.nationalities.is_whole(|from| {
            from.step_text()?;
            from.step_people()
        }) && self.attentions.is_whole(|from| {
            from.step_text()?;
            from.step_count()
        }) && self.missing.is_whole(pair)
            && self.other_days.is_whole(day)
            && (self.as_approved.is_empty() || self.then().is_some_and(|then| then.is_whole()))
    }

    /// Returns whether there is nothing by which it could be of another day than that of the row: no two values, and no
    /// row as it was approved.
    #[inline]
    pub fn is_of_its_day_only(&self) -> bool {
        self.undecided.is_empty() && self.as_approved.is_empty()
    }

    /// Returns the row as it was approved, which has none of its own.
    fn then(&self) -> Option<Packed<'a>> {
        Packed::read(self.as_approved).filter(|then| then.as_approved.is_empty())
    }

    /// Returns the code of the post.
    pub fn post_id(&self) -> &'a str {
        self.post_id
    }

    /// Returns the folio of the paper strip, if there is one and it is not damaged.
    pub fn paper_ref(&self) -> Option<String> {
        // Few have one: the others are not looked at.
        self.has_folio.then(|| self.summary())??.paper_ref
    }

    /// Returns what a line of a list shows; `None` if it is damaged.
    pub fn heading(&self) -> Option<Heading<'a>> {
        heading::read(&mut Reader::of(self.heading))
    }
}

impl fmt::Debug for Packed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Where people were met, and which nationalities, stays out of logs.
        f.debug_struct("Packed")
            .field("status", &self.status)
            .field("people", &self.people.total)
            .finish_non_exhaustive()
    }
}

/// Apart, so that the many rows that have nothing there step over it at once.
#[cold]
fn before<'a>(bits: u8, from: &mut Reader<'a>) -> Option<(List<'a>, &'a [u8])> {
    let other_days = match bits & OTHER_DAYS {
        0 => List::default(),
        _ => from.list()?,
    };
    let as_approved = match bits & AS_APPROVED {
        0 => &[][..],
        _ => from.part()?,
    };
    Some((other_days, as_approved))
}

#[inline]
fn day(from: &mut Reader<'_>) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(from.signed()?).ok()?)
}

#[inline]
fn nationality<'a>(from: &mut Reader<'a>) -> Option<(&'a str, People)> {
    Some((from.text()?, from.people()?))
}

#[inline]
fn attention<'a>(from: &mut Reader<'a>) -> Option<(&'a str, Count)> {
    Some((from.text()?, from.count()?))
}

fn pair<'a>(from: &mut Reader<'a>) -> Option<(&'a str, &'a str)> {
    Some((from.text()?, from.text()?))
}

fn part<'a>(from: &mut Reader<'a>) -> Option<(&'a str, u32, u32)> {
    Some((from.text()?, from.small()?, from.small()?))
}

//! Summaries as bytes: a seventh of their JSON, and read where they lie.
//!
//! Lists and reports read ten thousand of them. What tables count comes first, so that a report reads the
//! beginning and leaves the rest; a list of the screen steps over what it does not show; nothing is copied until
//! a whole summary is asked for. The form is no
//! contract: a store keeps it beside the change log and makes it again from there.

mod bytes;
#[cfg(test)]
mod tests;

use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

use self::bytes::{List, Packer, Reader};
use super::{Figures, People, Summary};
use crate::encounter::{Count, Status};
use crate::id::{DeviceId, EncounterId, PatrolId, PersonId};
use crate::rule;

const VERSION: u8 = 5;
/// The bit that says that the time was taken from a clock that nobody could check.
const CLOCK_DOUBT: u8 = 1;
/// The bit that says that other days follow. Of ten thousand records a handful have some: the others are a byte
/// shorter, and read without a look for them.
const OTHER_DAYS: u8 = 2;
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
    /// Days since the beginning of the era: a list does not show it.
    day: i32,
    other_days: List<'a>,
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

/// What a line of a list shows of a record beside its figures.
#[derive(Clone, Copy, PartialEq)]
pub struct Heading<'a> {
    /// The record.
    pub encounter_id: EncounterId,
    /// `BCH-0314-7QK-3`.
    pub short_code: &'a str,
    /// When it happened.
    pub occurred_at: DateTime<FixedOffset>,
    /// Who captured it.
    pub author_id: PersonId,
    /// On what.
    pub device_id: DeviceId,
    /// The patrol, if any.
    pub patrol_id: Option<PatrolId>,
}

impl Summary {
    /// Returns the summary as bytes for [`Packed::read`].
    pub fn pack(&self) -> Vec<u8> {
        let mut out = Packer::new(VERSION);
        out.byte(status_number(self.status));
        let mut bits = 0;
        if self.clock_doubt {
            bits |= CLOCK_DOUBT;
        }
        if !self.other_days.is_empty() {
            bits |= OTHER_DAYS;
        }
        out.byte(bits);
        out.signed(day_number(self.day));
        if bits & OTHER_DAYS != 0 {
            out.list(self.other_days.iter(), |out, day| {
                out.signed(day_number(*day))
            });
        }
        out.people(&self.people);
        out.list(self.nationalities.iter(), |out, (code, people)| {
            out.text(code);
            out.people(people);
        });
        out.list(self.attentions.iter(), |out, (code, count)| {
            out.text(code);
            out.count(*count);
        });
        out.list(self.missing.iter(), |out, (rule, field)| {
            out.text(rule);
            out.text(field);
        });
        out.list(self.undecided.iter(), |out, field| out.text(field));
        out.list(self.parts_over_total.iter(), |out, (code, part, total)| {
            out.text(code);
            out.number(u64::from(*part));
            out.number(u64::from(*total));
        });
        out.text(self.post_id.as_str());
        self.pack_heading(&mut out);
        out.time(self.created_at);
        out.option(self.direction.as_ref(), |out, code| out.text(code));
        out.option(self.lat_lon.as_ref(), |out, (lat, lon)| {
            out.bytes(&lat.to_bits().to_be_bytes());
            out.bytes(&lon.to_bits().to_be_bytes());
        });
        out.list(self.distinct_from.iter(), |out, other| {
            out.bytes(other.as_bytes());
        });
        out.done()
    }

    fn pack_heading(&self, out: &mut Packer) {
        out.bytes(self.encounter_id.as_bytes());
        out.text(&self.short_code);
        out.time(self.occurred_at.with_timezone(&Utc));
        out.signed(i64::from(self.occurred_at.offset().local_minus_utc()));
        out.bytes(self.author_id.as_bytes());
        out.bytes(self.device_id.as_bytes());
        out.option(self.patrol_id.as_ref(), |out, id| out.bytes(id.as_bytes()));
    }
}

impl<'a> Packed<'a> {
    /// The number of this form of bytes; those of another form are not read.
    pub const FORM: u8 = VERSION;

    /// Reads the beginning; `None` if these are not bytes of [`Summary::pack`]. What a line shows beside the
    /// figures is looked at by [`Packed::heading`] only.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut from = Reader::of(bytes);
        if from.byte()? != VERSION {
            return None;
        }
        let status = *STATUSES.get(usize::from(from.byte()?))?;
        let bits = from.byte()?;
        if bits & !(CLOCK_DOUBT | OTHER_DAYS) != 0 {
            return None;
        }
        let day = i32::try_from(from.signed()?).ok()?;
        let other_days = match bits & OTHER_DAYS {
            0 => List::default(),
            _ => from.list()?,
        };
        Some(Self {
            status,
            clock_doubt: bits & CLOCK_DOUBT != 0,
            day,
            other_days,
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

    /// Returns whether everything that tables count can be read to its end.
    pub fn is_whole(&self) -> bool {
        self.nationalities.is_whole(nationality)
            && self.attentions.is_whole(attention)
            && self.missing.is_whole(pair)
            && self.other_days.is_whole(day)
            && NaiveDate::from_num_days_from_ce_opt(self.day).is_some()
    }

    /// Returns the code of the post.
    pub fn post_id(&self) -> &'a str {
        self.post_id
    }

    /// Returns what a line of a list shows; `None` if it is damaged.
    pub fn heading(&self) -> Option<Heading<'a>> {
        heading(&mut Reader::of(self.heading))
    }

    /// Returns the whole summary; `None` if it is damaged.
    pub fn summary(&self) -> Option<Summary> {
        let lists_are_whole = self.is_whole()
            && self.undecided.is_whole(Reader::text)
            && self.parts_over_total.is_whole(part);
        if !lists_are_whole {
            return None;
        }
        let mut from = Reader::of(self.heading);
        let heading = heading(&mut from)?;
        let summary = Summary {
            encounter_id: heading.encounter_id,
            short_code: heading.short_code.to_owned(),
            post_id: self.post_id.parse().ok()?,
            patrol_id: heading.patrol_id,
            author_id: heading.author_id,
            device_id: heading.device_id,
            created_at: from.time()?,
            occurred_at: heading.occurred_at,
            day: NaiveDate::from_num_days_from_ce_opt(self.day)?,
            other_days: self.other_days.items(day).collect(),
            direction: from.option(Reader::text)?.map(str::to_owned),
            lat_lon: from.option(|from| Some((from.decimal()?, from.decimal()?)))?,
            nationalities: self
                .nationalities
                .items(nationality)
                .map(|(code, people)| (code.to_owned(), people))
                .collect(),
            people: self.people,
            attentions: self
                .attentions
                .items(attention)
                .map(|(code, count)| (code.to_owned(), count))
                .collect(),
            status: self.status,
            missing: self
                .missing
                .items(pair)
                .map(|(rule, field)| (rule.to_owned(), field.to_owned()))
                .collect(),
            undecided: self
                .undecided
                .items(Reader::text)
                .map(str::to_owned)
                .collect(),
            parts_over_total: self
                .parts_over_total
                .items(part)
                .map(|(code, part, total)| (code.to_owned(), part, total))
                .collect(),
            clock_doubt: self.clock_doubt,
            distinct_from: distinct_from(from.list()?)?,
        };
        from.rest().is_empty().then_some(summary)
    }
}

impl Figures for Packed<'_> {
    fn post(&self) -> &str {
        self.post_id
    }

    fn day(&self) -> NaiveDate {
        // Whoever adds up has asked whether it is whole.
        NaiveDate::from_num_days_from_ce_opt(self.day).unwrap_or_default()
    }

    #[inline]
    fn other_days(&self) -> impl Iterator<Item = NaiveDate> {
        self.other_days.items(day)
    }

    fn status(&self) -> Status {
        self.status
    }

    fn people(&self) -> &People {
        &self.people
    }

    fn nationalities(&self) -> impl Iterator<Item = (&str, People)> {
        self.nationalities.items(nationality)
    }

    fn attentions(&self) -> impl Iterator<Item = (&str, Count)> {
        self.attentions.items(attention)
    }

    fn missing_rules(&self) -> impl Iterator<Item = &str> {
        self.missing.items(pair).map(|(rule, _)| rule)
    }

    fn is_incomplete(&self) -> bool {
        !self.missing.is_empty()
    }

    fn is_undecided(&self) -> bool {
        !self.undecided.is_empty()
    }

    fn has_two_times(&self) -> bool {
        self.undecided
            .items(Reader::text)
            .any(|field| field == rule::TIME)
    }

    fn has_part_over_total(&self) -> bool {
        !self.parts_over_total.is_empty()
    }

    fn has_clock_doubt(&self) -> bool {
        self.clock_doubt
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

impl fmt::Debug for Heading<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Heading")
            .field("encounter_id", &self.encounter_id)
            .finish_non_exhaustive()
    }
}

fn heading<'a>(from: &mut Reader<'a>) -> Option<Heading<'a>> {
    Some(Heading {
        encounter_id: EncounterId::from_bytes(from.array()?),
        short_code: from.text()?,
        occurred_at: from.local_time()?,
        author_id: PersonId::from_bytes(from.array()?),
        device_id: DeviceId::new(from.array()?),
        patrol_id: from.option(|from| from.array().map(PatrolId::from_bytes))?,
    })
}

fn day_number(day: NaiveDate) -> i64 {
    i64::from(chrono::Datelike::num_days_from_ce(&day))
}

fn day(from: &mut Reader<'_>) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(from.signed()?).ok()?)
}

fn nationality<'a>(from: &mut Reader<'a>) -> Option<(&'a str, People)> {
    Some((from.text()?, from.people()?))
}

fn attention<'a>(from: &mut Reader<'a>) -> Option<(&'a str, Count)> {
    Some((from.text()?, from.count()?))
}

fn pair<'a>(from: &mut Reader<'a>) -> Option<(&'a str, &'a str)> {
    Some((from.text()?, from.text()?))
}

fn distinct_from(list: List<'_>) -> Option<Vec<EncounterId>> {
    let others = list.items(Reader::array::<16>).map(EncounterId::from_bytes);
    list.is_whole(Reader::array::<16>).then(|| others.collect())
}

fn part<'a>(from: &mut Reader<'a>) -> Option<(&'a str, u32, u32)> {
    Some((from.text()?, from.small()?, from.small()?))
}

fn status_number(status: Status) -> u8 {
    match status {
        Status::Draft => 0,
        Status::Complete => 1,
        Status::Submitted => 2,
        Status::Reviewed => 3,
        Status::Returned => 4,
        Status::Flagged => 5,
        Status::ChangedAfterReview => 6,
        Status::Voided => 7,
        Status::Merged => 8,
        Status::Withdrawn => 9,
    }
}

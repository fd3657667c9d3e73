//! Numbers, texts and lists as bytes, and back.

use chrono::{DateTime, FixedOffset, Utc};

use crate::encounter::Count;
use crate::summary::People;

/// The bit of a group of people that says that some counts are ranges.
const RANGES: u8 = 0x80;
/// The bits of its columns.
const COLUMNS: u8 = 0x3f;

/// Bytes in the making.
pub(super) struct Packer(Vec<u8>);

impl Packer {
    pub(super) fn new(version: u8) -> Self {
        let mut bytes = Vec::with_capacity(256);
        bytes.push(version);
        Self(bytes)
    }

    pub(super) fn done(self) -> Vec<u8> {
        self.0
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Seven bits a byte, the smallest first.
    pub(super) fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    pub(super) fn signed(&mut self, value: i64) {
        self.number(((value << 1) ^ (value >> 63)).cast_unsigned());
    }

    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }

    pub(super) fn time(&mut self, at: DateTime<Utc>) {
        self.signed(at.timestamp());
        self.number(u64::from(at.timestamp_subsec_nanos()));
    }

    pub(super) fn count(&mut self, count: Count) {
        self.number(u64::from(count.min));
        self.number(u64::from(count.max));
    }

    /// A bit for each column with somebody in it, then those columns: one number each, or two where
    /// somebody has still to choose. Most groups have people in two or three.
    pub(super) fn people(&mut self, people: &People) {
        let columns = columns(people);
        let mut bits = 0;
        for (bit, count) in columns.iter().enumerate() {
            bits |= u8::from(*count != Count::default()) << bit;
            if !count.is_decided() {
                bits |= RANGES;
            }
        }
        self.byte(bits);
        for count in columns
            .into_iter()
            .filter(|count| *count != Count::default())
        {
            if bits & RANGES == 0 {
                self.number(u64::from(count.max));
            } else {
                self.count(count);
            }
        }
    }

    pub(super) fn option<T>(&mut self, value: Option<T>, put: impl FnOnce(&mut Self, T)) {
        self.byte(u8::from(value.is_some()));
        if let Some(value) = value {
            put(self, value);
        }
    }

    /// The length in bytes first: who does not want a list steps over it.
    pub(super) fn list<T>(
        &mut self,
        items: impl Iterator<Item = T>,
        mut put: impl FnMut(&mut Self, T),
    ) {
        let mut list = Self(Vec::new());
        items.for_each(|item| put(&mut list, item));
        self.part(&list.0);
    }

    /// Bytes, their length first.
    pub(super) fn part(&mut self, part: &[u8]) {
        self.number(part.len() as u64);
        self.bytes(part);
    }
}

fn columns(people: &People) -> [Count; 6] {
    let People {
        men,
        women,
        boys,
        girls,
        unknown,
        total,
    } = *people;
    [men, women, boys, girls, unknown, total]
}

/// What is left to read. Every method returns `None` where the bytes are not what it reads.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

/// Items, read as they are asked for.
#[derive(Clone, Copy, Default)]
pub(super) struct List<'a>(&'a [u8]);

impl<'a> List<'a> {
    #[inline]
    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Returns the items; it ends at one that is damaged.
    #[inline]
    pub(super) fn items<T>(
        self,
        read: impl Fn(&mut Reader<'a>) -> Option<T>,
    ) -> impl Iterator<Item = T> {
        let mut from = Reader(self.0);
        std::iter::from_fn(move || {
            if from.0.is_empty() {
                return None;
            }
            read(&mut from)
        })
    }

    /// Returns whether every item can be read.
    #[inline]
    pub(super) fn is_whole<T>(self, read: impl Fn(&mut Reader<'a>) -> Option<T>) -> bool {
        let mut from = Reader(self.0);
        while !from.0.is_empty() {
            if read(&mut from).is_none() {
                return false;
            }
        }
        true
    }
}

impl<'a> Reader<'a> {
    #[inline]
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    #[inline]
    pub(super) fn rest(self) -> &'a [u8] {
        self.0
    }

    #[inline]
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    #[inline]
    pub(super) fn flag(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    #[inline]
    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*bytes)
    }

    #[inline]
    pub(super) fn number(&mut self) -> Option<u64> {
        let first = self.byte()?;
        if first & 0x80 == 0 {
            Some(u64::from(first))
        } else {
            self.long_number(first)
        }
    }

    /// Apart, so that the small ones, which nearly all are, are read where they are asked for.
    #[cold]
    fn long_number(&mut self, first: u8) -> Option<u64> {
        let mut value = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    #[inline]
    pub(super) fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    #[inline]
    pub(super) fn signed(&mut self) -> Option<i64> {
        let value = self.number()?;
        Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    #[inline]
    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    /// Steps over a text as [`Reader::text`] would read it.
    #[inline]
    pub(super) fn step_text(&mut self) -> Option<()> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        // Codes are short and plain; asking for more is a call.
        (text.iter().all(u8::is_ascii) || std::str::from_utf8(text).is_ok()).then_some(())
    }

    /// Steps over so many small numbers as [`Reader::small`] would read them.
    #[inline]
    fn step_small(&mut self, count: usize) -> Option<()> {
        // Nearly always each is one byte: then they are looked at together.
        if let Some((numbers, rest)) = self.0.split_at_checked(count)
            && numbers.iter().all(|byte| byte & 0x80 == 0)
        {
            self.0 = rest;
            return Some(());
        }
        (0..count).try_for_each(|_| self.small().map(drop))
    }

    pub(super) fn decimal(&mut self) -> Option<f64> {
        self.array().map(u64::from_be_bytes).map(f64::from_bits)
    }

    pub(super) fn time(&mut self) -> Option<DateTime<Utc>> {
        let (seconds, nanos) = (self.signed()?, self.small()?);
        DateTime::from_timestamp(seconds, nanos)
    }

    pub(super) fn local_time(&mut self) -> Option<DateTime<FixedOffset>> {
        let at = self.time()?;
        let offset = FixedOffset::east_opt(i32::try_from(self.signed()?).ok()?)?;
        Some(at.with_timezone(&offset))
    }

    #[inline]
    pub(super) fn count(&mut self) -> Option<Count> {
        Some(Count {
            min: self.small()?,
            max: self.small()?,
        })
    }

    #[inline]
    pub(super) fn people(&mut self) -> Option<People> {
        let bits = self.byte()?;
        let mut column = |bit: u8| {
            if bits & (1 << bit) == 0 {
                Some(Count::default())
            } else if bits & RANGES == 0 {
                self.small().map(Count::exactly)
            } else {
                self.count()
            }
        };
        Some(People {
            men: column(0)?,
            women: column(1)?,
            boys: column(2)?,
            girls: column(3)?,
            unknown: column(4)?,
            total: column(5)?,
        })
    }

    /// Steps over a count as [`Reader::count`] would read it.
    #[inline]
    pub(super) fn step_count(&mut self) -> Option<()> {
        self.step_small(2)
    }

    /// Steps over a group of people as [`Reader::people`] would read it.
    #[inline]
    pub(super) fn step_people(&mut self) -> Option<()> {
        let bits = self.byte()?;
        let columns = (bits & COLUMNS).count_ones() as usize;
        self.step_small(if bits & RANGES == 0 {
            columns
        } else {
            2 * columns
        })
    }

    #[inline]
    pub(super) fn option<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.flag()? {
            false => Some(None),
            true => read(self).map(Some),
        }
    }

    /// Steps over a list and keeps where it lies.
    #[inline]
    pub(super) fn list(&mut self) -> Option<List<'a>> {
        self.part().map(List)
    }

    /// Steps over bytes whose length stands before them, and keeps where they lie.
    #[inline]
    pub(super) fn part(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (part, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(part)
    }
}

//! Summaries as the bytes of a column: a fifth of their JSON, read in a microsecond.
//!
//! Lists and reports read ten thousand of them; as JSON they would neither fit the page cache nor be
//! parsed in time. The form is private to this store: `rebuild` makes it again from the change log.

use std::collections::BTreeMap;

use bitacora_core::encounter::{Count, Status};
use bitacora_core::id::{DeviceId, EncounterId, PatrolId, PersonId};
use bitacora_core::summary::{People, Summary};
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

use super::error::StoreError;

const VERSION: u8 = 1;
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

/// Packs a summary.
pub(crate) fn pack(summary: &Summary) -> Vec<u8> {
    let mut out = Packer(Vec::with_capacity(256));
    out.0.push(VERSION);
    out.0.extend(summary.encounter_id.as_bytes());
    out.text(&summary.short_code);
    out.text(summary.post_id.as_str());
    out.option(summary.patrol_id.as_ref(), |out, id| {
        out.0.extend(id.as_bytes())
    });
    out.0.extend(summary.author_id.as_bytes());
    out.0.extend(summary.device_id.as_bytes());
    out.time(summary.created_at);
    out.time(summary.occurred_at.with_timezone(&Utc));
    out.signed(i64::from(summary.occurred_at.offset().local_minus_utc()));
    out.signed(i64::from(chrono::Datelike::num_days_from_ce(&summary.day)));
    out.option(summary.direction.as_ref(), |out, code| out.text(code));
    out.option(summary.lat_lon.as_ref(), |out, (lat, lon)| {
        out.0.extend(lat.to_bits().to_be_bytes());
        out.0.extend(lon.to_bits().to_be_bytes());
    });
    out.list(summary.nationalities.iter(), |out, (code, people)| {
        out.text(code);
        out.people(people);
    });
    out.people(&summary.people);
    out.list(summary.attentions.iter(), |out, (code, count)| {
        out.text(code);
        out.count(*count);
    });
    out.0.push(status_number(summary.status));
    out.list(summary.missing.iter(), |out, (rule, field)| {
        out.text(rule);
        out.text(field);
    });
    out.list(summary.undecided.iter(), |out, field| out.text(field));
    out.list(
        summary.parts_over_total.iter(),
        |out, (code, part, total)| {
            out.text(code);
            out.number(u64::from(*part));
            out.number(u64::from(*total));
        },
    );
    out.0.push(u8::from(summary.clock_doubt));
    out.0
}

/// Unpacks a summary; anything that `pack` did not write is damage.
pub(crate) fn unpack(bytes: &[u8]) -> Result<Summary, StoreError> {
    read(bytes).ok_or(StoreError::Value { what: "summary" })
}

fn read(bytes: &[u8]) -> Option<Summary> {
    let mut from = Unpacker(bytes);
    if from.byte()? != VERSION {
        return None;
    }
    let summary = Summary {
        encounter_id: EncounterId::from_bytes(from.array()?),
        short_code: from.text()?,
        post_id: from.text()?.parse().ok()?,
        patrol_id: from.option(|from| from.array().map(PatrolId::from_bytes))?,
        author_id: PersonId::from_bytes(from.array()?),
        device_id: DeviceId::new(from.array()?),
        created_at: from.time()?,
        occurred_at: from.local_time()?,
        day: NaiveDate::from_num_days_from_ce_opt(i32::try_from(from.signed()?).ok()?)?,
        direction: from.option(Unpacker::text)?,
        lat_lon: from.option(|from| Some((from.decimal()?, from.decimal()?)))?,
        nationalities: from.list(|from| Some((from.text()?, from.people()?)))?,
        people: from.people()?,
        attentions: from.list::<_, BTreeMap<_, _>>(|from| Some((from.text()?, from.count()?)))?,
        status: *STATUSES.get(usize::from(from.byte()?))?,
        missing: from.list(|from| Some((from.text()?, from.text()?)))?,
        undecided: from.list(Unpacker::text)?,
        parts_over_total: from.list(|from| Some((from.text()?, from.small()?, from.small()?)))?,
        clock_doubt: from.byte()? == 1,
    };
    from.0.is_empty().then_some(summary)
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

struct Packer(Vec<u8>);

impl Packer {
    /// Seven bits a byte, the smallest first.
    fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    fn signed(&mut self, value: i64) {
        self.number(((value << 1) ^ (value >> 63)).cast_unsigned());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend(text.as_bytes());
    }

    fn time(&mut self, at: DateTime<Utc>) {
        self.signed(at.timestamp());
        self.number(u64::from(at.timestamp_subsec_nanos()));
    }

    fn count(&mut self, count: Count) {
        self.number(u64::from(count.min));
        self.number(u64::from(count.max));
    }

    fn people(&mut self, people: &People) {
        let People {
            men,
            women,
            boys,
            girls,
            unknown,
            total,
        } = *people;
        [men, women, boys, girls, unknown, total]
            .into_iter()
            .for_each(|count| self.count(count));
    }

    fn option<T>(&mut self, value: Option<T>, put: impl FnOnce(&mut Self, T)) {
        self.0.push(u8::from(value.is_some()));
        if let Some(value) = value {
            put(self, value);
        }
    }

    fn list<T>(
        &mut self,
        items: impl ExactSizeIterator<Item = T>,
        mut put: impl FnMut(&mut Self, T),
    ) {
        self.number(items.len() as u64);
        items.for_each(|item| put(self, item));
    }
}

struct Unpacker<'a>(&'a [u8]);

impl Unpacker<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*bytes)
    }

    fn number(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    fn signed(&mut self) -> Option<i64> {
        let value = self.number()?;
        Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    fn text(&mut self) -> Option<String> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok().map(str::to_owned)
    }

    fn decimal(&mut self) -> Option<f64> {
        self.array().map(u64::from_be_bytes).map(f64::from_bits)
    }

    fn time(&mut self) -> Option<DateTime<Utc>> {
        let (seconds, nanos) = (self.signed()?, self.small()?);
        DateTime::from_timestamp(seconds, nanos)
    }

    fn local_time(&mut self) -> Option<DateTime<FixedOffset>> {
        let at = self.time()?;
        let offset = FixedOffset::east_opt(i32::try_from(self.signed()?).ok()?)?;
        Some(at.with_timezone(&offset))
    }

    fn count(&mut self) -> Option<Count> {
        Some(Count {
            min: self.small()?,
            max: self.small()?,
        })
    }

    fn people(&mut self) -> Option<People> {
        Some(People {
            men: self.count()?,
            women: self.count()?,
            boys: self.count()?,
            girls: self.count()?,
            unknown: self.count()?,
            total: self.count()?,
        })
    }

    fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        match self.byte()? {
            0 => Some(None),
            1 => read(self).map(Some),
            _ => None,
        }
    }

    fn list<T, C: FromIterator<T>>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<C> {
        let count = self.number()?;
        // Nothing is reserved for a stated count: a damaged one ends at the end of the bytes.
        (0..count).map(|_| read(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        reason = "a test may fail loudly"
    )]

    use super::*;

    fn full() -> Summary {
        let people = People {
            men: Count { min: 8, max: 9 },
            total: Count {
                min: 300,
                max: 70_000,
            },
            ..People::default()
        };
        Summary {
            encounter_id: EncounterId::from_bytes([1; 16]),
            short_code: "BCH-0314-7QK-3".to_owned(),
            post_id: "PA-BCH".parse().unwrap(),
            patrol_id: Some(PatrolId::from_bytes([2; 16])),
            author_id: PersonId::from_bytes([3; 16]),
            device_id: DeviceId::new([4; 16]),
            created_at: "1969-03-14T12:21:00.123456789Z".parse().unwrap(),
            occurred_at: "2025-03-14T07:21:40.5-05:00".parse().unwrap(),
            day: "2025-03-14".parse().unwrap(),
            direction: Some("north".to_owned()),
            lat_lon: Some((8.45103, -77.64295)),
            nationalities: [
                ("VEN".to_owned(), people),
                ("HTI".to_owned(), People::default()),
            ]
            .into(),
            people,
            attentions: [("ASO".to_owned(), Count { min: 1, max: 2 })].into(),
            status: Status::ChangedAfterReview,
            missing: vec![("E03".to_owned(), "assistance".to_owned())],
            undecided: vec!["composition/VEN/AA+M".to_owned()],
            parts_over_total: vec![("water".to_owned(), 6, 5)],
            clock_doubt: true,
        }
    }

    #[test]
    fn every_field_comes_back_as_it_was() {
        let full = full();
        let plain = Summary {
            patrol_id: None,
            direction: None,
            lat_lon: None,
            clock_doubt: false,
            ..full.clone()
        };
        for summary in [full, plain] {
            assert_eq!(
                unpack(&pack(&summary)).unwrap(),
                summary,
                "a row must say what was derived"
            );
        }
    }

    #[test]
    fn every_status_has_its_own_number() {
        for (number, status) in STATUSES.into_iter().enumerate() {
            assert_eq!(
                usize::from(status_number(status)),
                number,
                "{status:?} would be read as another"
            );
        }
    }

    #[test]
    fn damaged_bytes_are_an_error_at_every_length() {
        let packed = pack(&full());
        for end in 0..packed.len() {
            assert!(unpack(&packed[..end]).is_err(), "cut after {end} bytes");
        }
        assert!(
            unpack(&[packed.as_slice(), b"x"].concat()).is_err(),
            "something behind it"
        );
        let mut huge = packed.clone();
        huge[17] = 0xff;
        assert!(unpack(&huge).is_err(), "an absurd length allocates nothing");
    }
}

//! Clocks: what may be believed, and how a wrong one is corrected afterwards.
//!
//! A phone's clock is data with a doubt attached. Only GNSS time and the server's time at a contact
//! are trusted; without either a record is complete all the same and carries the doubt.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

use crate::id::EncounterId;

/// The least difference to a trusted clock that is called wrong, minutes (W05).
pub const WRONG_FROM_MINUTES: i64 = 5;

/// What a device knows about the true time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TrustedClock {
    /// It never had a contact since it was started or set, and no GNSS time.
    #[default]
    Unknown,
    /// The true time now, from the last contact or a fix, carried on by the monotonic clock.
    Known(DateTime<Utc>),
}

/// The least time ahead of the true one that is called the future (E09).
pub const FUTURE_FROM_MINUTES: i64 = 5;

/// Returns whether a time of this source (code list `clock_source`) does not hang on a clock that nobody checked:
/// it is by GNSS, by the network, or was written down by a person.
pub fn is_checked_source(source: &str) -> bool {
    matches!(source, "gnss" | "network" | "typed")
}

impl TrustedClock {
    /// Returns the true time if a moment lies in the future by it (E09).
    pub fn before(self, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Known(now) if moment > now + TimeDelta::minutes(FUTURE_FROM_MINUTES) => Some(now),
            _ => None,
        }
    }
}

/// How far the device's clock is behind the true time; negative when it is ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockOffset(TimeDelta);

/// One record's time, corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The record.
    pub encounter_id: EncounterId,
    /// What it said.
    pub before: DateTime<FixedOffset>,
    /// What it should say.
    pub after: DateTime<FixedOffset>,
}

impl ClockOffset {
    /// Compares the two clocks at one moment.
    pub fn measured(device: DateTime<Utc>, trusted: DateTime<Utc>) -> Self {
        Self(trusted - device)
    }

    /// Returns the offset in whole seconds; positive when the device is behind.
    pub fn seconds(self) -> i64 {
        self.0.num_seconds()
    }

    /// Rebuilds an offset from whole seconds.
    pub fn of_seconds(seconds: i64) -> Option<Self> {
        TimeDelta::try_seconds(seconds).map(Self)
    }

    /// Returns whether the device's clock is wrong enough to say so.
    pub fn is_wrong(self) -> bool {
        self.0.num_seconds().abs() > WRONG_FROM_MINUTES * 60
    }

    /// Returns the correction of a record whose time came from this clock; `None` if the result is no time.
    pub fn correct(
        self,
        encounter_id: EncounterId,
        occurred_at: DateTime<FixedOffset>,
    ) -> Option<Correction> {
        let after = occurred_at.checked_add_signed(self.0)?;
        Some(Correction {
            encounter_id,
            before: occurred_at,
            after,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_phone_that_woke_in_2019_is_corrected_by_the_offset_at_the_contact() {
        let offset =
            ClockOffset::measured(time("2019-01-01T03:00:00Z"), time("2025-03-14T15:00:00Z"));
        assert!(offset.is_wrong());
        let said = DateTime::parse_from_rfc3339("2019-01-01T01:21:00+00:00").unwrap();
        let correction = offset
            .correct(EncounterId::from_bytes([1; 16]), said)
            .unwrap();
        assert_eq!(
            correction.after,
            time("2025-03-14T13:21:00Z"),
            "the order and the distances stay"
        );
        assert_eq!(correction.before, said, "the first time is kept");
    }

    #[test]
    fn a_few_minutes_are_not_called_wrong() {
        let trusted = time("2025-03-14T15:00:00Z");
        assert!(!ClockOffset::measured(time("2025-03-14T15:05:00Z"), trusted).is_wrong());
        assert!(ClockOffset::measured(time("2025-03-14T15:05:01Z"), trusted).is_wrong());
        assert!(ClockOffset::measured(time("2025-03-14T14:54:59Z"), trusted).is_wrong());
    }
}

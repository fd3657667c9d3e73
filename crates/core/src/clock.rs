//! Clocks: what may be believed, and how a wrong one is corrected afterwards.
//!
//! A phone's clock is data with a doubt attached. Only GNSS time and the server's time at a contact
//! are trusted; without either a record is complete all the same and carries the doubt.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

use crate::id::EncounterId;

/// The least difference to a trusted clock that is called wrong, minutes (W05).
pub const WRONG_FROM_MINUTES: i64 = 5;

/// The longest that it takes from the beginning of an exchange until the server reads its clock, seconds. The server
/// reads it at the head of a request; what is sent after that may take half an hour.
const CONNECTING_SECONDS: i64 = 60;
/// Seconds since 1970 of 2020-01-01: no server of ours ran before. One that says so has lost its battery.
const NOT_BEFORE_SECONDS: i64 = 1_577_836_800;

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

/// The source of a time that a person wrote down (code list `clock_source`).
pub const TYPED: &str = "typed";
/// The source of such a time that lay ahead of the clock of its device while nobody vouched for that clock: until a contact
/// judges it, it is in doubt. The device says so, nobody else.
pub const TYPED_AHEAD: &str = "typed_ahead";

/// Returns whether a time of this source (code list `clock_source`) does not hang on a clock that nobody checked:
/// it is by GNSS, by the network, or was written down by a person.
pub fn is_checked_source(source: &str) -> bool {
    matches!(source, "gnss" | "network" | TYPED)
}

/// Returns whether a person wrote a time of this source down, judged or not.
pub fn is_typed_source(source: &str) -> bool {
    matches!(source, TYPED | TYPED_AHEAD)
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

    /// Compares the two clocks after an exchange that began at one moment of the device's clock and has an answer at
    /// another; `None` if the server's time cannot be true. In between the two clocks are as good as equal.
    pub fn at_contact(
        began: DateTime<Utc>,
        answered: DateTime<Utc>,
        server: DateTime<Utc>,
    ) -> Option<Self> {
        if server.timestamp() < NOT_BEFORE_SECONDS {
            return None;
        }
        let latest = answered.min(began + TimeDelta::seconds(CONNECTING_SECONDS));
        let nearest = server.clamp(began, latest.max(began));
        Some(Self::measured(nearest, server))
    }

    /// Returns the offset in milliseconds; positive when the device is behind.
    pub fn milliseconds(self) -> i64 {
        self.0.num_milliseconds()
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
    fn a_long_upload_is_no_wrong_clock() {
        let (began, answered) = (time("2025-03-14T15:00:00Z"), time("2025-03-14T15:40:00Z"));
        let offset = |server| ClockOffset::at_contact(began, answered, time(server)).unwrap();
        let right = offset("2025-03-14T15:00:02Z");
        assert_eq!(
            right.milliseconds(),
            0,
            "the server read its clock when it began"
        );
        let behind = offset("2025-03-14T15:20:00Z");
        assert_eq!(
            behind.seconds(),
            19 * 60,
            "a phone that is behind is found all the same"
        );
        let ahead = offset("2025-03-14T14:50:00Z");
        assert_eq!(ahead.seconds(), -10 * 60, "and one that is ahead");
    }

    #[test]
    fn a_server_without_a_battery_corrects_nobody() {
        let now = time("2025-03-14T15:00:00Z");
        for server in [
            "1970-01-01T00:00:09Z",
            "2000-01-01T00:00:00Z",
            "2019-12-31T23:59:59Z",
        ] {
            assert_eq!(
                ClockOffset::at_contact(now, now, time(server)),
                None,
                "{server}"
            );
        }
        let phone = time("2000-01-01T00:00:00Z");
        let found = ClockOffset::at_contact(phone, phone, now).unwrap();
        assert!(found.is_wrong(), "a phone without one is corrected");
    }

    #[test]
    fn a_few_minutes_are_not_called_wrong() {
        let trusted = time("2025-03-14T15:00:00Z");
        assert!(!ClockOffset::measured(time("2025-03-14T15:05:00Z"), trusted).is_wrong());
        assert!(ClockOffset::measured(time("2025-03-14T15:05:01Z"), trusted).is_wrong());
        assert!(ClockOffset::measured(time("2025-03-14T14:54:59Z"), trusted).is_wrong());
    }
}

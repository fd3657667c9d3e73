//! The days that a report is about, as local days of the post.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest period that is read from a text, in days: a leap year. A mistyped year is an error, not a wait.
pub const DAYS_MAX: i64 = 366;

/// Whole local days of a post, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    from: NaiveDate,
    to: NaiveDate,
}

/// Why a text is not a period.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PeriodError {
    /// Neither a day, a month nor a range.
    #[error(
        "period: `{0}` is not a period; write a day (2023-08-14), a range (2023-08-14..2023-08-20), a month (2023-08), \
         `today` or `yesterday`"
    )]
    Unreadable(String),
    /// The end is before the start.
    #[error("period: it ends on {to}, before it starts on {from}; write the earlier day first")]
    Backwards {
        /// The start.
        from: NaiveDate,
        /// The end.
        to: NaiveDate,
    },
    /// More days than [`DAYS_MAX`].
    #[error(
        "period: {days} days are too many; at most {DAYS_MAX} fit into one table, so make several"
    )]
    TooLong {
        /// The days asked for.
        days: i64,
    },
}

impl Period {
    /// Returns the period of a single day.
    pub const fn day(day: NaiveDate) -> Self {
        Self { from: day, to: day }
    }

    /// Returns the days from one to another, both included.
    pub fn range(from: NaiveDate, to: NaiveDate) -> Result<Self, PeriodError> {
        if to < from {
            return Err(PeriodError::Backwards { from, to });
        }
        let days = (to - from).num_days() + 1;
        if days > DAYS_MAX {
            return Err(PeriodError::TooLong { days });
        }
        Ok(Self { from, to })
    }

    /// Reads a period as people type it. `today` is the local day of the post, for the words `today` and `yesterday`.
    pub fn parse(text: &str, today: NaiveDate) -> Result<Self, PeriodError> {
        let text = text.trim();
        let day = |text: &str| match text.trim() {
            "today" | "hoy" => Some(today),
            "yesterday" | "ayer" => Some(today.pred_opt().unwrap_or(today)),
            text => text.parse().ok(),
        };
        let unreadable = || PeriodError::Unreadable(text.chars().take(40).collect());
        if let Some((from, to)) = text.split_once("..").or_else(|| text.split_once('/')) {
            let (from, to) = (day(from), day(to));
            return Self::range(from.ok_or_else(unreadable)?, to.ok_or_else(unreadable)?);
        }
        if let Some(day) = day(text) {
            return Ok(Self::day(day));
        }
        month(text).ok_or_else(unreadable)
    }

    /// Returns the first day.
    pub const fn from(self) -> NaiveDate {
        self.from
    }

    /// Returns the last day.
    pub const fn to(self) -> NaiveDate {
        self.to
    }

    /// Returns whether a day is in it.
    pub fn contains(self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    /// Returns the instants at which it starts and ends in a time zone; the end is no longer part of it.
    pub fn instants(self, tz: Tz) -> (DateTime<Utc>, DateTime<Utc>) {
        let after = self.to.checked_add_days(Days::new(1)).unwrap_or(self.to);
        (local_midnight(self.from, tz), local_midnight(after, tz))
    }
}

/// Written as `2023-08-14` or `2023-08-14..2023-08-20`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to {
            write!(f, "{}", self.from)
        } else {
            write!(f, "{}..{}", self.from, self.to)
        }
    }
}

fn month(text: &str) -> Option<Period> {
    let first = NaiveDate::from_str(&format!("{text}-01")).ok()?;
    let last = first.checked_add_months(Months::new(1))?.pred_opt()?;
    (first.day() == 1).then_some(Period {
        from: first,
        to: last,
    })
}

/// Returns the first instant of a day. Where clocks jump over midnight, the day starts at the first hour that exists.
fn local_midnight(day: NaiveDate, tz: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    (0..4)
        .find_map(|hours| {
            tz.from_local_datetime(&(midnight + chrono::TimeDelta::hours(hours)))
                .earliest()
        })
        .map_or_else(|| midnight.and_utc(), |local| local.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use rstest::rstest;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[rstest]
    #[case::a_day("2023-08-14", "2023-08-14")]
    #[case::a_range("2023-08-14..2023-08-20", "2023-08-14..2023-08-20")]
    #[case::an_iso_interval("2023-08-14/2023-08-20", "2023-08-14..2023-08-20")]
    #[case::a_month("2024-02", "2024-02-01..2024-02-29")]
    #[case::today("today", "2023-08-15")]
    #[case::spanish("ayer", "2023-08-14")]
    #[case::a_range_in_words("yesterday..today", "2023-08-14..2023-08-15")]
    #[case::with_spaces(" 2023-08-14 ", "2023-08-14")]
    fn a_period_is_read_as_people_type_it(#[case] typed: &str, #[case] meant: &str) {
        let period = Period::parse(typed, day("2023-08-15")).unwrap();
        assert_eq!(period.to_string(), meant, "`{typed}` means {meant}");
    }

    #[rstest]
    #[case::a_word("tomorrow", "is not a period")]
    #[case::no_such_day("2023-02-30", "is not a period")]
    #[case::backwards("2023-08-20..2023-08-14", "before it starts")]
    #[case::a_mistyped_year("2003-08-14..2023-08-20", "too many")]
    #[case::half_a_range("2023-08-14..", "is not a period")]
    fn what_is_no_period_says_what_to_write(#[case] typed: &str, #[case] said: &str) {
        let error = Period::parse(typed, day("2023-08-15"))
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("period: "), "the field is named: {error}");
        assert!(error.contains(said), "{error} should say `{said}`");
    }

    #[test]
    fn a_day_starts_and_ends_at_the_posts_midnight() {
        let (start, end) = Period::day(day("2023-08-14")).instants(chrono_tz::America::Panama);
        assert_eq!(
            start.to_rfc3339(),
            "2023-08-14T05:00:00+00:00",
            "Panama is five hours behind UTC"
        );
        assert_eq!((end - start).num_hours(), 24, "Panama has no summer time");
        let (start, end) =
            Period::day(day("2024-03-10")).instants(chrono_tz::America::Ciudad_Juarez);
        assert_eq!(
            (end - start).num_hours(),
            23,
            "Ciudad Juárez puts its clocks forward that night"
        );
    }
}

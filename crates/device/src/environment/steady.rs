//! Time that nobody can set.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long ago something happened that cannot be moved: the start of the system, or of this process
/// where the system does not tell. It goes on while the device sleeps and knows nothing of the date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Steady {
    /// Which start; another one means that the system was started again.
    pub start: Uuid,
    /// Milliseconds since then.
    pub millis: u64,
}

impl Steady {
    /// Returns how many milliseconds certainly passed since an earlier reading: all of them in the same
    /// run of the system, those since its start in another.
    pub fn millis_since(self, earlier: Option<Self>) -> u64 {
        match earlier {
            Some(earlier) if earlier.start == self.start => {
                self.millis.saturating_sub(earlier.millis)
            }
            _ => self.millis,
        }
    }
}

/// How the clock that can be set stands to the one that cannot. As long as it is the same, nobody set the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pace {
    /// Which start of the steady clock.
    pub(crate) start: Uuid,
    /// What the clock showed when the steady one began, milliseconds since 1970.
    pub(crate) zero_ms: i64,
}

/// The least jump of the clock that counts as setting it. The network slews clocks by less.
const SET_FROM_MS: u64 = 60_000;

impl Pace {
    /// Compares the two clocks at one moment.
    pub(crate) fn of(now: DateTime<Utc>, steady: Steady) -> Self {
        let millis = i64::try_from(steady.millis).unwrap_or(i64::MAX);
        Self {
            start: steady.start,
            zero_ms: now.timestamp_millis().saturating_sub(millis),
        }
    }

    /// Returns by how many milliseconds the clock was set on from this moment to another; `None` over a start of the
    /// system.
    pub(crate) fn set_on_by(self, later: Self) -> Option<i64> {
        (self.start == later.start).then(|| later.zero_ms.saturating_sub(self.zero_ms))
    }

    /// Returns whether the clock was as right or wrong at one moment as at the other. It cannot be known over a start
    /// of the system.
    pub(crate) fn is_same(self, other: Self) -> bool {
        self.start == other.start && self.zero_ms.abs_diff(other.zero_ms) < SET_FROM_MS
    }
}

/// Reads the system's steady clock.
pub(super) fn of_system() -> Option<Steady> {
    since_boot().or_else(since_start)
}

/// Linux and Android: a name per boot, and the time since it, sleep included.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn since_boot() -> Option<Steady> {
    // One process lives within one start of the system.
    static BOOT: std::sync::OnceLock<Option<Uuid>> = std::sync::OnceLock::new();
    let read = || {
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        boot.trim().parse().ok()
    };
    let start = (*BOOT.get_or_init(read))?;
    let since = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let seconds = u64::try_from(since.tv_sec).ok()?;
    let millis = u64::try_from(since.tv_nsec).ok()? / 1_000_000;
    Some(Steady {
        start,
        millis: seconds.checked_mul(1000)?.checked_add(millis)?,
    })
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn since_boot() -> Option<Steady> {
    None
}

/// Elsewhere: since this process first asked, under a name that it made up.
fn since_start() -> Option<Steady> {
    static START: std::sync::OnceLock<Option<(Uuid, std::time::Instant)>> =
        std::sync::OnceLock::new();
    let begin = || {
        let mut name = [0; 16];
        getrandom::fill(&mut name).ok()?;
        Some((Uuid::from_bytes(name), std::time::Instant::now()))
    };
    let (start, began) = (*START.get_or_init(begin))?;
    Some(Steady {
        start,
        millis: u64::try_from(began.elapsed().as_millis()).ok()?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;

    #[test]
    fn it_goes_on_and_another_start_is_told_apart() {
        for read in [of_system, since_start] {
            let (one, other) = (read().unwrap(), read().unwrap());
            assert_eq!(
                one.start, other.start,
                "one run of the system has one start"
            );
            assert!(other.millis >= one.millis, "it never goes back");
        }
        let at = |start, millis| Steady {
            start: Uuid::from_u128(start),
            millis,
        };
        assert_eq!(
            at(1, 900).millis_since(Some(at(1, 400))),
            500,
            "the same start"
        );
        assert_eq!(
            at(2, 900).millis_since(Some(at(1, 400))),
            900,
            "what is certain after a new start"
        );
        assert_eq!(
            at(2, 900).millis_since(None),
            900,
            "what is certain of a reading that is not known"
        );
    }

    #[test]
    fn a_clock_that_was_set_is_told_from_one_that_went_on() {
        let moment = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let at = |seconds, start, millis| {
            let start = Uuid::from_u128(start);
            Pace::of(moment(seconds), Steady { start, millis })
        };
        let before = at(1_000, 1, 5_000);
        assert!(at(4_600, 1, 3_605_000).is_same(before), "an hour by both");
        assert!(
            at(4_650, 1, 3_605_000).is_same(before),
            "slewed by the network"
        );
        assert!(
            !at(4_660, 1, 3_605_000).is_same(before),
            "set ahead by a minute"
        );
        assert!(!at(4_000, 1, 3_605_000).is_same(before), "set back");
        assert!(
            !at(4_600, 2, 3_605_000).is_same(before),
            "nobody knows over a start"
        );
    }
}

//! Time that nobody can set.

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

/// Reads the system's steady clock.
pub(super) fn of_system() -> Option<Steady> {
    since_boot().or_else(since_start)
}

/// Linux and Android: a name per boot, and the time since it, sleep included.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn since_boot() -> Option<Steady> {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let uptime = std::fs::read_to_string("/proc/uptime").ok()?;
    let (seconds, hundredths) = uptime.split_whitespace().next()?.split_once('.')?;
    let seconds: u64 = seconds.parse().ok()?;
    let hundredths: u64 = hundredths.parse().ok()?;
    Some(Steady {
        start: boot.trim().parse().ok()?,
        millis: seconds
            .checked_mul(1000)?
            .checked_add(hundredths.checked_mul(10)?)?,
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
}

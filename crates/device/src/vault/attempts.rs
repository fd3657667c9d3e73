//! Counting wrong PINs. The count is on disk before the guess is tried, so that pulling the battery gains nothing.
//!
//! A wait is measured by the clock that nobody can set: setting the date, or starting the device again,
//! shortens no wait. After a new start the wait begins anew.

use bitacora_core::id::PersonId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::error::VaultError;
use super::folder::{self, Folder, Found};
use crate::environment::{Environment, Steady};

/// Tries until only another person or the recovery code helps.
pub const ATTEMPTS_MAX: u32 = 10;
/// Seconds to wait after the first, second, … failed try.
const WAITS_S: [u64; 10] = [0, 0, 0, 30, 60, 300, 900, 900, 3600, 0];

/// Failed tries of one person since the last success.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attempts {
    pub(crate) failed: u32,
    /// When the last one was made, by the date that the device shows.
    last_ms: i64,
    /// The same by the clock that nobody can set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<Steady>,
}

impl Attempts {
    /// Reads the count. A file that is there but unreadable counts as all tries but one, never as none.
    pub(crate) fn read(folder: &Folder, person: PersonId) -> Result<Self, VaultError> {
        let path = folder.attempts(person);
        if folder::found_at(&path)? == Found::Nothing {
            return Ok(Self::default());
        }
        let bytes = folder::read_small(&path, "the count of tries")?;
        let unreadable = Self {
            failed: ATTEMPTS_MAX - 1,
            last_ms: 0,
            last: None,
        };
        Ok(serde_json::from_slice(&bytes).unwrap_or(unreadable))
    }

    /// Returns how many tries are left.
    pub(crate) fn left(self) -> u32 {
        ATTEMPTS_MAX.saturating_sub(self.failed)
    }

    /// Returns how long to wait before the next try, seconds.
    pub(crate) fn wait_seconds(self, environment: &Environment) -> u64 {
        let index = usize::try_from(self.failed)
            .ok()
            .and_then(|failed| failed.checked_sub(1));
        let wait = index
            .and_then(|index| WAITS_S.get(index))
            .copied()
            .unwrap_or(0);
        wait.saturating_sub(self.waited_seconds(environment))
    }

    fn waited_seconds(self, environment: &Environment) -> u64 {
        if let Some(now) = environment.steady() {
            return now.millis_since(self.last) / 1000;
        }
        // Only the date is there. One that went back does not shorten the wait.
        let since = environment
            .now()
            .timestamp_millis()
            .saturating_sub(self.last_ms);
        u64::try_from(since / 1000).unwrap_or(0)
    }

    /// Counts a try before it is made, durably, or says why it may not be made.
    pub(crate) fn begin(
        self,
        folder: &Folder,
        person: PersonId,
        environment: &Environment,
    ) -> Result<Self, VaultError> {
        if self.left() == 0 {
            return Err(VaultError::TooManyTries);
        }
        let seconds = self.wait_seconds(environment);
        if seconds > 0 {
            self.restart_wait_if_clock_went_back(folder, person, environment.now())?;
            return Err(VaultError::Wait { seconds });
        }
        let begun = Self {
            failed: self.failed.saturating_add(1),
            last_ms: environment.now().timestamp_millis(),
            last: environment.steady(),
        };
        begun.write(folder, person)?;
        Ok(begun)
    }

    /// Forgets all failed tries after a success or a new PIN.
    pub(crate) fn clear(folder: &Folder, person: PersonId) -> Result<(), VaultError> {
        folder::remove(&folder.attempts(person), "the count of tries")
    }

    fn restart_wait_if_clock_went_back(
        self,
        folder: &Folder,
        person: PersonId,
        now: DateTime<Utc>,
    ) -> Result<(), VaultError> {
        if now.timestamp_millis() < self.last_ms {
            // Otherwise a clock set back by a year would close the phone for a year.
            Self {
                last_ms: now.timestamp_millis(),
                ..self
            }
            .write(folder, person)?;
        }
        Ok(())
    }

    fn write(self, folder: &Folder, person: PersonId) -> Result<(), VaultError> {
        let bytes = serde_json::to_vec(&self).map_err(|_| VaultError::Damaged {
            what: "the count of tries",
            problem: "cannot be written",
        })?;
        folder.replace(&folder.attempts(person), &bytes, None, "the count of tries")
    }
}

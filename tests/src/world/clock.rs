//! Clocks that a scenario drives.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use bitacora_device::Clock;
use chrono::{DateTime, TimeDelta, Utc};

/// A clock that stands still until it is told to go on; clones show the same time, each with its own error.
#[derive(Clone)]
pub struct DrivenClock {
    millis: Arc<AtomicI64>,
    error: Arc<AtomicI64>,
}

impl DrivenClock {
    /// Makes a clock that shows this time.
    pub fn at(time: DateTime<Utc>) -> Self {
        Self {
            millis: Arc::new(AtomicI64::new(time.timestamp_millis())),
            error: Arc::default(),
        }
    }

    /// Returns a clock of the same world that is wrong by as much as it is set to later.
    pub fn of_its_own(&self) -> Self {
        Self {
            millis: Arc::clone(&self.millis),
            error: Arc::default(),
        }
    }

    /// Returns the time that this clock shows.
    pub fn now(&self) -> DateTime<Utc> {
        let millis = self.millis.load(Ordering::SeqCst) + self.error.load(Ordering::SeqCst);
        DateTime::from_timestamp_millis(millis).unwrap_or_default()
    }

    /// Lets time pass, for every clock of the world.
    pub fn pass(&self, time: TimeDelta) {
        self.millis
            .fetch_add(time.num_milliseconds(), Ordering::SeqCst);
    }

    /// Sets this clock alone to show a time now; it goes on from there.
    pub fn show(&self, time: DateTime<Utc>) {
        let right = self.millis.load(Ordering::SeqCst);
        self.error
            .store(time.timestamp_millis() - right, Ordering::SeqCst);
    }
}

impl Clock for DrivenClock {
    fn now(&self) -> DateTime<Utc> {
        Self::now(self)
    }
}

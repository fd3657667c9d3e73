//! Clocks that a scenario drives.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use bitacora_device::{Clock, Steady};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// A clock that stands still until it is told to go on, or from then on goes by itself; clones show the same time, each
/// with its own error.
#[derive(Clone)]
pub struct DrivenClock {
    millis: Arc<AtomicI64>,
    /// Since when it goes by itself.
    going: Arc<OnceLock<Instant>>,
    error: Arc<AtomicI64>,
    /// When the system of this clock was started last, and how often it was: before the first time there is no clock
    /// that nobody can set.
    started: Arc<AtomicI64>,
    starts: Arc<AtomicU64>,
}

impl DrivenClock {
    /// Makes a clock that shows this time.
    pub fn at(time: DateTime<Utc>) -> Self {
        Self {
            millis: Arc::new(AtomicI64::new(time.timestamp_millis())),
            going: Arc::default(),
            error: Arc::default(),
            started: Arc::new(AtomicI64::new(time.timestamp_millis())),
            starts: Arc::default(),
        }
    }

    /// Returns a clock of the same world that is wrong by as much as it is set to later.
    pub fn of_its_own(&self) -> Self {
        Self {
            millis: Arc::clone(&self.millis),
            going: Arc::clone(&self.going),
            error: Arc::default(),
            started: Arc::new(AtomicI64::new(self.right())),
            starts: Arc::default(),
        }
    }

    /// Returns the time that this clock shows.
    pub fn now(&self) -> DateTime<Utc> {
        let millis = self.right() + self.error.load(Ordering::SeqCst);
        DateTime::from_timestamp_millis(millis).unwrap_or_default()
    }

    /// Lets it go by itself from now on.
    pub fn go(&self) {
        self.going.get_or_init(Instant::now);
    }

    fn right(&self) -> i64 {
        let gone = self
            .going
            .get()
            .map_or(0, |since| since.elapsed().as_millis());
        self.millis.load(Ordering::SeqCst) + i64::try_from(gone).unwrap_or_default()
    }

    /// Lets time pass, for every clock of the world.
    pub fn pass(&self, time: TimeDelta) {
        self.millis
            .fetch_add(time.num_milliseconds(), Ordering::SeqCst);
    }

    /// Starts this clock's system, again if it ran: nobody knows what happened to the time meanwhile.
    pub fn start_system(&self) {
        self.started.store(self.right(), Ordering::SeqCst);
        self.starts.fetch_add(1, Ordering::SeqCst);
    }

    /// Sets this clock alone to show a time now; it goes on from there.
    pub fn show(&self, time: DateTime<Utc>) {
        let right = self.right();
        self.error
            .store(time.timestamp_millis() - right, Ordering::SeqCst);
    }
}

impl Clock for DrivenClock {
    fn now(&self) -> DateTime<Utc> {
        Self::now(self)
    }

    fn steady(&self) -> Option<Steady> {
        let starts = self.starts.load(Ordering::SeqCst);
        let millis = self.right() - self.started.load(Ordering::SeqCst);
        (starts > 0).then(|| Steady {
            start: Uuid::from_u128(u128::from(starts)),
            millis: u64::try_from(millis).unwrap_or_default(),
        })
    }
}

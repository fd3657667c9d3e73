//! How long ago something was, sleep of the device included.

use std::time::{Duration, Instant};

use bitacora_device::{Environment, Steady};

/// A moment of this run of the app, from which time is counted.
///
/// [`Instant`] stands still while the device sleeps; the environment's steady clock goes on. Where there is none, or it
/// says less, the time awake holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Since {
    awake: Instant,
    steady: Option<Steady>,
}

impl Since {
    /// Returns now.
    pub(crate) fn now(environment: &Environment) -> Self {
        Self {
            awake: Instant::now(),
            steady: environment.steady(),
        }
    }

    /// Returns how long ago that is by the same environment.
    pub(crate) fn elapsed(self, environment: &Environment) -> Duration {
        let steady = self.steady.and_then(|then| {
            let now = environment.steady()?;
            Some(Duration::from_millis(now.millis_since(Some(then))))
        });
        self.awake.elapsed().max(steady.unwrap_or_default())
    }
}

#[cfg(test)]
pub(crate) mod asleep {
    //! Sleep of the device, for tests: it passes at once.

    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use bitacora_device::{Clock, Environment, Steady};
    use chrono::{DateTime, Utc};

    /// A clock of which only the steady side moves, by the minute.
    #[derive(Clone, Default)]
    pub(crate) struct Minutes(Arc<AtomicU64>);

    impl Minutes {
        pub(crate) fn environment(&self) -> Environment {
            Environment::system().with_clock(Arc::new(self.clone()))
        }

        pub(crate) fn sleep(&self, minutes: u64) {
            self.0.fetch_add(minutes, Ordering::SeqCst);
        }
    }

    impl Clock for Minutes {
        fn now(&self) -> DateTime<Utc> {
            DateTime::UNIX_EPOCH
        }

        fn steady(&self) -> Option<Steady> {
            Some(Steady {
                start: Default::default(),
                millis: self.0.load(Ordering::SeqCst) * 60_000,
            })
        }
    }
}

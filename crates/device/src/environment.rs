//! What a device takes from outside: time, randomness and the cost of guessing a PIN.
//!
//! Everything that is not repeatable comes through here, so that a test can drive it.

mod steady;

use std::fmt;
use std::sync::Arc;

use bitacora_core::id::ActorId;
use chrono::{DateTime, Utc};
use thiserror::Error;
use uuid::Uuid;

pub(crate) use self::steady::Pace;
pub use self::steady::Steady;

/// Tells the time of the device; it may be wrong by years.
pub trait Clock: Send + Sync {
    /// Returns the device's idea of now.
    fn now(&self) -> DateTime<Utc>;

    /// Returns a reading that nobody can set, for waits and locks; `None` if there is only [`Clock::now`].
    fn steady(&self) -> Option<Steady> {
        None
    }
}

/// Gives unpredictable bytes.
pub trait Random: Send + Sync {
    /// Fills the buffer, or fails if the system has no randomness to give.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness>;
}

/// The system gave no random bytes; nothing secret may be made without them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the system gives no random bytes")]
pub struct NoRandomness;

/// What one guess of a PIN costs (Argon2id). Stored in every key slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfCost {
    /// Memory, KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
}

impl KdfCost {
    /// The cost of every real vault: 64 MiB, three passes.
    pub const STANDARD: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
    };
    /// A cost that protects nothing, for tests that unlock hundreds of times. Never a default.
    pub const FOR_TESTS: Self = Self {
        memory_kib: 8,
        passes: 1,
    };
}

/// Time, randomness and limits, passed to everything that a device does.
#[derive(Clone)]
pub struct Environment {
    /// The device's clock.
    pub clock: Arc<dyn Clock>,
    /// The source of ids, keys and salts.
    pub random: Arc<dyn Random>,
    /// The cost for slots made from now on; existing slots carry their own.
    pub kdf: KdfCost,
    /// A cap on the database file, bytes, for machines that share a disk. `None`: the disk is the limit.
    pub database_bytes_max: Option<u64>,
    /// Is told how many documents of how many are done while opening a vault derives everything again.
    pub deriving: Option<Deriving>,
}

/// Is told how far long work is: done, and of how many.
pub type Deriving = Arc<dyn Fn(usize, usize) + Send + Sync>;

impl Environment {
    /// Returns the system's clock and randomness with the standard cost.
    pub fn system() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            kdf: KdfCost::STANDARD,
            database_bytes_max: None,
            deriving: None,
        }
    }

    /// Returns the same that tells how far deriving everything again is.
    pub fn telling(self, deriving: Deriving) -> Self {
        let deriving = Some(deriving);
        Self { deriving, ..self }
    }

    /// Tells how far deriving everything again is, if somebody wants to know.
    pub(crate) fn deriving(&self, done: usize, of: usize) {
        if let Some(tell) = &self.deriving {
            tell(done, of);
        }
    }

    /// Returns the same with another cost for new key slots.
    pub fn with_kdf(self, kdf: KdfCost) -> Self {
        Self { kdf, ..self }
    }

    /// Returns the same with another clock.
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Returns the device's idea of now.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Returns a reading of the clock that nobody can set, if there is one.
    pub fn steady(&self) -> Option<Steady> {
        self.clock.steady()
    }

    /// Returns how the clock stands to the one that nobody can set, if there is one.
    pub(crate) fn pace(&self) -> Option<Pace> {
        Some(Pace::of(self.now(), self.steady()?))
    }

    /// Returns fresh random bytes.
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], NoRandomness> {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// Returns a new UUIDv7. Its time part is only as right as the clock: nothing is ordered by it.
    pub fn uuid(&self) -> Result<Uuid, NoRandomness> {
        let millis = u64::try_from(self.now().timestamp_millis()).unwrap_or(0);
        Ok(uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()?).into_uuid())
    }

    /// Returns a fresh Automerge actor.
    pub fn actor(&self) -> Result<ActorId, NoRandomness> {
        self.bytes().map(ActorId::new)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("kdf", &self.kdf)
            .finish_non_exhaustive()
    }
}

/// The system's wall clock, and beside it the one that nobody can set.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn steady(&self) -> Option<Steady> {
        steady::of_system()
    }
}

/// The system's random source.
#[derive(Debug, Clone, Copy)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        getrandom::fill(bytes).map_err(|_| NoRandomness)
    }
}

//! One phone of a test: a folder, a clock that is driven, people with PINs.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use bitacora_core::id::PersonId;
use bitacora_device::{
    Clock, Device, Environment, KdfCost, NewPerson, PersonTile, RecoveryCode, Steady, Vault,
    VaultState,
};
use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;

pub const PIN: &str = "482913";

/// A clock that stands still until it is moved. Its steady side is absent until a test starts it.
pub struct DrivenClock {
    date: Mutex<DateTime<Utc>>,
    steady: Mutex<Option<Steady>>,
}

impl Clock for DrivenClock {
    fn now(&self) -> DateTime<Utc> {
        *self.date.lock().unwrap()
    }

    fn steady(&self) -> Option<Steady> {
        *self.steady.lock().unwrap()
    }
}

impl DrivenClock {
    pub fn at(time: &str) -> Arc<Self> {
        Arc::new(Self {
            date: Mutex::new(time.parse().unwrap()),
            steady: Mutex::default(),
        })
    }

    /// Lets time pass, for what can be set and what cannot.
    pub fn advance(&self, seconds: i64) {
        *self.date.lock().unwrap() += TimeDelta::seconds(seconds);
        if let Some(steady) = self.steady.lock().unwrap().as_mut() {
            steady.millis += u64::try_from(seconds * 1000).unwrap();
        }
    }

    /// Sets the date, as anybody can who holds the phone.
    pub fn set(&self, time: &str) {
        *self.date.lock().unwrap() = time.parse().unwrap();
    }

    /// Starts the system, again if it ran.
    pub fn start_system(&self) {
        *self.steady.lock().unwrap() = Some(Steady {
            start: uuid::Uuid::now_v7(),
            millis: 0,
        });
    }
}

/// A phone with one person to begin with.
pub struct Phone {
    folder: TempDir,
    pub clock: Arc<DrivenClock>,
    pub person: PersonId,
    pub code: RecoveryCode,
}

impl Phone {
    /// Makes a phone and leaves it unlocked by its first person.
    pub fn start(name: &str) -> (Self, Device) {
        Self::start_on(tempfile::tempdir().unwrap(), name)
    }

    /// Makes a phone whose disk is memory, where the system has such: for thousands of saves.
    pub fn start_in_memory(name: &str) -> (Self, Device) {
        let memory = std::path::Path::new("/dev/shm");
        let folder = match memory.is_dir() {
            true => TempDir::new_in(memory),
            false => TempDir::new(),
        };
        Self::start_on(folder.unwrap(), name)
    }

    fn start_on(folder: TempDir, name: &str) -> (Self, Device) {
        let clock = DrivenClock::at("2025-03-14T12:21:00Z");
        let new = new_person(name);
        let (device, code) =
            Vault::create(&folder.path().join("vault"), &new, environment(&clock)).unwrap();
        let person = device.me().unwrap();
        (
            Self {
                folder,
                clock,
                person,
                code,
            },
            device,
        )
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("vault")
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub fn environment(&self) -> Environment {
        environment(&self.clock)
    }

    pub fn unlock(&self) -> Device {
        self.try_unlock(PIN).unwrap()
    }

    pub fn try_unlock(&self, pin: &str) -> Result<Device, bitacora_device::DeviceError> {
        Vault::unlock(&self.path(), self.person, pin, self.environment())
    }

    pub fn state(&self) -> VaultState {
        Vault::state(&self.path(), &self.environment())
    }

    pub fn tiles(&self) -> Vec<PersonTile> {
        match self.state() {
            VaultState::Locked { people, .. } => people,
            other => panic!("expected a locked vault, found {other:?}"),
        }
    }
}

pub fn environment(clock: &Arc<DrivenClock>) -> Environment {
    Environment::system()
        .with_clock(clock.clone())
        .with_kdf(KdfCost::FOR_TESTS)
}

pub fn new_person(name: &str) -> NewPerson {
    NewPerson {
        name: name.to_owned(),
        pin: PIN.to_owned(),
        post: Some("PA-BCH".parse().unwrap()),
        tz: Some("America/Panama".to_owned()),
    }
}

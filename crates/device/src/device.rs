//! One vault, opened by one person in one process.
//!
//! [`Device`] is a handle that can be cloned and sent between threads. The database is behind one lock
//! that is held for a transaction and never while anything waits for the network: saving a record
//! never waits for a sync. Locking drops the keys and the connection for every clone at once.

mod people;
mod start;
mod status;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bitacora_core::authoring::Author;
use bitacora_core::clock::TrustedClock;
use bitacora_core::enrol::Role;
use bitacora_core::id::{ActorId, DeviceId, PersonId, PostId};
use ed25519_dalek::SigningKey;
use uuid::Uuid;

pub(crate) use self::start::FirstStart;
pub use self::start::PROVISIONAL_POST;
pub(crate) use self::start::{become_next, key_kept_to_join, next_key};
pub use self::status::{ClockStatus, DeviceStatus};
use crate::clock;
use crate::draft::Discarded;
use crate::environment::Environment;
use crate::error::DeviceError;
use crate::rebuild;
use crate::record::{Counted, Names};
use crate::store::table::{meta, person, post};
use crate::store::{Store, StoreError};
use crate::vault::{DataKey, Folder, InstanceLock};

/// A field device without a window.
#[derive(Clone)]
pub struct Device {
    shared: Arc<Shared>,
}

struct Shared {
    folder: Folder,
    vault_id: Uuid,
    environment: Environment,
    unlocked: Mutex<Option<Unlocked>>,
}

/// Everything that exists only while somebody is unlocked.
pub(crate) struct Unlocked {
    pub(crate) store: Store,
    pub(crate) data_key: DataKey,
    pub(crate) signing_key: SigningKey,
    pub(crate) device: DeviceId,
    pub(crate) me: PersonId,
    /// Fresh per unlock, never stored for reuse: two copies of a phone must not share one.
    pub(crate) actor: ActorId,
    /// Counts that lists showed last, good until the next transaction.
    pub(crate) counted: Counted,
    /// Names that lists showed, likewise.
    pub(crate) names: Names,
    /// Drafts that were thrown away a moment ago.
    pub(crate) discarded: Discarded,
    _instance: InstanceLock,
}

impl Device {
    /// Opens the store with its key, as one person; a first start also makes the device's own key.
    pub(crate) fn open(
        folder: Folder,
        vault_id: Uuid,
        data_key: DataKey,
        (me, name): (PersonId, &str),
        instance: InstanceLock,
        environment: Environment,
        first: Option<FirstStart>,
    ) -> Result<Self, DeviceError> {
        let mut store = Store::open(&folder, &data_key.database_key(), &environment)?;
        if let Some(first) = first {
            start::settle(&mut store, &first, &data_key, vault_id, &environment)?;
        }
        rebuild::bring_to_form(&mut store, &environment)?;
        let signing_key = start::signing_key(store.read(), &data_key, vault_id)?;
        if person::name(store.read(), me)?.is_none() {
            store.keep(|tx| Ok(person::put_local(tx, me, name)?))?;
        }
        let device = DeviceId::of_key(&signing_key.verifying_key().to_bytes());
        let actor = environment.actor()?;
        let unlocked = Unlocked {
            store,
            data_key,
            signing_key,
            device,
            me,
            actor,
            counted: Counted::default(),
            names: Names::default(),
            discarded: Discarded::default(),
            _instance: instance,
        };
        Ok(Self {
            shared: Arc::new(Shared {
                folder,
                vault_id,
                environment,
                unlocked: Mutex::new(Some(unlocked)),
            }),
        })
    }

    /// Drops the keys and closes the database, for every clone of this handle.
    pub fn lock(&self) {
        self.guard().take();
    }

    /// Returns whether the device was locked.
    pub fn is_locked(&self) -> bool {
        self.guard().is_none()
    }

    /// Returns who is unlocked.
    pub fn me(&self) -> Result<PersonId, DeviceError> {
        self.with(|unlocked| Ok(unlocked.me))
    }

    /// Returns this device's id: the name of its public key.
    pub fn id(&self) -> Result<DeviceId, DeviceError> {
        self.with(|unlocked| Ok(unlocked.device))
    }

    /// Returns the device's signing key, which is also its key in TLS.
    pub(crate) fn signing_key(&self) -> Result<SigningKey, DeviceError> {
        self.with(|unlocked| Ok(unlocked.signing_key.clone()))
    }

    /// Returns time, randomness and limits.
    pub(crate) fn environment(&self) -> &Environment {
        &self.shared.environment
    }

    pub(crate) fn folder(&self) -> &Folder {
        &self.shared.folder
    }

    pub(crate) fn vault_id(&self) -> Uuid {
        self.shared.vault_id
    }

    /// Runs something on the open store. Held for one transaction only.
    pub(crate) fn with<T>(
        &self,
        act: impl FnOnce(&mut Unlocked) -> Result<T, DeviceError>,
    ) -> Result<T, DeviceError> {
        act(self.guard().as_mut().ok_or(DeviceError::Locked)?)
    }

    /// A panic elsewhere rolled its transaction back: the store is as sound as before.
    fn guard(&self) -> MutexGuard<'_, Option<Unlocked>> {
        self.shared
            .unlocked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Unlocked {
    /// Returns who writes now.
    pub(crate) fn author(&self, environment: &Environment) -> Author {
        Author {
            person: self.me,
            device: self.device,
            actor: self.actor,
            at: environment.now(),
            clock: TrustedClock::Unknown,
        }
    }

    /// Returns who writes now, with what is known about the time: for what states when something happened.
    pub(crate) fn timed_author(&self, environment: &Environment) -> Result<Author, StoreError> {
        let author = self.author(environment);
        Ok(Author {
            clock: clock::trusted(self, environment)?,
            ..author
        })
    }

    /// Returns the role of the person on this device, as the server judges it: the code's role for who held
    /// it at the enrolment, a member's for anybody else.
    pub(crate) fn role(&self) -> Result<Role, StoreError> {
        if let Some(server) = self.server()?
            && let Some(holder) = server.holder
        {
            let holds = holder == self.me;
            return Ok(if holds {
                server.enrolment.role
            } else {
                Role::PatrolMember
            });
        }
        let word = person::role(self.store.read(), self.me)?;
        Ok(word
            .and_then(|word| word.parse().ok())
            .unwrap_or(Role::PatrolMember))
    }

    /// Returns the post that new records belong to.
    pub(crate) fn post_id(&self) -> Result<PostId, StoreError> {
        let unreadable = StoreError::Value { what: "post" };
        meta::text(self.store.read(), meta::POST)?
            .and_then(|code| code.parse().ok())
            .ok_or(unreadable)
    }

    /// Returns the post that new records belong to, as the directory or the first start describes it.
    pub(crate) fn post(&self) -> Result<post::Post, StoreError> {
        let id = self.post_id()?;
        post::get(self.store.read(), &id)?.ok_or(StoreError::Value { what: "post" })
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device")
            .field("locked", &self.is_locked())
            .finish_non_exhaustive()
    }
}

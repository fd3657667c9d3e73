//! The vault: one folder that tells nothing without a PIN.
//!
//! Every person has a key slot: PIN or passphrase → Argon2id → a key that opens the one random data
//! key, from which the database's key and the wrap of the device's signing key are derived. A second
//! slot per person opens with a recovery code and serves only to set a new PIN. Tries are counted on
//! disk before the work is done. **Nothing here ever deletes a record**: too many wrong PINs close one
//! slot, another person of the device or the recovery code opens it again.
//!
//! A typical run: [`Vault::state`] for the lock screen, [`Vault::unlock`] for a [`Device`].

mod attempts;
mod error;
mod folder;
mod instance;
mod keys;
mod people;
mod pin;
mod recovery;
mod slot;
mod state;
mod tile;

use std::path::Path;

use bitacora_core::id::{PersonId, PostId};
use bitacora_core::name;
use uuid::Uuid;

pub use self::attempts::ATTEMPTS_MAX;
pub use self::error::VaultError;
pub(crate) use self::folder::{Folder, private_file};
pub(crate) use self::instance::InstanceLock;
pub(crate) use self::keys::{DataKey, Key, Sealed};
pub(crate) use self::people::{open_with_pin, set_code, set_pin, slot_of};
pub use self::pin::{PASSPHRASE_CHARACTERS_MIN, PIN_BYTES_MAX, PIN_DIGITS_MIN, Pin, PinProblem};
pub use self::recovery::RecoveryCode;
pub(crate) use self::slot::Owner;
use self::state::Description;
pub use self::state::{PersonTile, VAULT_FORMAT, VaultState};
pub(crate) use self::tile::own_sign;
use crate::device::{Device, FirstStart};
use crate::environment::Environment;
use crate::error::DeviceError;
use crate::store::Store;

/// The folder of a device's records, locked.
#[derive(Debug, Clone, Copy)]
pub struct Vault;

/// Who starts a new vault, and where.
#[derive(Clone)]
pub struct NewPerson {
    /// Name or rank that others know.
    pub name: String,
    /// PIN of at least six digits, or a passphrase.
    pub pin: String,
    /// The post, if it is known before enrolment.
    pub post: Option<PostId>,
    /// IANA time zone of the post, if it is known before enrolment.
    pub tz: Option<String>,
}

impl std::fmt::Debug for NewPerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewPerson")
            .field("post", &self.post)
            .finish_non_exhaustive()
    }
}

impl Vault {
    /// Returns what can be told without a key: the first screen needs no more.
    pub fn state(dir: &Path, environment: &Environment) -> VaultState {
        state::look(&Folder::new(dir), environment)
    }

    /// Makes a vault with one person and opens it. The recovery code is shown this once.
    ///
    /// Cut off at any moment, it leaves nothing that a later call would not replace.
    pub fn create(
        dir: &Path,
        new: &NewPerson,
        environment: Environment,
    ) -> Result<(Device, RecoveryCode), DeviceError> {
        let name = name::checked(&new.name)
            .map_err(VaultError::from)?
            .to_owned();
        let pin = Pin::read_new(&new.pin).map_err(VaultError::from)?;
        let first = FirstStart::checked(new.post.clone(), new.tz.as_deref())?;
        let folder = Folder::new(dir);
        match state::checked_description(&folder) {
            Err(VaultError::Absent) => {}
            Ok(_) => return Err(VaultError::AlreadyThere.into()),
            Err(error) => return Err(error.into()),
        }
        folder.make()?;
        let instance = InstanceLock::take(&folder)?;
        // Another process may have made one since; what lies here besides is this one's lock.
        if state::checked_description(&folder).is_ok() {
            return Err(VaultError::AlreadyThere.into());
        }
        clear_unfinished(&folder)?;
        let data_key = DataKey::generate(&environment)?;
        let vault_id = environment.uuid().map_err(VaultError::from)?;
        let person = PersonId::new(environment.uuid().map_err(VaultError::from)?);
        Store::create(&folder, &data_key.database_key())?;
        let owner = Owner {
            vault_id,
            person_id: person,
            sign: &tile::sign_of(&name),
        };
        set_pin(&folder, &owner, &pin, &data_key, &environment)?;
        let code = set_code(&folder, &owner, &data_key, &environment)?;
        let device = Device::open(
            folder.clone(),
            vault_id,
            data_key,
            (person, name.as_str()),
            instance,
            environment,
            Some(first),
        )?;
        describe(&folder, vault_id)?;
        Ok((device, code))
    }

    /// Opens the vault as one of its people. The try is counted, durably, before the PIN is worked on.
    pub fn unlock(
        dir: &Path,
        person: PersonId,
        pin: &str,
        environment: Environment,
    ) -> Result<Device, DeviceError> {
        let folder = Folder::new(dir);
        let description = state::checked_description(&folder)?;
        let instance = InstanceLock::take(&folder)?;
        let (data_key, sign) =
            open_with_pin(&folder, description.vault_id, person, pin, &environment)?;
        Device::open(
            folder,
            description.vault_id,
            data_key,
            (person, sign.as_str()),
            instance,
            environment,
            None,
        )
    }

    /// Sets a new PIN by the person's recovery code, and does nothing else with it.
    pub fn reset_pin_by_code(
        dir: &Path,
        person: PersonId,
        code: &str,
        new_pin: &str,
        environment: &Environment,
    ) -> Result<(), DeviceError> {
        let folder = Folder::new(dir);
        let description = state::checked_description(&folder)?;
        let pin = Pin::read_new(new_pin).map_err(VaultError::from)?;
        let code = RecoveryCode::read(code)?;
        let (data_key, sign) =
            people::open_with_code(&folder, description.vault_id, person, &code)?;
        let owner = Owner {
            vault_id: description.vault_id,
            person_id: person,
            sign: &sign,
        };
        Ok(set_pin(&folder, &owner, &pin, &data_key, environment)?)
    }
}

/// Removes what an interrupted first start left; it never had a description, so nobody ever saved in it.
fn clear_unfinished(folder: &Folder) -> Result<(), VaultError> {
    folder::replace(&folder.creating(), b"", "the vault folder")?;
    for person in people::everyone(folder)? {
        folder::remove(&folder.slot(person), "a key slot")?;
        folder::remove(&folder.recovery_slot(person), "a recovery slot")?;
    }
    let database = folder.database();
    for path in [
        database.with_extension("db-wal"),
        database.with_extension("db-shm"),
        database,
        folder.mark(),
    ] {
        folder::remove(&path, "an unfinished database")?;
    }
    Ok(())
}

fn describe(folder: &Folder, vault_id: Uuid) -> Result<(), VaultError> {
    let description = Description {
        format: VAULT_FORMAT,
        vault_id,
    };
    let unwritable = |_| VaultError::Damaged {
        what: "the description of the vault",
        problem: "cannot be written",
    };
    let bytes = serde_json::to_vec(&description).map_err(unwritable)?;
    folder::replace(
        &folder.description(),
        &bytes,
        "the description of the vault",
    )?;
    folder::remove(&folder.creating(), "the vault folder")
}

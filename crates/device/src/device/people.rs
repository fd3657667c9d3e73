//! Several people on one device: adding one, changing over, new PINs. Drafts and records stay where they are.

use bitacora_core::id::PersonId;
use bitacora_core::name;

use super::Device;
use crate::error::DeviceError;
use crate::store::table::person;
use crate::vault::{
    DataKey, Owner, Pin, RecoveryCode, VaultError, open_with_pin, own_sign, set_code, set_pin,
    slot_of,
};

impl Device {
    /// Adds a person with a PIN; the recovery code is shown this once.
    pub fn add_person(
        &self,
        name: &str,
        pin: &str,
    ) -> Result<(PersonId, RecoveryCode), DeviceError> {
        let name = name::checked(name).map_err(VaultError::from)?.to_owned();
        let pin = Pin::read_new(pin).map_err(VaultError::from)?;
        let person_id = PersonId::new(self.environment().uuid()?);
        let data_key = self.data_key()?;
        let sign = own_sign(self.folder(), self.vault_id(), person_id, &name)?;
        let owner = Owner {
            vault_id: self.vault_id(),
            person_id,
            sign: &sign,
        };
        // The name first: a slot whose owner nobody can name would be worse than a name without a slot.
        self.with(|unlocked| {
            unlocked
                .store
                .keep(|tx| Ok(person::put_local(tx, person_id, &name)?))
        })?;
        let code = set_code(self.folder(), &owner, &data_key, self.environment())?;
        set_pin(self.folder(), &owner, &pin, &data_key, self.environment())?;
        Ok((person_id, code))
    }

    /// Sets a new PIN for another person who forgot it. Their former PIN stays good until the new one was used.
    pub fn reset_pin_of(&self, other: PersonId, new_pin: &str) -> Result<(), DeviceError> {
        if self.me()? == other {
            return Err(DeviceError::NotAllowed {
                word: "own_pin",
                reason: "to change your own PIN, give the present one",
            });
        }
        self.set_new_pin(other, new_pin)
    }

    /// Changes one's own PIN. The present one is tried, and counted, as at an unlock.
    pub fn change_pin(&self, pin: &str, new_pin: &str) -> Result<(), DeviceError> {
        let me = self.me()?;
        Pin::read_new(new_pin).map_err(VaultError::from)?;
        open_with_pin(self.folder(), self.vault_id(), me, pin, self.environment())?;
        self.set_new_pin(me, new_pin)
    }

    /// Makes a new recovery code for oneself; the one on paper is worth nothing from then on.
    pub fn new_recovery_code(&self) -> Result<RecoveryCode, DeviceError> {
        let me = self.me()?;
        let sign = self.sign_of(me)?;
        let owner = Owner {
            vault_id: self.vault_id(),
            person_id: me,
            sign: &sign,
        };
        Ok(set_code(
            self.folder(),
            &owner,
            &self.data_key()?,
            self.environment(),
        )?)
    }

    /// Changes over to another person by their PIN, under a fresh actor. Drafts and unsent records stay.
    pub fn switch_person(&self, person: PersonId, pin: &str) -> Result<(), DeviceError> {
        self.me()?;
        let (data_key, sign) = open_with_pin(
            self.folder(),
            self.vault_id(),
            person,
            pin,
            self.environment(),
        )?;
        let actor = self.environment().actor()?;
        self.with(|unlocked| {
            if !unlocked.data_key.is_same(&data_key) {
                return Err(VaultError::ForeignSlot.into());
            }
            if person::name(unlocked.store.read(), person)?.is_none() {
                unlocked
                    .store
                    .keep(|tx| Ok(person::put_local(tx, person, &sign)?))?;
            }
            unlocked.me = person;
            unlocked.actor = actor;
            Ok(())
        })
    }

    /// Returns a person's name as this device knows it; empty if it does not.
    pub fn name_of(&self, person: PersonId) -> Result<String, DeviceError> {
        self.with(|unlocked| Ok(person::name(unlocked.store.read(), person)?.unwrap_or_default()))
    }

    fn set_new_pin(&self, person: PersonId, new_pin: &str) -> Result<(), DeviceError> {
        let pin = Pin::read_new(new_pin).map_err(VaultError::from)?;
        // Whoever has no slot, or another vault's, gets none here.
        match slot_of(self.folder(), self.vault_id(), person) {
            // A damaged slot is healed by the new one.
            Ok(_) | Err(VaultError::Damaged { .. } | VaultError::Missing { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let sign = self.sign_of(person)?;
        let owner = Owner {
            vault_id: self.vault_id(),
            person_id: person,
            sign: &sign,
        };
        Ok(set_pin(
            self.folder(),
            &owner,
            &pin,
            &self.data_key()?,
            self.environment(),
        )?)
    }

    fn sign_of(&self, person: PersonId) -> Result<String, DeviceError> {
        let name = self.name_of(person)?;
        Ok(own_sign(self.folder(), self.vault_id(), person, &name)?)
    }

    /// Copies the data key out, so that the slow key derivation does not hold the store.
    fn data_key(&self) -> Result<DataKey, DeviceError> {
        let copy = self.with(|unlocked| Ok(DataKey::from_slice(unlocked.data_key.as_bytes())))?;
        copy.ok_or(DeviceError::Locked)
    }
}

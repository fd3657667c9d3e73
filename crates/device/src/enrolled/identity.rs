//! When a device becomes another one: under the identity that it had nobody would take anything from it any more.
//!
//! It asks to join with another key, and is who it was until a server has proved that it issued the code and has taken
//! that key (docs/decisions/0098). What the former identity sealed stays as it is and is handed in like a colleague's
//! (docs/decisions/0093).

use bitacora_core::id::{ActorId, DeviceId};
use bitacora_core::succession::Succession;
use ed25519_dalek::SigningKey;

use super::comparison;
use crate::device::{Device, Unlocked, become_next, key_kept_to_join, next_key};
use crate::error::{DeviceError, ErrorCode};
use crate::store::StoreError;
use crate::store::table::meta;
use crate::store::tx::Tx;
use crate::store::value;

impl Device {
    /// Returns the key to ask with first: another one where another phone has this identity too, or where a person had it
    /// revoked because the digits differed.
    pub(super) fn key_to_join(&self) -> Result<SigningKey, DeviceError> {
        let is_doubtful = self.with(|unlocked| {
            let db = unlocked.store.read();
            let is_copied = meta::get(db, meta::COPIED)?.is_some();
            Ok(is_copied || comparison::wants_new_identity(db)?)
        })?;
        match is_doubtful {
            true => self.next_key(None),
            false => self.signing_key(),
        }
    }

    /// Returns another key to ask with than one that the server has cut off.
    pub(super) fn next_key(&self, tried: Option<&SigningKey>) -> Result<SigningKey, DeviceError> {
        let (environment, vault_id) = (self.environment(), self.vault_id());
        self.with(|unlocked| {
            let (store, data_key) = (&mut unlocked.store, &unlocked.data_key);
            next_key(store, data_key, vault_id, environment, tried)
        })
    }

    /// Returns who this device becomes by joining with a key; `None` if it stays who it is.
    pub(super) fn becomes(
        &self,
        unlocked: &Unlocked,
        key: &SigningKey,
    ) -> Result<Option<Becomes>, DeviceError> {
        if *key == unlocked.signing_key {
            return Ok(None);
        }
        let db = unlocked.store.read();
        if key_kept_to_join(db, &unlocked.data_key, self.vault_id())?.as_ref() != Some(key) {
            return Err(DeviceError::Server {
                code: ErrorCode::Internal,
                message: "this device has joined otherwise meanwhile; use the code again"
                    .to_owned(),
            });
        }
        let device = DeviceId::of_key(&key.verifying_key().to_bytes());
        Ok(Some(Becomes {
            key: key.clone(),
            device,
            actor: self.environment().actor()?,
            succession: Succession::sign(&unlocked.signing_key, device),
        }))
    }
}

/// Who a device is about to be.
pub(super) struct Becomes {
    key: SigningKey,
    device: DeviceId,
    actor: ActorId,
    succession: Succession,
}

impl Becomes {
    /// Notes it, with the former identity's word for it.
    pub(super) fn keep(&self, tx: &Tx<'_>) -> Result<(), StoreError> {
        let mut steps = meta::text(tx, meta::HANDED_ON)?
            .map(|text| value::from_json::<Vec<Succession>>(&text, meta::HANDED_ON))
            .transpose()?
            .unwrap_or_default();
        steps.push(self.succession.clone());
        let steps = value::to_json(&steps, meta::HANDED_ON)?;
        meta::set(tx, meta::HANDED_ON, steps.as_bytes())?;
        become_next(tx, &self.key)
    }

    /// Goes on as that device.
    pub(super) fn take_effect(self, unlocked: &mut Unlocked) {
        unlocked.device = self.device;
        unlocked.signing_key = self.key;
        unlocked.actor = self.actor;
    }
}

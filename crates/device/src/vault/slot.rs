//! Key slots: one small file per person, holding the data key under a PIN or a recovery code.

use bitacora_core::id::PersonId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::error::VaultError;
use super::keys::{DataKey, Key, Sealed};
use crate::environment::{Environment, KdfCost};

const FORMAT: u32 = 1;

/// What opens a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Purpose {
    Pin,
    Recovery,
}

/// A slot as stored, readable by whoever finds the device but for the key that it wraps.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Slot {
    format: u32,
    pub(crate) vault_id: Uuid,
    pub(crate) person_id: PersonId,
    /// What stands on the tile of the lock screen; the name is in the database.
    #[serde(rename = "name")]
    pub(crate) sign: String,
    purpose: Purpose,
    memory_kib: u32,
    passes: u32,
    salt: Hex,
    nonce: Hex,
    sealed: Hex,
}

/// The slot with a checksum, to tell damage from a wrong PIN.
#[derive(Serialize, Deserialize)]
struct Checked {
    slot: Slot,
    checksum: Hex,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Hex(Vec<u8>);

/// Whose slot it is.
pub(crate) struct Owner<'a> {
    pub(crate) vault_id: Uuid,
    pub(crate) person_id: PersonId,
    pub(crate) sign: &'a str,
}

impl Slot {
    /// Wraps the data key under a secret.
    pub(crate) fn seal(
        owner: &Owner<'_>,
        purpose: Purpose,
        secret: &[u8],
        data_key: &DataKey,
        environment: &Environment,
    ) -> Result<Self, VaultError> {
        let salt: [u8; 16] = environment.bytes()?;
        let mut slot = Self {
            format: FORMAT,
            vault_id: owner.vault_id,
            person_id: owner.person_id,
            sign: owner.sign.to_owned(),
            purpose,
            memory_kib: environment.kdf.memory_kib,
            passes: environment.kdf.passes,
            salt: Hex(salt.to_vec()),
            nonce: Hex(Vec::new()),
            sealed: Hex(Vec::new()),
        };
        let key = Key::of_secret(secret, &salt, environment.kdf)?;
        let sealed = key.seal(data_key.as_bytes(), &slot.context(), environment)?;
        slot.nonce = Hex(sealed.nonce.to_vec());
        slot.sealed = Hex(sealed.ciphertext);
        Ok(slot)
    }

    /// Opens the slot; `None` if the secret is not the right one.
    pub(crate) fn open(&self, secret: &[u8]) -> Result<Option<DataKey>, VaultError> {
        let damaged = || VaultError::Damaged {
            what: "a key slot",
            problem: "has a field of the wrong length",
        };
        let salt: [u8; 16] = self.salt.0.as_slice().try_into().map_err(|_| damaged())?;
        let nonce: [u8; 24] = self.nonce.0.as_slice().try_into().map_err(|_| damaged())?;
        let cost = KdfCost {
            memory_kib: self.memory_kib,
            passes: self.passes,
        };
        let key = Key::of_secret(secret, &salt, cost)?;
        let sealed = Sealed {
            nonce,
            ciphertext: self.sealed.0.clone(),
        };
        let Some(bytes) = key.open(&sealed, &self.context()) else {
            return Ok(None);
        };
        DataKey::from_slice(&bytes).map(Some).ok_or_else(damaged)
    }

    /// Returns the bytes of the file.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, VaultError> {
        let checked = Checked {
            slot: self.clone(),
            checksum: Hex(self.checksum()?),
        };
        serde_json::to_vec_pretty(&checked).map_err(|_| VaultError::Damaged {
            what: "a key slot",
            problem: "cannot be written",
        })
    }

    /// Reads a file. Damage and a newer format are told apart from a wrong PIN here.
    pub(crate) fn from_bytes(bytes: &[u8], purpose: Purpose) -> Result<Self, VaultError> {
        let damaged = |problem| VaultError::Damaged {
            what: "a key slot",
            problem,
        };
        let value: serde_json::Value =
            serde_json::from_slice(bytes).map_err(|_| damaged("is not readable"))?;
        let format = value
            .pointer("/slot/format")
            .and_then(serde_json::Value::as_u64);
        if let Some(found) = format
            .and_then(|found| u32::try_from(found).ok())
            .filter(|found| *found > FORMAT)
        {
            return Err(VaultError::Newer {
                found,
                known: FORMAT,
            });
        }
        let checked: Checked =
            serde_json::from_value(value).map_err(|_| damaged("is not readable"))?;
        if checked.slot.checksum()? != checked.checksum.0 {
            return Err(damaged("does not fit its checksum"));
        }
        if checked.slot.purpose != purpose {
            return Err(damaged("is of another kind"));
        }
        Ok(checked.slot)
    }

    fn checksum(&self) -> Result<Vec<u8>, VaultError> {
        let bytes = serde_json::to_vec(self).map_err(|_| VaultError::Damaged {
            what: "a key slot",
            problem: "cannot be written",
        })?;
        Ok(Sha256::digest(bytes).to_vec())
    }

    /// What is bound to the wrapped key, so that no field can be changed without the PIN noticing.
    fn context(&self) -> Vec<u8> {
        let purpose: &[u8] = match self.purpose {
            Purpose::Pin => b"pin\0",
            Purpose::Recovery => b"recovery\0",
        };
        let mut context = b"bitacora slot 1\0".to_vec();
        context.extend_from_slice(purpose);
        context.extend_from_slice(self.vault_id.as_bytes());
        context.extend_from_slice(self.person_id.as_bytes());
        context.extend_from_slice(&self.memory_kib.to_be_bytes());
        context.extend_from_slice(&self.passes.to_be_bytes());
        context.extend_from_slice(&self.salt.0);
        context.extend_from_slice(self.sign.as_bytes());
        context
    }
}

impl std::fmt::Debug for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Slot")
            .field("person_id", &self.person_id)
            .finish_non_exhaustive()
    }
}

impl TryFrom<String> for Hex {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let pairs = text.as_bytes().chunks(2);
        let bytes = pairs.map(|pair| {
            std::str::from_utf8(pair)
                .ok()
                .filter(|pair| pair.len() == 2)
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
        });
        bytes
            .collect::<Option<Vec<u8>>>()
            .map(Self)
            .ok_or("expected hexadecimal digits")
    }
}

impl From<Hex> for String {
    fn from(hex: Hex) -> Self {
        hex.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

//! Keys: how a PIN opens the data key, and what is derived from the data key.

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::error::VaultError;
use crate::environment::{Environment, KdfCost};

/// The most memory that a slot may ask for, KiB: a foreign slot must not exhaust the device.
const MEMORY_KIB_MAX: u32 = 1024 * 1024;
/// The most passes that a slot may ask for.
const PASSES_MAX: u32 = 16;

/// A key of 32 bytes. Wiped when dropped, never printed.
pub(crate) struct Key(Zeroizing<[u8; 32]>);

/// The key that everything in a vault hangs on: random, wrapped once per slot.
pub(crate) struct DataKey(Key);

/// Something encrypted under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) nonce: [u8; 24],
    pub(crate) ciphertext: Vec<u8>,
}

impl Key {
    /// Derives the key of a slot from what was typed.
    pub(crate) fn of_secret(
        secret: &[u8],
        salt: &[u8; 16],
        cost: KdfCost,
    ) -> Result<Self, VaultError> {
        if cost.memory_kib > MEMORY_KIB_MAX || cost.passes > PASSES_MAX {
            return Err(VaultError::Damaged {
                what: "a key slot",
                problem: "asks for more work than any vault does",
            });
        }
        let failed = |error: argon2::Error| VaultError::Derivation(error.to_string());
        let params = Params::new(cost.memory_kib, cost.passes, 1, Some(32)).map_err(failed)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(secret, salt, key.as_mut_slice())
            .map_err(failed)?;
        Ok(Self(key))
    }

    /// Encrypts under this key; the context is bound to the result.
    pub(crate) fn seal(
        &self,
        plain: &[u8],
        context: &[u8],
        environment: &Environment,
    ) -> Result<Sealed, VaultError> {
        let nonce: [u8; 24] = environment.bytes()?;
        let ciphertext = self
            .cipher()
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: context,
                },
            )
            .map_err(|_| VaultError::Derivation("encryption failed".to_owned()))?;
        Ok(Sealed { nonce, ciphertext })
    }

    /// Decrypts; `None` if the key, the context or the bytes are not the right ones.
    pub(crate) fn open(&self, sealed: &Sealed, context: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let payload = Payload {
            msg: &sealed.ciphertext,
            aad: context,
        };
        self.cipher()
            .decrypt(&XNonce::from(sealed.nonce), payload)
            .ok()
            .map(Zeroizing::new)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }
}

impl DataKey {
    /// Makes a new one.
    pub(crate) fn generate(environment: &Environment) -> Result<Self, VaultError> {
        Ok(Self(Key(Zeroizing::new(environment.bytes()?))))
    }

    /// Takes the bytes that a slot held.
    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        let bytes: [u8; 32] = bytes.try_into().ok()?;
        Some(Self(Key(Zeroizing::new(bytes))))
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Returns the raw key of the database.
    pub(crate) fn database_key(&self) -> Key {
        self.derive(b"bitacora database 1")
    }

    /// Returns the key that wraps the device's signing key inside the database.
    pub(crate) fn signing_key_wrap(&self) -> Key {
        self.derive(b"bitacora signing key wrap 1")
    }

    /// Returns whether two slots hold the same key, in constant time.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.as_bytes().ct_eq(other.as_bytes()).into()
    }

    #[expect(
        clippy::expect_used,
        reason = "a key of zeros must never be used, and the length is a constant"
    )]
    fn derive(&self, purpose: &[u8]) -> Key {
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(None, self.as_bytes())
            .expand(purpose, key.as_mut_slice())
            .expect("BUG: HKDF-SHA256 gives up to 8,160 bytes");
        Key(key)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

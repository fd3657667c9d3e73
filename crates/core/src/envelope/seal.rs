//! What a device signs about an envelope, and the signature.

use std::fmt;

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::leaf::LeafHash;
use super::merkle::{MerkleRoot, merkle_root};
use crate::id::{DeviceId, EnvelopeHash, OrganisationId, PersonId};
use crate::wire::cbor::to_vec;
use crate::wire::limit;

const DOMAIN: &[u8] = b"bitacora envelope 1\0";

/// What a device states by signing an envelope.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Statement {
    /// The organisation that the device belongs to.
    #[n(0)]
    pub organisation: OrganisationId,
    /// The device.
    #[n(1)]
    pub device: DeviceId,
    /// The one person who wrote all of it.
    #[n(2)]
    pub person: PersonId,
    /// The device's own number of the envelope: 1, 2, 3, …
    #[n(3)]
    pub counter: u64,
    /// The envelope before; none for the first.
    #[n(4)]
    pub previous: Option<EnvelopeHash>,
    /// The root over the leaves.
    #[n(5)]
    pub root: MerkleRoot,
    /// How many leaves.
    #[n(6)]
    pub leaves: u32,
}

/// An Ed25519 signature.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; 64]);

/// An Ed25519 public key, as the directory lists it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublicKey([u8; 32]);

/// A signed statement. With the leaves it is the whole envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// What is stated.
    pub statement: Statement,
    /// The device's signature over it.
    pub signature: Signature,
}

/// Why an envelope is not what it claims to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SealError {
    /// No leaves, or more than [`limit::ENVELOPE_LEAVES_MAX`].
    #[error("envelope has {0} leaves, expected 1 to {max}", max = limit::ENVELOPE_LEAVES_MAX)]
    LeafCount(usize),
    /// Counter 0, or a first envelope with a predecessor, or a later one without.
    #[error("envelope's counter and predecessor do not fit each other")]
    Counter,
    /// The leaves do not give the signed root.
    #[error("envelope's leaves are not those that were signed")]
    Root,
    /// The key is no Ed25519 key.
    #[error("the device's key is not an Ed25519 key")]
    Key,
    /// The signature does not fit statement and key.
    #[error("envelope's signature is wrong")]
    Signature,
}

impl Statement {
    /// States leaves as the envelope that follows `last`.
    pub fn following(
        last: Option<(u64, EnvelopeHash)>,
        organisation: OrganisationId,
        device: DeviceId,
        person: PersonId,
        leaves: &[LeafHash],
    ) -> Self {
        Self {
            organisation,
            device,
            person,
            counter: last.map_or(0, |(counter, _)| counter).saturating_add(1),
            previous: last.map(|(_, hash)| hash),
            root: merkle_root(leaves),
            leaves: u32::try_from(leaves.len()).unwrap_or(u32::MAX),
        }
    }

    /// Returns the bytes that are signed.
    pub fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = DOMAIN.to_vec();
        bytes.extend(to_vec(self));
        bytes
    }

    /// Returns the hash by which the next envelope and the receipt name this one.
    pub fn hash(&self) -> EnvelopeHash {
        EnvelopeHash::new(Sha256::digest(self.signed_bytes()).into())
    }

    /// Signs the statement.
    pub fn seal(self, key: &SigningKey) -> Seal {
        let signature = Signature(key.sign(&self.signed_bytes()).to_bytes());
        Seal {
            statement: self,
            signature,
        }
    }
}

impl Seal {
    /// Checks everything that can be checked without knowing other envelopes.
    pub fn verify(&self, leaves: &[LeafHash], key: &PublicKey) -> Result<(), SealError> {
        let statement = &self.statement;
        if leaves.is_empty() || leaves.len() > limit::ENVELOPE_LEAVES_MAX {
            return Err(SealError::LeafCount(leaves.len()));
        }
        if statement.counter == 0 || (statement.counter == 1) != statement.previous.is_none() {
            return Err(SealError::Counter);
        }
        if statement.leaves as usize != leaves.len() || statement.root != merkle_root(leaves) {
            return Err(SealError::Root);
        }
        key.verify(&statement.signed_bytes(), &self.signature)
    }
}

impl PublicKey {
    /// Wraps the bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the public half of a signing key.
    pub fn of(key: &SigningKey) -> Self {
        Self(key.verifying_key().to_bytes())
    }

    /// Verifies strictly: no weak keys, no second form of a signature.
    pub fn verify(&self, bytes: &[u8], signature: &Signature) -> Result<(), SealError> {
        let key = VerifyingKey::from_bytes(&self.0).map_err(|_| SealError::Key)?;
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        key.verify_strict(bytes, &signature)
            .map_err(|_| SealError::Signature)
    }
}

impl Signature {
    /// Wraps the bytes.
    pub const fn new(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes.
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(")?;
        self.0
            .iter()
            .take(4)
            .try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("…)")
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicKey(")?;
        self.0
            .iter()
            .take(4)
            .try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("…)")
    }
}

//! Receipts: the server's signature that an envelope is durable on its disk, and what became of each leaf.
//!
//! One signature covers server, device, envelope counter and hash, the verdicts with their log positions
//! and the log's epoch. Both ends store it, and the server hands it out again unchanged. When a *waiting*
//! change is admitted later, a further receipt with the next version takes its place; the newest counts.
//! Only *stored* and *known* mean received.

mod headquarters;
mod verdict;

pub use headquarters::Headquarters;
pub use verdict::{RefusalCode, Verdict};

use ed25519_dalek::{Signer, SigningKey};
use minicbor::{Decode, Encode};
use thiserror::Error;

use crate::envelope::{PublicKey, Signature};
use crate::id::{DeviceId, EnvelopeHash, ServerId};
use crate::wire::cbor::to_vec;
use crate::wire::limit;

const DOMAIN: &[u8] = b"bitacora receipt 1\0";

/// What the server states about an envelope.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Finding {
    /// The server.
    #[n(0)]
    pub server: ServerId,
    /// The generation of the server's logs that the positions belong to.
    #[n(1)]
    pub epoch: u64,
    /// The device that sealed the envelope.
    #[n(2)]
    pub device: DeviceId,
    /// The envelope's counter.
    #[n(3)]
    pub counter: u64,
    /// The envelope.
    #[n(4)]
    pub envelope: EnvelopeHash,
    /// 1 for the first receipt of an envelope; the newest counts.
    #[n(5)]
    pub version: u32,
    /// One per leaf, in the envelope's order.
    #[n(6)]
    pub verdicts: Vec<Verdict>,
    /// When it was signed, milliseconds since 1970 by the server's clock.
    #[n(7)]
    pub signed_at_ms: u64,
}

/// A signed finding.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Receipt {
    /// What is stated.
    #[n(0)]
    pub finding: Finding,
    /// The server's signature over it.
    #[n(1)]
    pub signature: Signature,
}

/// Why a receipt is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ReceiptError {
    /// Another server's.
    #[error("receipt names another server")]
    Server,
    /// Not one verdict per leaf, or more than an envelope can have.
    #[error("receipt has {0} verdicts, not one for each change")]
    VerdictCount(usize),
    /// Versions count from 1.
    #[error("receipt has version 0")]
    Version,
    /// The signature does not fit.
    #[error("receipt's signature is wrong")]
    Signature,
}

impl Finding {
    /// Returns the bytes that are signed.
    pub fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = DOMAIN.to_vec();
        bytes.extend(to_vec(self));
        bytes
    }

    /// Signs the finding.
    pub fn sign(self, key: &SigningKey) -> Receipt {
        let signature = Signature::new(key.sign(&self.signed_bytes()).to_bytes());
        Receipt {
            finding: self,
            signature,
        }
    }

    /// Returns whether a later version may come: some leaf still waits.
    pub fn is_open(&self) -> bool {
        self.verdicts
            .iter()
            .any(|verdict| matches!(verdict, Verdict::Waiting { .. }))
    }
}

impl Receipt {
    /// Verifies that this server signed it.
    pub fn verify(&self, server: ServerId, key: &PublicKey) -> Result<(), ReceiptError> {
        let finding = &self.finding;
        if finding.server != server {
            return Err(ReceiptError::Server);
        }
        if finding.verdicts.is_empty() || finding.verdicts.len() > limit::ENVELOPE_LEAVES_MAX {
            return Err(ReceiptError::VerdictCount(finding.verdicts.len()));
        }
        if finding.version == 0 {
            return Err(ReceiptError::Version);
        }
        key.verify(&finding.signed_bytes(), &self.signature)
            .map_err(|_| ReceiptError::Signature)
    }
}

#[cfg(test)]
mod tests;

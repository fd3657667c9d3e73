//! The second level of receipts: what headquarters has received is safe.
//!
//! The statement is not part of a receipt. Whoever checks a receipt's signature computes the signed bytes from the
//! fields that he knows: with a further field every receipt would be wrong to an older device. And a receipt tells
//! of own changes only, while a record's place depends on those of others too.

use ed25519_dalek::{Signer, SigningKey};
use minicbor::{Decode, Encode};

use super::ReceiptError;
use crate::envelope::{PublicKey, Signature};
use crate::id::{OrganisationId, ServerId};
use crate::wire::cbor::to_vec;

const DOMAIN: &[u8] = b"bitacora headquarters 1\0";

/// A server's signed word that it is its organisation's headquarters: all that it has received, and will receive, is
/// safe.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Headquarters {
    /// The server's signature over its id and its organisation.
    #[n(0)]
    pub signature: Signature,
}

impl Headquarters {
    /// Signs the statement.
    pub fn sign(server: ServerId, organisation: OrganisationId, key: &SigningKey) -> Self {
        let signature = key.sign(&signed_bytes(server, organisation));
        Self {
            signature: Signature::new(signature.to_bytes()),
        }
    }

    /// Verifies that this server says so of itself and of this organisation.
    pub fn verify(
        &self,
        server: ServerId,
        organisation: OrganisationId,
        key: &PublicKey,
    ) -> Result<(), ReceiptError> {
        key.verify(&signed_bytes(server, organisation), &self.signature)
            .map_err(|_| ReceiptError::Signature)
    }
}

fn signed_bytes(server: ServerId, organisation: OrganisationId) -> Vec<u8> {
    let mut bytes = DOMAIN.to_vec();
    bytes.extend(to_vec((server, organisation)));
    bytes
}

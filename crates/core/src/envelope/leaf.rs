//! A leaf of an envelope: one change of one document.

use std::fmt;

use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};

use crate::id::{ChangeHash, DocumentId};

/// What a document is, known from outside of it. Kinds made by newer builds survive as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct DocumentKind(#[n(0)] u8);

impl DocumentKind {
    /// An encounter.
    pub const ENCOUNTER: Self = Self(1);
    /// A patrol.
    pub const PATROL: Self = Self(2);

    /// Wraps a number from the store or the wire.
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// Returns the number.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// The hash of (kind, document, change hash). All that is left of a leaf whose change is not there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeafHash([u8; 32]);

impl LeafHash {
    /// Computes the leaf of a change.
    pub fn of(kind: DocumentKind, document: DocumentId, change: ChangeHash) -> Self {
        let digest = Sha256::new_with_prefix(b"bitacora leaf 1\0")
            .chain_update([kind.number()])
            .chain_update(document.as_bytes())
            .chain_update(change.as_bytes());
        Self(digest.finalize().into())
    }

    /// Wraps the bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for LeafHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LeafHash(")?;
        self.0
            .iter()
            .take(4)
            .try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("…)")
    }
}

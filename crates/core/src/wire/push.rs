//! A sealed envelope on its way up: the device's own, or after a fork one that it holds of others.

use std::fmt;

use minicbor::decode::{Decoder, Error as DecodeError};
use minicbor::encode::{Encoder, Error as EncodeError, Write};
use minicbor::{Decode, Encode};

use super::sent_envelope::SentEnvelope;
use crate::envelope::{DocumentKind, InvalidChunk, LeafHash, change_hash};
use crate::id::DocumentId;

/// An envelope on its way up.
pub type Push = SentEnvelope<PushLeaf>;

/// A leaf of a pushed envelope.
#[derive(Clone, PartialEq, Eq)]
pub enum PushLeaf {
    /// The change itself.
    Change {
        /// The document it belongs to.
        document: DocumentId,
        /// What the document is.
        kind: DocumentKind,
        /// The audience, as a place in [`Hello::scopes`](super::Hello::scopes).
        scope: u8,
        /// The raw chunk.
        bytes: Vec<u8>,
    },
    /// Not handed in: the device does not hold it.
    Bare(LeafHash),
}

impl Push {
    /// Returns the leaves' hashes in order; fails on bytes that are no change.
    pub fn leaf_hashes(&self) -> Result<Vec<LeafHash>, InvalidChunk> {
        self.leaves.iter().map(PushLeaf::hash).collect()
    }
}

impl PushLeaf {
    /// Computes the leaf's hash.
    pub fn hash(&self) -> Result<LeafHash, InvalidChunk> {
        match self {
            Self::Change {
                document,
                kind,
                bytes,
                ..
            } => Ok(LeafHash::of(*kind, *document, change_hash(bytes)?)),
            Self::Bare(hash) => Ok(*hash),
        }
    }

    /// Returns the length of the change; 0 if it is not handed in.
    pub const fn raw_bytes(&self) -> usize {
        match self {
            Self::Change { bytes, .. } => bytes.len(),
            Self::Bare(_) => 0,
        }
    }
}

impl fmt::Debug for PushLeaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Change {
                document,
                kind,
                scope,
                bytes,
            } => f
                .debug_struct("Change")
                .field("document", document)
                .field("kind", kind)
                .field("scope", scope)
                .field("raw_bytes", &bytes.len())
                .finish(),
            Self::Bare(hash) => f.debug_tuple("Bare").field(hash).finish(),
        }
    }
}

impl<C> Encode<C> for PushLeaf {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        match self {
            Self::Change {
                document,
                kind,
                scope,
                bytes,
            } => e
                .array(4)?
                .encode(document)?
                .encode(kind)?
                .u8(*scope)?
                .bytes(bytes)?
                .ok(),
            Self::Bare(hash) => e.array(1)?.encode(hash)?.ok(),
        }
    }
}

impl<'b, C> Decode<'b, C> for PushLeaf {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        let at = d.position();
        match d.array()? {
            Some(4) => Ok(Self::Change {
                document: d.decode()?,
                kind: d.decode()?,
                scope: d.u8()?,
                bytes: d.bytes()?.to_vec(),
            }),
            Some(1) => Ok(Self::Bare(d.decode()?)),
            _ => Err(DecodeError::message("leaf is neither a change nor a bare hash").at(at)),
        }
    }
}

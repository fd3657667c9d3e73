//! Sealed and signed envelopes: how an actor is known to be a person on a device.
//!
//! A device seals its unsent changes, durably, before it first sends them: one person each, with a
//! counter, the hash of the envelope before, and the Merkle root over its leaves. A sealed envelope
//! never changes. The list of changes is not signed by itself: every receiver computes the leaves again
//! from what it got, and a leaf that it did not get (withheld, erased, refused) travels as its bare hash,
//! so that the signature stays checkable everywhere.
//!
//! Nobody believes Automerge's own timestamps, messages or authors. Whoever needs the author of a
//! change asks for the envelope it came in.

mod chunk;
mod leaf;
mod merkle;
mod plan;
mod seal;
#[cfg(test)]
pub(crate) mod tests;

pub use chunk::{InvalidChunk, change_hash};
pub use leaf::{DocumentKind, LeafHash};
pub use merkle::{MerkleRoot, merkle_root};
pub use plan::{Unsealed, plan};
pub use seal::{PublicKey, Seal, SealError, Signature, Statement};

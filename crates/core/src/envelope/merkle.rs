//! The Merkle tree over an envelope's leaves, in the shape of RFC 6962.

use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};

use super::leaf::LeafHash;

/// The root over an envelope's leaves in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct MerkleRoot(#[cbor(n(0), with = "minicbor::bytes")] [u8; 32]);

impl MerkleRoot {
    /// Wraps the bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Computes the root: the left half of a tree is the largest power of two smaller than its size.
///
/// Leaves and inner nodes are hashed under different prefixes, so that no node passes for a leaf. An
/// empty tree has the hash of nothing.
pub fn merkle_root(leaves: &[LeafHash]) -> MerkleRoot {
    MerkleRoot(node(leaves))
}

fn node(leaves: &[LeafHash]) -> [u8; 32] {
    match leaves {
        [] => Sha256::digest(b"bitacora empty 1\0").into(),
        [leaf] => *leaf.as_bytes(),
        _ => {
            let split = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(split);
            Sha256::new_with_prefix(b"bitacora node 1\0")
                .chain_update(node(left))
                .chain_update(node(right))
                .finalize()
                .into()
        }
    }
}

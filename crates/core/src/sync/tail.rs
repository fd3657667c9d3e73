//! The end of a log, or of any beginning of it: how many rows, and what they were.

use sha2::{Digest as _, Sha256};

use crate::id::{ChangeHash, DocumentId, OrganisationId, ScopeId};
use crate::wire::Cursor;

const ROW_OF_CHANGE: u8 = 1;

/// What a log's first `seq` rows amount to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tail {
    /// The last row; rows count from 1 without gaps. 0 is the empty log.
    pub seq: u64,
    /// Rolling hash: the first 16 bytes of SHA-256(chain before, row kind, document, change).
    pub chain: [u8; 16],
    /// How many changes: from the log's beginning at the server, from the mark at a device.
    pub count: u64,
    /// Sum of the first 16 bytes of their hashes, big-endian, modulo 2^128; counted as `count` is.
    pub sum: u128,
}

impl Tail {
    /// Returns the empty log of a scope.
    pub fn empty(organisation: OrganisationId, scope: &ScopeId) -> Self {
        let digest: [u8; 32] = Sha256::new_with_prefix(b"bitacora log 1\0")
            .chain_update(organisation.as_bytes())
            .chain_update(scope.to_string())
            .finalize()
            .into();
        Self {
            seq: 0,
            chain: first_16(&digest),
            count: 0,
            sum: 0,
        }
    }

    /// Returns the tail after one more change.
    #[must_use]
    pub fn after(&self, document: DocumentId, change: ChangeHash) -> Self {
        let digest: [u8; 32] = Sha256::new_with_prefix(self.chain)
            .chain_update([ROW_OF_CHANGE])
            .chain_update(document.as_bytes())
            .chain_update(change.as_bytes())
            .finalize()
            .into();
        Self {
            seq: self.seq.saturating_add(1),
            chain: first_16(&digest),
            count: self.count.saturating_add(1),
            sum: self
                .sum
                .wrapping_add(u128::from_be_bytes(first_16(change.as_bytes()))),
        }
    }

    /// Returns the position as a cursor of this log generation.
    pub const fn cursor(&self, epoch: u64) -> Cursor {
        Cursor {
            epoch,
            seq: self.seq,
            chain: self.chain,
        }
    }

    /// Returns the tail counted from an earlier position instead of from the beginning.
    #[must_use]
    pub const fn since(&self, mark: &Self) -> Self {
        Self {
            seq: self.seq,
            chain: self.chain,
            count: self.count.saturating_sub(mark.count),
            sum: self.sum.wrapping_sub(mark.sum),
        }
    }

    /// Returns a position from which a device begins to count.
    pub const fn starting(cursor: &Cursor) -> Self {
        Self {
            seq: cursor.seq,
            chain: cursor.chain,
            count: 0,
            sum: 0,
        }
    }
}

fn first_16(bytes: &[u8; 32]) -> [u8; 16] {
    let mut out = [0; 16];
    out.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    out
}

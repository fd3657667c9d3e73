//! Who writes a change, and the change that was written.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::clock::TrustedClock;
use crate::id::{ActorId, ChangeHash, DeviceId, PersonId};

/// Who writes, on what, and when by that device's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author {
    /// The person at the device.
    pub person: PersonId,
    /// The device.
    pub device: DeviceId,
    /// The Automerge actor of this unlock; fresh if the device's actor already wrote beyond the version seen.
    pub actor: ActorId,
    /// The device's clock (claimed, not trusted).
    pub at: DateTime<Utc>,
    /// What the device knows about the true time. A time that it knows to lie in the future is marked so.
    pub clock: TrustedClock,
}

/// One Automerge change that was just written or parsed.
#[derive(Clone, PartialEq, Eq)]
pub struct Written {
    /// The change's place in the history.
    pub meta: ChangeMeta,
    /// The uncompressed chunk, as stored and sent.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The bytes hold what was recorded.
        write!(
            f,
            "Written({:?}, {} bytes)",
            self.meta.hash,
            self.bytes.len()
        )
    }
}

/// A change's place in its document's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeMeta {
    /// The SHA-256 of the chunk.
    pub hash: ChangeHash,
    /// Who wrote it, as an Automerge actor.
    pub actor: ActorId,
    /// The actor's own counter in this document, from 1.
    pub seq: u64,
    /// The number of the first operation.
    pub start_op: u64,
    /// The claimed time, in whole seconds.
    pub at: DateTime<Utc>,
    /// The changes it was written on top of, sorted.
    pub deps: Vec<ChangeHash>,
}

//! The first message up: who asks, what it has, what it wants.

use std::fmt;

use minicbor::{Decode, Encode};

use crate::id::{DeviceId, PersonId, ScopeId};

/// The header of an exchange.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Hello {
    /// The oldest protocol version that the device speaks.
    #[n(0)]
    pub version_min: u8,
    /// The newest.
    #[n(1)]
    pub version_max: u8,
    /// The device's build, for the operator's eyes only.
    #[n(2)]
    pub build: String,
    /// The device; must be the one whose key opened the channel.
    #[n(3)]
    pub device: DeviceId,
    /// The compression dictionary in use; 0 is none.
    #[n(4)]
    pub dictionary: u16,
    /// The device's clock, seconds since 1970. Nothing is refused because of it.
    #[n(5)]
    pub clock_s: i64,
    /// The revision of the directory that the device holds; 0 is none.
    #[n(6)]
    pub directory_rev: u64,
    /// The highest envelope counter up to which the device holds a receipt for every envelope.
    #[n(7)]
    pub receipts_through: u64,
    /// Envelopes up to there whose receipt still has something waiting: (counter, version held).
    #[n(8)]
    pub waiting: Vec<(u64, u32)>,
    /// The audiences to read; pushes name them by their place here.
    #[n(9)]
    pub scopes: Vec<ScopeRequest>,
    /// Persons of this device that the server may not know yet.
    #[n(10)]
    pub persons: Vec<PersonName>,
    /// What is wanted besides, as bits.
    #[n(11)]
    pub wishes: Wishes,
}

/// Bits of what a device wants from one exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct Wishes(#[n(0)] u8);

impl Wishes {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// New rows of the scopes.
    pub const PULL: Self = Self(1);
    /// Own changes whole instead of as references: this device was restored and lacks some.
    pub const OWN_WHOLE: Self = Self(2);
    /// Each row with its change hash: the chain did not fit and the bad row must be found.
    pub const ROW_HASHES: Self = Self(4);
    /// Something urgent is among the pushes.
    pub const URGENT: Self = Self(8);

    /// Returns these wishes with others added.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns whether all of the other wishes are among these.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// A person as the device knows him, by the name he gave.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct PersonName {
    /// The pseudonym.
    #[n(0)]
    pub person: PersonId,
    /// The name that colleagues see.
    #[n(1)]
    pub name: String,
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PersonName")
            .field("person", &self.person)
            .finish_non_exhaustive()
    }
}

/// One audience that the device reads.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ScopeRequest {
    /// Which.
    #[n(0)]
    pub scope: ScopeId,
    /// The position from which on the device reads; none before the first subscription.
    #[n(1)]
    pub mark: Option<u64>,
    /// How far the device has read; none before the first subscription.
    #[n(2)]
    pub cursor: Option<Cursor>,
    /// After a fork: earlier cursors of this device, newest first.
    #[n(3)]
    #[cbor(default)]
    pub checkpoints: Vec<Checkpoint>,
}

/// A position in a scope's log that verifies itself.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Cursor {
    /// The generation of the server's logs.
    #[n(0)]
    pub epoch: u64,
    /// The last row read; rows count from 1.
    #[n(1)]
    pub seq: u64,
    /// The rolling hash of the log up to there.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub chain: [u8; 16],
}

/// An earlier position with its rolling hash.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Checkpoint {
    /// The row.
    #[n(0)]
    pub seq: u64,
    /// The rolling hash of the log up to there.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub chain: [u8; 16],
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cursor({:x}:{}:", self.epoch, self.seq)?;
        self.chain
            .iter()
            .take(4)
            .try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("…)")
    }
}

impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Checkpoint({}:", self.seq)?;
        self.chain
            .iter()
            .take(4)
            .try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("…)")
    }
}

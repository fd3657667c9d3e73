//! The last message down: the digests, or why there will be no more.

use minicbor::{Decode, Encode};

use crate::receipt::RefusalCode;

/// The end of an exchange that went through.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Done {
    /// One per scope that was read.
    #[n(0)]
    pub digests: Vec<Digest>,
}

/// Number and sum of the change hashes in (mark, seq], to compare with the receiver's own rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Digest {
    /// The scope, as a place in [`Hello::scopes`](super::Hello::scopes).
    #[n(0)]
    pub scope: u8,
    /// The last row.
    #[n(1)]
    pub seq: u64,
    /// How many rows.
    #[n(2)]
    pub count: u64,
    /// Sum of the first 16 bytes of the change hashes, big-endian, modulo 2^128.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub sum: [u8; 16],
}

/// The end of an exchange that was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Refusal {
    /// Why, for programs.
    #[n(0)]
    pub code: RefusalCode,
    /// Why, for people; without any content.
    #[n(1)]
    pub text: String,
}

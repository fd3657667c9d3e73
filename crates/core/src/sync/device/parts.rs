//! One envelope in as many pushes as it takes.
//!
//! What is sealed here fits into one. But an envelope that came from a server holds what its device handed in, at once
//! or bit by bit, and a message that is too large would end this exchange and every later one.

use crate::envelope::{LeafHash, Seal};
use crate::wire::{Push, PushLeaf, limit};

/// Returns pushes that carry the leaves given whole: each at most [`limit::ENVELOPE_BYTES_MAX`] of them, and the others
/// bare, so that each shows the envelope that was signed. The receiver puts them together.
pub(super) fn parts(seal: &Seal, leaves: Vec<(LeafHash, PushLeaf)>) -> (Push, Vec<Push>) {
    let bare: Vec<PushLeaf> = leaves
        .iter()
        .map(|(hash, _)| PushLeaf::Bare(*hash))
        .collect();
    let (mut first, mut others) = (Push::of(seal, bare.clone()), Vec::new());
    let mut raw_bytes = 0usize;
    for (place, (_, leaf)) in leaves.into_iter().enumerate() {
        let bytes = leaf.raw_bytes();
        if raw_bytes > 0 && raw_bytes.saturating_add(bytes) > limit::ENVELOPE_BYTES_MAX {
            others.push(Push::of(seal, bare.clone()));
            raw_bytes = 0;
        }
        raw_bytes = raw_bytes.saturating_add(bytes);
        let part = others.last_mut().unwrap_or(&mut first);
        if let Some(there) = part.leaves.get_mut(place) {
            *there = leaf;
        }
    }
    (first, others)
}

//! A push taken apart: counts, sizes, chunk hashes, scopes.

use super::super::{Guest, refusal};
use crate::envelope::{LeafHash, Seal, change_hash};
use crate::id::ChangeHash;
use crate::receipt::RefusalCode;
use crate::sync::server_log::NewChange;
use crate::wire::{Push, PushLeaf, Refusal, limit};

/// A push whose chunks are chunks, taken apart.
pub(super) struct Taken {
    pub(super) seal: Seal,
    pub(super) leaves: Vec<LeafHash>,
    pub(super) changes: Vec<NewChange>,
}

/// Checks counts, sizes, chunk hashes and scopes, and computes the leaves.
pub(super) fn take_apart(push: &Push, guest: &Guest) -> Result<Taken, Refusal> {
    if push.leaves.is_empty() || push.leaves.len() > limit::ENVELOPE_LEAVES_MAX {
        let text = format!(
            "envelope has {} leaves, expected 1 to {}",
            push.leaves.len(),
            limit::ENVELOPE_LEAVES_MAX
        );
        return Err(refusal(RefusalCode::TooLarge, &text));
    }
    let (mut leaves, mut changes) = (Vec::new(), Vec::new());
    for (place, leaf) in (0u32..).zip(&push.leaves) {
        let hash = match leaf {
            PushLeaf::Bare(hash) => *hash,
            PushLeaf::Change { .. } => {
                let change = take_change(push, guest, place, leaf)?;
                let hash = LeafHash::of(change.kind, change.document, change.change);
                changes.push(change);
                hash
            }
        };
        leaves.push(hash);
    }
    Ok(Taken {
        seal: push.seal(&leaves),
        leaves,
        changes,
    })
}

fn take_change(
    push: &Push,
    guest: &Guest,
    place: u32,
    leaf: &PushLeaf,
) -> Result<NewChange, Refusal> {
    let at = |what: &str| format!("envelope {}, change {place}: {what}", push.counter);
    let PushLeaf::Change {
        document,
        kind,
        scope,
        bytes,
    } = leaf
    else {
        return Err(refusal(RefusalCode::Malformed, &at("no change")));
    };
    let change: ChangeHash = change_hash(bytes)
        .map_err(|error| refusal(RefusalCode::Change, &at(&error.to_string())))?;
    let Some(request) = guest.hello.scopes.get(usize::from(*scope)) else {
        return Err(refusal(
            RefusalCode::Malformed,
            &at("its scope is not among those of the hello"),
        ));
    };
    Ok(NewChange {
        change,
        document: *document,
        kind: *kind,
        scope: request.scope.clone(),
        device: push.device,
        person: push.person,
        counter: push.counter,
        leaf: place,
        bytes: bytes.clone(),
    })
}

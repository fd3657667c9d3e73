//! How much of one envelope is taken: never more than a push can carry.

use crate::sync::server_log::{NewChange, ServerLog, StoredEnvelope};
use crate::wire::limit;

/// Returns the changes that are taken: those that are here already, and of the others, in order, what fits. The rest is as
/// if it had come as a bare hash: whoever reads the envelope must be able to hand it in again.
pub(super) fn fitting<L: ServerLog>(
    log: &mut L,
    envelope: &StoredEnvelope,
    changes: Vec<NewChange>,
) -> Result<Vec<NewChange>, L::Error> {
    let is_here = |change: &NewChange| {
        let leaf = envelope.leaves.get(change.leaf as usize);
        leaf.is_some_and(|leaf| leaf.change.is_some())
    };
    if changes.iter().all(is_here) {
        return Ok(changes);
    }
    let mut bytes = 0usize;
    for leaf in envelope.leaves.iter().filter(|leaf| leaf.change.is_some()) {
        let stored = log.change(leaf.hash)?;
        bytes = bytes.saturating_add(stored.map_or(0, |stored| stored.new.bytes.len()));
    }
    let mut fits = |change: &NewChange| {
        let with = bytes.saturating_add(change.bytes.len());
        let fits = is_here(change) || with <= limit::ENVELOPE_BYTES_MAX;
        if fits && !is_here(change) {
            bytes = with;
        }
        fits
    };
    Ok(changes.into_iter().filter(|change| fits(change)).collect())
}

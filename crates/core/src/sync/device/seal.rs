//! Sealing: unsent changes become envelopes, durably, before anything is sent.

use crate::envelope::{LeafHash, Statement, Unsealed, plan};
use crate::sync::device::DeviceIdentity;
use crate::sync::device_log::{DeviceLog, SealedLeaf};

/// Changes read from the store at a time.
const CHANGES_AT_ONCE: usize = 512;

/// Seals everything that is unsealed.
pub(super) fn seal_all<L: DeviceLog>(
    identity: &DeviceIdentity,
    log: &mut L,
) -> Result<(), L::Error> {
    loop {
        let unsealed = log.unsealed(CHANGES_AT_ONCE)?;
        if unsealed.is_empty() {
            return Ok(());
        }
        for changes in plan(&unsealed) {
            seal_one(identity, log, changes)?;
        }
    }
}

fn seal_one<L: DeviceLog>(
    identity: &DeviceIdentity,
    log: &mut L,
    changes: &[Unsealed],
) -> Result<(), L::Error> {
    let Some(first) = changes.first() else {
        return Ok(());
    };
    let leaf = |change: &Unsealed| SealedLeaf {
        hash: LeafHash::of(change.kind, change.document, change.change),
        document: change.document,
        change: change.change,
    };
    let leaves: Vec<SealedLeaf> = changes.iter().map(leaf).collect();
    let hashes: Vec<LeafHash> = leaves.iter().map(|leaf| leaf.hash).collect();
    let last = log.last_envelope()?;
    let statement = Statement::following(
        last,
        identity.organisation,
        identity.device,
        first.person,
        &hashes,
    );
    log.save_sealed(&statement.seal(&identity.key), &leaves)
}

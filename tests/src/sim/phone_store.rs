//! A phone's store in memory, with the same contract as the product's.

mod log;
mod row;
mod state;

use std::collections::BTreeSet;
use std::convert::Infallible;

use bitacora_core::id::ChangeHash;

use super::cheat::Cheat;
use super::disk::Disk;
pub(super) use state::{Held, PhoneState, Received};

/// The store.
pub(super) struct PhoneStore {
    pub(super) disk: Disk<PhoneState>,
    pub(super) cheat: Cheat,
    saves: u64,
    /// Receipts that said *received* for a change, as they were stored.
    pub(super) received: BTreeSet<ChangeHash>,
}

impl PhoneStore {
    pub(super) fn new(state: PhoneState, cheat: Cheat) -> Self {
        Self {
            disk: Disk::new(state),
            cheat,
            saves: 0,
            received: BTreeSet::new(),
        }
    }

    /// Saves an own change: durable when this returns.
    pub(super) fn save(&mut self, change: ChangeHash, held: Held) {
        let state = self.disk.now_mut();
        state.apply(change, held);
        self.saves += 1;
        if self.cheat != Cheat::PhoneSavesWithoutSync || self.saves.is_multiple_of(5) {
            self.disk.sync();
        }
    }

    fn state(&self) -> &PhoneState {
        self.disk.now()
    }

    fn write(&mut self, change: impl FnOnce(&mut PhoneState)) -> Result<(), Infallible> {
        change(self.disk.now_mut());
        self.disk.sync();
        Ok(())
    }
}

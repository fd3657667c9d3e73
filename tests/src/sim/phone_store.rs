//! A phone's store in memory, with the same contract as the product's.

mod fallen;
mod log;
mod row;
mod state;

use std::collections::BTreeSet;
use std::convert::Infallible;

use bitacora_core::id::ChangeHash;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::cheat::Cheat;
use super::disk::Disk;
pub(super) use state::{Held, PhoneState, Received, Standing};

/// The store.
pub(super) struct PhoneStore {
    pub(super) disk: Disk<PhoneState>,
    pub(super) cheat: Cheat,
    saves: u64,
    /// Where fresh actors come from.
    actors: ChaCha8Rng,
    /// What was written again, and what it stands for, since somebody asked last.
    pub(super) rewritten: Vec<(ChangeHash, ChangeHash)>,
    /// Receipts that said *received* for a change, as they were stored.
    pub(super) received: BTreeSet<ChangeHash>,
}

impl PhoneStore {
    pub(super) fn new(state: PhoneState, actors: [u8; 32], cheat: Cheat) -> Self {
        Self {
            disk: Disk::new(state),
            cheat,
            saves: 0,
            actors: ChaCha8Rng::from_seed(actors),
            rewritten: Vec::new(),
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

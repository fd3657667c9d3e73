//! The server's store in memory, with the same contract as the product's.

mod admission;
mod log;
mod state;

use std::collections::BTreeSet;

use bitacora_core::id::{ChangeHash, DocumentId};
use bitacora_core::sync::LogRow;

use super::cheat::Cheat;
use super::disk::Disk;
pub(super) use state::{Enrolled, ServerState};

/// The store, with a transaction that may be under way.
pub(super) struct ServerStore {
    pub(super) disk: Disk<ServerState>,
    before: Option<ServerState>,
    pub(super) cheat: Cheat,
    commits: u64,
    /// Changes that this server refuses for their content whenever they come.
    pub(super) poison: BTreeSet<ChangeHash>,
}

impl ServerStore {
    pub(super) fn new(cheat: Cheat) -> Self {
        Self {
            disk: Disk::new(ServerState::new()),
            before: None,
            cheat,
            commits: 0,
            poison: BTreeSet::new(),
        }
    }

    /// Cuts the power; a transaction under way is gone.
    pub(super) fn crash(&mut self) {
        self.before = None;
        self.disk.crash();
    }

    fn state(&self) -> &ServerState {
        self.disk.now()
    }

    fn state_mut(&mut self) -> &mut ServerState {
        self.disk.now_mut()
    }

    fn durable(&mut self) {
        self.commits += 1;
        // The cheat syncs now and then, as an operating system would by itself.
        if self.cheat != Cheat::ServerAnswersBeforeSync || self.commits.is_multiple_of(7) {
            self.disk.sync();
        }
    }

    fn row(&self, position: usize) -> Option<LogRow> {
        let (tail, change) = self.state().log.get(position)?;
        let new = self.state().changes.get(change)?.new.clone();
        Some(LogRow { seq: tail.seq, new })
    }

    fn rows_of(&self, document: DocumentId) -> impl Iterator<Item = LogRow> + '_ {
        (0..self.state().log.len())
            .filter_map(|position| self.row(position))
            .filter(move |row| row.new.document == document)
    }
}

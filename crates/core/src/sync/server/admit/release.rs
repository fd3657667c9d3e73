//! What was kept until an earlier envelope comes, and is kept no longer.

use super::super::ServerExchange;
use super::super::take::has_a_turn;
use crate::envelope::Seal;
use crate::sync::server_log::{ServerLog, StoredEnvelope};

impl ServerExchange {
    /// Admits envelopes that were kept until this one came.
    pub(super) fn release_successors<L: ServerLog>(
        &mut self,
        log: &mut L,
        seal: &Seal,
    ) -> Result<(), L::Error> {
        let (device, mut counter) = (seal.statement.device, seal.statement.counter);
        let mut previous = seal.statement.hash();
        while let Some(next) = log.envelope(device, counter.saturating_add(1))? {
            if !next.held || next.seal.statement.previous != Some(previous) {
                break;
            }
            previous = next.seal.statement.hash();
            self.release(log, next)?;
            counter = counter.saturating_add(1);
            self.concerned.insert((device, counter));
        }
        Ok(())
    }

    /// What was kept until this envelope comes is kept no longer: it never will. Nor is what follows in this
    /// exchange.
    pub(super) fn release_after_refusal<L: ServerLog>(
        &mut self,
        log: &mut L,
        seal: &Seal,
    ) -> Result<(), L::Error> {
        self.clone_seen |= seal.statement.device == self.device;
        log.begin()?;
        let released = self
            .release_successors(log, seal)
            .and_then(|()| self.settle_concerned(log));
        match released {
            Ok(()) => log.commit(),
            Err(_) => {
                self.concerned.clear();
                log.rollback();
                released
            }
        }
    }

    /// What was kept until an earlier envelope comes is kept no longer when another device offers it: its own
    /// may never come again.
    pub(super) fn release_if_offered<L: ServerLog>(
        &mut self,
        log: &mut L,
        envelope: StoredEnvelope,
    ) -> Result<StoredEnvelope, L::Error> {
        if envelope.held && envelope.seal.statement.device != self.device {
            self.release(log, envelope)
        } else {
            Ok(envelope)
        }
    }

    /// Notes what an envelope holds, to be judged.
    fn release<L: ServerLog>(
        &mut self,
        log: &mut L,
        mut envelope: StoredEnvelope,
    ) -> Result<StoredEnvelope, L::Error> {
        envelope.held = false;
        log.save_envelope(&envelope)?;
        for leaf in envelope.leaves.iter().filter(|leaf| leaf.change.is_some()) {
            if log
                .change(leaf.hash)?
                .is_some_and(|stored| has_a_turn(&stored.state))
            {
                log.note_ready(leaf.hash)?;
            }
        }
        Ok(envelope)
    }
}

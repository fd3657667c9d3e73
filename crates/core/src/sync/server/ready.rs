//! What another change has freed: judged a few at a time.
//!
//! One change may free a thousand that waited for it. Who frees them notes them in its own transaction; they are judged
//! in the ones after, and other devices have their turn in between. What a crash leaves noted is judged by
//! whoever comes next.

use super::ServerExchange;
use super::take::has_a_turn;
use crate::envelope::LeafHash;
use crate::sync::server_log::ServerLog;

/// Changes judged in one transaction. Each is tried on a copy of its document: with the largest document there may be,
/// so many hold the store for a third of a second.
const TOGETHER: usize = 16;

impl ServerExchange {
    /// Judges everything that is ready, and what that makes ready, a transaction for each few. One that the store fails
    /// on stays noted and is named to the operator; it ends nobody's exchange.
    pub(super) fn judge_ready<L: ServerLog>(&mut self, log: &mut L) -> Result<(), L::Error> {
        loop {
            let ready = log.ready(TOGETHER)?;
            if ready.is_empty() {
                return Ok(());
            }
            if self.judge_together(log, &ready).is_ok() {
                continue;
            }
            let mut is_stuck = false;
            for leaf in ready {
                if let Err(error) = self.judge_together(log, &[leaf]) {
                    log.not_judged(leaf, &error);
                    is_stuck = true;
                }
            }
            if is_stuck {
                return Ok(());
            }
        }
    }

    fn judge_together<L: ServerLog>(
        &mut self,
        log: &mut L,
        ready: &[LeafHash],
    ) -> Result<(), L::Error> {
        let unsent = self.receipts.clone();
        let judged = self.judge_and_commit(log, ready);
        if judged.is_err() {
            // What was signed in a transaction that is gone must not be sent: the exchange goes on.
            self.receipts = unsent;
            self.concerned.clear();
        }
        judged
    }

    fn judge_and_commit<L: ServerLog>(
        &mut self,
        log: &mut L,
        ready: &[LeafHash],
    ) -> Result<(), L::Error> {
        log.begin()?;
        if let Err(error) = self.judge_each(log, ready) {
            log.rollback();
            return Err(error);
        }
        log.commit()
    }

    fn judge_each<L: ServerLog>(
        &mut self,
        log: &mut L,
        ready: &[LeafHash],
    ) -> Result<(), L::Error> {
        for leaf in ready {
            log.forget_ready(*leaf)?;
            // Another exchange, or an envelope that brought it again, may have been first.
            if let Some(stored) = log.change(*leaf)?
                && has_a_turn(&stored.state)
                && !stored.new.bytes.is_empty()
            {
                self.follow(log, stored.new, None)?;
            }
        }
        self.settle_concerned(log)
    }
}

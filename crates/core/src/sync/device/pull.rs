//! Rows on their way into the store.

use super::check::{Doubt, check};
use super::{DeviceExchange, ExchangeError};
use crate::sync::checkpoint::superseded;
use crate::sync::device_log::{CheckedChange, CheckedPull, DeviceLog, StoredCheckpoint};
use crate::wire::{Pull, Wishes};

impl DeviceExchange {
    pub(super) fn pulled<L: DeviceLog>(
        &mut self,
        log: &mut L,
        pull: Pull,
    ) -> Result<(), ExchangeError<L::Error>> {
        let place = usize::from(pull.scope);
        let Some(scope) = self.scopes.get(place) else {
            return Err(ExchangeError::Unexpected(
                "rows of a scope that was not asked for",
            ));
        };
        // None: a doubt about an earlier message; the scope is read again from there in the next exchange.
        let Some(read) = scope.read else {
            return Ok(());
        };
        if pull.from != read.tail.seq {
            return Err(ExchangeError::Unexpected(
                "rows that do not follow those before",
            ));
        }
        let name = scope.subscription.scope.clone();
        match check(log, &self.identity, &pull, read.tail).map_err(ExchangeError::Log)? {
            Err(doubt) => self.doubted(place, doubt),
            Ok((envelopes, rows, tail)) => {
                let read = StoredCheckpoint {
                    epoch: pull.cursor.epoch,
                    tail,
                };
                let kept = log.checkpoints(&name).map_err(ExchangeError::Log)?;
                let positions: Vec<u64> =
                    kept.iter().map(|checkpoint| checkpoint.tail.seq).collect();
                let superseded = superseded(&positions, tail.seq);
                let pull = CheckedPull {
                    scope: name,
                    envelopes,
                    rows,
                    read,
                    superseded,
                };
                log.save_pull(&pull).map_err(ExchangeError::Log)?;
                self.count(&pull);
                if let Some(scope) = self.scopes.get_mut(place) {
                    scope.read = Some(read);
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, pull: &CheckedPull) {
        for row in &pull.rows {
            let count = match row.content {
                CheckedChange::Bad(_) => &mut self.progress.quarantined,
                CheckedChange::Own => &mut self.progress.confirmed,
                CheckedChange::New { .. } => &mut self.progress.pulled,
            };
            *count = count.saturating_add(1);
        }
    }

    /// Reads nothing more of a scope in this exchange and asks for what would settle the doubt.
    fn doubted(&mut self, place: usize, doubt: Doubt) {
        let Some(scope) = self.scopes.get_mut(place) else {
            return;
        };
        scope.read = None;
        let wish = match doubt {
            Doubt::OwnMissing => Wishes::OWN_WHOLE,
            // An own row may refer to what a copy of this phone sealed under the same number.
            Doubt::Chain => Wishes::ROW_HASHES.and(Wishes::OWN_WHOLE),
        };
        if self.plan.wishes.has(wish) {
            self.inconsistent.insert(scope.subscription.scope.clone());
        } else {
            self.needs.again = true;
            // A wish that was already needed stays: the next exchange reads the same rows again.
            self.needs.wishes = self.needs.wishes.and(self.plan.wishes).and(wish);
        }
    }
}

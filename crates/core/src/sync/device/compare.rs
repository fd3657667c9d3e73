//! Whether what the device holds is what the server says it gave.

use super::{DeviceExchange, ExchangeError};
use crate::id::ScopeId;
use crate::sync::device_log::DeviceLog;
use crate::wire::Done;

impl DeviceExchange {
    /// Compares the server's digests with the device's own rows; goes back to the last sound position if
    /// they differ.
    pub(super) fn compare<L: DeviceLog>(
        &mut self,
        log: &mut L,
        done: &Done,
    ) -> Result<(), ExchangeError<L::Error>> {
        for digest in &done.digests {
            let scope = self.scopes.get(usize::from(digest.scope));
            let Some((scope, read)) =
                scope.and_then(|scope| Some((&scope.subscription.scope, scope.read?)))
            else {
                continue;
            };
            if read.tail.seq != digest.seq {
                continue;
            }
            let held = log.digest(scope, digest.seq).map_err(ExchangeError::Log)?;
            if held != (digest.count, u128::from_be_bytes(digest.sum)) {
                let scope = scope.clone();
                self.repair(log, &scope).map_err(ExchangeError::Log)?;
            }
        }
        Ok(())
    }

    /// Goes back to the newest position whose rows still give the sum that was noted there.
    fn repair<L: DeviceLog>(&mut self, log: &mut L, scope: &ScopeId) -> Result<(), L::Error> {
        let mark = log
            .subscriptions()?
            .into_iter()
            .find(|held| held.scope == *scope)
            .and_then(|held| held.mark);
        for (place, checkpoint) in log.checkpoints(scope)?.iter().enumerate() {
            if log.digest(scope, checkpoint.tail.seq)?
                != (checkpoint.tail.count, checkpoint.tail.sum)
            {
                continue;
            }
            if place == 0 {
                // All that is held is as it was noted: it is the server that cannot count.
                self.inconsistent.insert(scope.clone());
                return Ok(());
            }
            self.needs.again = true;
            self.needs.repairing = true;
            return log.rewind(scope, checkpoint);
        }
        self.needs.again = true;
        self.needs.repairing = true;
        mark.map_or(Ok(()), |mark| log.start(scope, &mark))
    }
}

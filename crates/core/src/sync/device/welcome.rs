//! The beginning of the answer: who it is, how far it got with this device, where each scope stands.

use super::{DeviceExchange, ExchangeError};
use crate::receipt::RefusalCode;
use crate::sync::Tail;
use crate::sync::device_log::{CopyEvidence, DeviceLog, StoredCheckpoint, Subscription};
use crate::wire::{Cursor, Directory, Known, ScopeAnswer, Welcome, limit};

impl DeviceExchange {
    pub(super) fn welcomed<L: DeviceLog>(
        &mut self,
        log: &mut L,
        welcome: Welcome,
    ) -> Result<(), ExchangeError<L::Error>> {
        if welcome.server != self.identity.server
            || welcome.organisation != self.identity.organisation
        {
            return Err(ExchangeError::WrongServer);
        }
        if !(limit::VERSION_MIN..=limit::VERSION).contains(&welcome.version) {
            return Err(ExchangeError::Unexpected(
                "it speaks a version that was not offered",
            ));
        }
        if welcome.scopes.len() != self.scopes.len() {
            return Err(ExchangeError::Unexpected("it does not answer each scope"));
        }
        log.contacted(welcome.time_ms).map_err(ExchangeError::Log)?;
        if let Some(directory) = &welcome.directory {
            let is_headquarters = self.is_headquarters(directory)?;
            // Before the directory, whose revision says that all of it was taken.
            log.received_at(is_headquarters, welcome.epoch)
                .map_err(ExchangeError::Log)?;
            log.save_directory(directory).map_err(ExchangeError::Log)?;
        }
        if !self.persons.is_empty() {
            log.introduced(&self.persons).map_err(ExchangeError::Log)?;
        }
        self.compare_known(log, welcome.known)
            .map_err(ExchangeError::Log)?;
        for (place, answer) in welcome.scopes.into_iter().enumerate() {
            self.scope_answered(log, place, answer)?;
        }
        Ok(())
    }

    fn is_headquarters<E>(&self, directory: &Directory) -> Result<bool, ExchangeError<E>>
    where
        E: std::error::Error + 'static,
    {
        let Some(headquarters) = &directory.headquarters else {
            return Ok(false);
        };
        let identity = &self.identity;
        let verified =
            headquarters.verify(identity.server, identity.organisation, &identity.server_key);
        verified.map(|()| true).map_err(|_| {
            ExchangeError::Unexpected("it says that it is headquarters and does not prove it")
        })
    }

    /// Learns whether the server has lost envelopes, or has some that this device never sealed.
    fn compare_known<L: DeviceLog>(
        &mut self,
        log: &mut L,
        known: Option<Known>,
    ) -> Result<(), L::Error> {
        let counter = known.map_or(0, |known| known.counter);
        if counter < self.hello.receipts_through {
            self.needs.again = true;
            self.needs.push_above = Some(counter);
        }
        let Some(known) = known else { return Ok(()) };
        match log.own_envelope_hash(counter)? {
            None => self.copy_found(log, CopyEvidence::ServerKnowsMore { counter }),
            Some((hash, _)) if Known::of(counter, &hash) != known => {
                self.copy_found(log, CopyEvidence::AnotherEnvelope { counter })
            }
            Some(_) => Ok(()),
        }
    }

    fn scope_answered<L: DeviceLog>(
        &mut self,
        log: &mut L,
        place: usize,
        answer: ScopeAnswer,
    ) -> Result<(), ExchangeError<L::Error>> {
        let Some(scope) = self.scopes.get_mut(place) else {
            return Ok(());
        };
        let subscription = &scope.subscription;
        match answer {
            ScopeAnswer::Resume if subscription.read.is_none() || self.plan.from_start => {
                return Err(ExchangeError::Unexpected(
                    "it resumes a scope that was never read",
                ));
            }
            ScopeAnswer::Resume => scope.read = subscription.read,
            ScopeAnswer::Start(mark) => {
                log.start(&subscription.scope, &mark)
                    .map_err(ExchangeError::Log)?;
                // What was held above the new mark may have to be offered again.
                self.needs.again |= subscription.read.is_some();
                scope.read = Some(StoredCheckpoint {
                    epoch: mark.epoch,
                    tail: Tail::starting(&mark),
                });
            }
            ScopeAnswer::Fork => {
                self.needs.again = true;
                self.needs.checkpoints = true;
            }
            ScopeAnswer::Rewind(common) => {
                let to = earlier(log, subscription, &common).map_err(ExchangeError::Log)?;
                let to = to.ok_or(ExchangeError::Unexpected(
                    "it goes back to where this device never was",
                ))?;
                log.rewind(&subscription.scope, &to)
                    .map_err(ExchangeError::Log)?;
                self.needs.again = true;
                scope.read = Some(to);
            }
            ScopeAnswer::Refused(RefusalCode::MarkTooEarly) => {
                self.needs.again = true;
                self.needs.from_start = true;
            }
            ScopeAnswer::Refused(code) => {
                self.refused_scopes.push((subscription.scope.clone(), code))
            }
        }
        Ok(())
    }
}

/// Returns the device's own note of a position, the mark included.
fn earlier<L: DeviceLog>(
    log: &mut L,
    subscription: &Subscription,
    common: &Cursor,
) -> Result<Option<StoredCheckpoint>, L::Error> {
    let is_common = |seq: u64, chain: &[u8; 16]| seq == common.seq && *chain == common.chain;
    let held = log.checkpoints(&subscription.scope)?;
    let found = held
        .into_iter()
        .find(|held| is_common(held.tail.seq, &held.tail.chain));
    let mark = subscription
        .mark
        .filter(|mark| is_common(mark.seq, &mark.chain));
    let found = found.or_else(|| {
        mark.map(|mark| StoredCheckpoint {
            epoch: mark.epoch,
            tail: Tail::starting(&mark),
        })
    });
    Ok(found.map(|held| StoredCheckpoint {
        epoch: common.epoch,
        ..held
    }))
}

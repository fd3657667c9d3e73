//! What is stated about an envelope at this moment, signed once and reissued unchanged.

use super::ServerExchange;
use crate::id::DeviceId;
use crate::receipt::{Finding, Receipt, Verdict};
use crate::sync::server_log::{ChangeState, EnvelopeLeaf, ServerLog, StoredEnvelope};
use crate::wire::limit;

impl ServerExchange {
    /// Settles every envelope of which the open transaction altered a verdict, each once: a thousand changes that waited
    /// for one must not cost as many signatures while nobody else can write. A receipt that is to be sent and says less is
    /// replaced.
    pub(super) fn settle_concerned<L: ServerLog>(&mut self, log: &mut L) -> Result<(), L::Error> {
        for (device, counter) in std::mem::take(&mut self.concerned) {
            let Some(newest) = self.settle(log, device, counter)? else {
                continue;
            };
            let same = |unsent: &&mut Receipt| {
                let (unsent, newest) = (&unsent.finding, &newest.finding);
                (unsent.device, unsent.counter, unsent.envelope)
                    == (newest.device, newest.counter, newest.envelope)
            };
            if let Some(unsent) = self.receipts.iter_mut().find(same) {
                *unsent = newest;
            }
        }
        Ok(())
    }

    /// Returns the receipt of an envelope, a further version of it if a verdict has changed.
    pub(super) fn settle<L: ServerLog>(
        &self,
        log: &mut L,
        device: DeviceId,
        counter: u64,
    ) -> Result<Option<Receipt>, L::Error> {
        let Some(envelope) = log.envelope(device, counter)? else {
            return Ok(None);
        };
        let mut verdicts = Vec::with_capacity(envelope.leaves.len());
        for leaf in &envelope.leaves {
            verdicts.push(verdict(log, &envelope, leaf)?);
        }
        let before = log.receipt(device, counter)?;
        if before
            .as_ref()
            .is_some_and(|receipt| receipt.finding.verdicts == verdicts)
        {
            return Ok(before);
        }
        let finding = Finding {
            server: self.identity.server,
            epoch: log.epoch()?,
            device,
            counter,
            envelope: envelope.seal.statement.hash(),
            version: before
                .map_or(0, |receipt| receipt.finding.version)
                .saturating_add(1),
            verdicts,
            signed_at_ms: self.now_ms,
        };
        let receipt = finding.sign(&self.identity.key);
        log.save_receipt(&receipt)?;
        Ok(Some(receipt))
    }
}

fn verdict<L: ServerLog>(
    log: &mut L,
    envelope: &StoredEnvelope,
    leaf: &EnvelopeLeaf,
) -> Result<Verdict, L::Error> {
    let Some(stored) = leaf
        .change
        .map(|_| log.change(leaf.hash))
        .transpose()?
        .flatten()
    else {
        return Ok(Verdict::Withheld);
    };
    let new = &stored.new;
    let statement = &envelope.seal.statement;
    let came_with_it = new.device == statement.device && new.counter == statement.counter;
    Ok(match stored.state {
        ChangeState::Stored { seq } if came_with_it => Verdict::Stored { seq },
        ChangeState::Stored { seq } => Verdict::Known { seq },
        ChangeState::Waiting { mut missing } => {
            missing.truncate(limit::MISSING_MAX);
            Verdict::Waiting { missing }
        }
        ChangeState::Blocked { by } => Verdict::BlockedBy { change: by },
        ChangeState::Refused { code, text } => Verdict::Refused { code, text },
    })
}

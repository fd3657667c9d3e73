//! A pushed envelope: checked, stored, its changes admitted, all in one transaction.
//!
//! The order of checks: limits and chunk hashes, organisation, device and signature, counter and
//! predecessor (two phones with one identity), and then each change by itself ([`super::judge`]).

mod place;
mod release;
mod room;
mod taken;

use self::place::{Place, place};
use self::taken::{Taken, take_apart};
use super::take::Waits;
use super::{ServerExchange, refusal};
use crate::envelope::Seal;
use crate::id::DeviceId;
use crate::receipt::{Finding, Receipt, RefusalCode, Verdict};
use crate::sync::server_log::{EnvelopeLeaf, ServerLog, StoredEnvelope};
use crate::wire::{Push, Refusal, limit};

impl ServerExchange {
    pub(super) fn admit_push<L: ServerLog>(
        &mut self,
        log: &mut L,
        push: &Push,
    ) -> Result<Result<(), Refusal>, L::Error> {
        let Some(guest) = &self.guest else {
            return Ok(Ok(()));
        };
        if self.late_refusal.is_some() && push.device == self.device {
            return Ok(Ok(()));
        }
        if let Err(refused) = self.standing(log)? {
            return Ok(Err(refused));
        }
        let taken = match take_apart(push, guest) {
            Ok(taken) => taken,
            Err(refused) => return Ok(Err(refused)),
        };
        if let Some((code, text)) = self.forged(log, &taken)? {
            if self.may_refuse_whole() {
                let receipt = self.refuse_all(log, &taken.seal, code, text)?;
                self.receipts.push_back(receipt);
            }
            return Ok(Ok(()));
        }
        if self.is_carried && push.device == self.device {
            self.introduce_signer(log, push.person)?;
        }
        log.begin()?;
        let admitted = self.admit_sealed(log, taken);
        match &admitted {
            Ok(Ok(())) => log.commit()?,
            Ok(Err(_)) | Err(_) => {
                self.concerned.clear();
                log.rollback();
            }
        }
        match admitted? {
            Ok(()) => Ok(Ok(())),
            Err(Refused::ForNow(refused)) => {
                self.late_refusal = Some(refused);
                Ok(Ok(()))
            }
            Err(Refused::PassedOver) => Ok(Ok(())),
            Err(Refused::Clone(_)) if !self.may_refuse_whole() => Ok(Ok(())),
            Err(Refused::Clone(seal)) => {
                log.clone_alarm(seal.statement.device, seal.statement.counter)?;
                self.release_after_refusal(log, &seal)?;
                let text = "another envelope has this number: two phones share one identity";
                let receipt = self.refuse_all(log, &seal, RefusalCode::Clone, text)?;
                self.receipts.push_back(receipt);
                Ok(Ok(()))
            }
        }
    }

    /// Returns whether one more envelope is refused whole in this exchange, and counts it.
    fn may_refuse_whole(&mut self) -> bool {
        self.refused_whole = self.refused_whole.saturating_add(1);
        self.refused_whole <= limit::REFUSED_ENVELOPES_MAX
    }

    /// Returns why an envelope is not what it claims to be.
    fn forged<L: ServerLog>(
        &self,
        log: &mut L,
        taken: &Taken,
    ) -> Result<Option<(RefusalCode, &'static str)>, L::Error> {
        let statement = &taken.seal.statement;
        if statement.organisation != self.identity.organisation {
            return Ok(Some((
                RefusalCode::Organisation,
                "the envelope belongs to another organisation",
            )));
        }
        let Some(key) = log.device_key(statement.device)? else {
            return Ok(Some((
                RefusalCode::UnknownDevice,
                "the device that sealed this is not known here",
            )));
        };
        let verified = taken.seal.verify(&taken.leaves, &key);
        Ok(verified.is_err().then_some((
            RefusalCode::Envelope,
            "the envelope's signature does not fit its content",
        )))
    }

    fn admit_sealed<L: ServerLog>(
        &mut self,
        log: &mut L,
        taken: Taken,
    ) -> Result<Result<(), Refused>, L::Error> {
        let (device, counter) = (taken.seal.statement.device, taken.seal.statement.counter);
        let waits = Waits::of(log, [self.device, device])?;
        let mut envelope = match log.envelope(device, counter)? {
            Some(stored) if stored.seal.statement != taken.seal.statement => {
                return Ok(Err(Refused::Clone(taken.seal)));
            }
            Some(stored) => self.release_if_offered(log, stored)?,
            None => match place(log, &taken.seal)? {
                Place::Clashes => return Ok(Err(Refused::Clone(taken.seal))),
                Place::Fits => new_envelope(&taken, false),
                // Who offers an envelope of another device may not hold all that came before it.
                Place::PredecessorMissing => {
                    new_envelope(&taken, device == self.device && !self.clone_seen)
                }
            },
        };
        let changes = room::fitting(log, &envelope, taken.changes)?;
        for change in &changes {
            if let Some(leaf) = envelope.leaves.get_mut(change.leaf as usize) {
                leaf.change = Some(change.change);
            }
        }
        log.save_envelope(&envelope)?;
        // Others' envelopes were judged when their own device brought them; a restored server may have
        // forgotten whom that device announced. In a file the seal is the device's word.
        let person = taken.seal.statement.person;
        let announced =
            device != self.device || self.is_carried || log.role_on(device, person)?.is_some();
        self.take_changes(log, changes, announced, envelope.held)?;
        if !envelope.held {
            self.release_successors(log, &envelope.seal)?;
        }
        if let Some(full) = waits.too_many_now(log)? {
            return Ok(Err(Refused::too_many_waiting(full == self.device)));
        }
        self.settle_concerned(log)?;
        self.note_receipt(log, device, counter)?;
        Ok(Ok(()))
    }

    /// Settles an envelope and sends its receipt if the store would not give it by itself.
    fn note_receipt<L: ServerLog>(
        &mut self,
        log: &mut L,
        device: DeviceId,
        counter: u64,
    ) -> Result<(), L::Error> {
        let receipt = self.settle(log, device, counter)?;
        let settled_before = self
            .guest
            .as_ref()
            .is_some_and(|guest| counter <= guest.hello.receipts_through);
        if device != self.device || settled_before {
            self.receipts.extend(receipt);
        }
        Ok(())
    }

    /// Signs the refusal of a whole envelope. Nothing is stored: the envelope may be anybody's.
    fn refuse_all<L: ServerLog>(
        &self,
        log: &mut L,
        seal: &Seal,
        code: RefusalCode,
        text: &str,
    ) -> Result<Receipt, L::Error> {
        let verdict = Verdict::Refused {
            code,
            text: text.to_owned(),
        };
        let finding = Finding {
            server: self.identity.server,
            epoch: log.epoch()?,
            device: seal.statement.device,
            counter: seal.statement.counter,
            envelope: seal.statement.hash(),
            version: 1,
            verdicts: vec![verdict; seal.statement.leaves as usize],
            signed_at_ms: self.now_ms,
        };
        Ok(finding.sign(&self.identity.key))
    }
}

/// Why a push was not admitted.
enum Refused {
    /// It may be handed in again later, when less waits.
    ForNow(Refusal),
    /// As much of another device's waits as may: it is as if this had not been offered.
    PassedOver,
    /// The envelope clashes with another of its device.
    Clone(Seal),
}

impl Refused {
    fn too_many_waiting(are_own: bool) -> Self {
        if are_own {
            Self::ForNow(refusal(
                RefusalCode::TooManyWaiting,
                "too many changes of this device wait for others",
            ))
        } else {
            Self::PassedOver
        }
    }
}

fn new_envelope(taken: &Taken, held: bool) -> StoredEnvelope {
    let leaves = taken
        .leaves
        .iter()
        .map(|hash| EnvelopeLeaf {
            hash: *hash,
            change: None,
        })
        .collect();
    StoredEnvelope {
        seal: taken.seal.clone(),
        leaves,
        held,
    }
}

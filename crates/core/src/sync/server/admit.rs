//! A pushed envelope: checked, stored, its changes admitted, all in one transaction.
//!
//! The order of checks: limits and chunk hashes, organisation, device and signature, counter and
//! predecessor (two phones with one identity), and then each change by itself ([`super::judge`]).

use super::{Guest, ServerExchange, refusal};
use crate::envelope::{LeafHash, Seal, change_hash};
use crate::id::{ChangeHash, DeviceId};
use crate::receipt::{Finding, Receipt, RefusalCode, Verdict};
use crate::sync::server_log::{
    ChangeState, EnvelopeLeaf, NewChange, ServerLog, StoredChange, StoredEnvelope,
};
use crate::wire::{Push, PushLeaf, Refusal, limit};

/// A push whose chunks are chunks, taken apart.
struct Taken {
    seal: Seal,
    leaves: Vec<LeafHash>,
    changes: Vec<NewChange>,
}

/// Where an envelope stands among the device's others.
enum Place {
    Fits,
    PredecessorMissing,
    Clashes,
}

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
            if self.refused_whole < limit::REFUSED_ENVELOPES_MAX {
                self.refused_whole = self.refused_whole.saturating_add(1);
                let receipt = self.refuse_all(log, &taken.seal, code, text)?;
                self.receipts.push_back(receipt);
            }
            return Ok(Ok(()));
        }
        log.begin()?;
        let admitted = self.admit_sealed(log, taken);
        match &admitted {
            Ok(Ok(())) => log.commit()?,
            Ok(Err(_)) | Err(_) => log.rollback(),
        }
        match admitted? {
            Ok(()) => Ok(Ok(())),
            Err(Refused::ForNow(refused)) => {
                self.late_refusal = Some(refused);
                Ok(Ok(()))
            }
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
        for change in &taken.changes {
            if let Some(leaf) = envelope.leaves.get_mut(change.leaf as usize) {
                leaf.change = Some(change.change);
            }
        }
        log.save_envelope(&envelope)?;
        // Others' envelopes were judged when their own device brought them; a restored server may have
        // forgotten whom that device announced.
        let person = taken.seal.statement.person;
        let announced = device != self.device || log.role_on(device, person)?.is_some();
        if let Err(refused) = self.take_changes(log, taken.changes, announced, envelope.held)? {
            return Ok(Err(Refused::ForNow(refused)));
        }
        if !envelope.held {
            self.release_successors(log, &envelope.seal)?;
        }
        self.note_receipt(log, device, counter)?;
        Ok(Ok(()))
    }

    /// Admits envelopes that were kept until this one came.
    fn release_successors<L: ServerLog>(
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
            self.settle(log, device, counter)?;
        }
        Ok(())
    }

    /// What was kept until this envelope comes is kept no longer: it never will. Nor is what follows in this
    /// exchange.
    fn release_after_refusal<L: ServerLog>(
        &mut self,
        log: &mut L,
        seal: &Seal,
    ) -> Result<(), L::Error> {
        self.clone_seen |= seal.statement.device == self.device;
        log.begin()?;
        let released = self.release_successors(log, seal);
        match released {
            Ok(()) => log.commit(),
            Err(_) => {
                log.rollback();
                released
            }
        }
    }

    /// What was kept until an earlier envelope comes is kept no longer when another device offers it: its own
    /// may never come again.
    fn release_if_offered<L: ServerLog>(
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

    /// Admits what an envelope holds.
    fn release<L: ServerLog>(
        &mut self,
        log: &mut L,
        mut envelope: StoredEnvelope,
    ) -> Result<StoredEnvelope, L::Error> {
        envelope.held = false;
        log.save_envelope(&envelope)?;
        for leaf in envelope.leaves.iter().filter(|leaf| leaf.change.is_some()) {
            if let Some(StoredChange {
                new,
                state: ChangeState::Waiting { .. },
            }) = log.change(leaf.hash)?
            {
                self.judge_and_follow(log, new)?;
            }
        }
        Ok(envelope)
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
    /// The envelope clashes with another of its device.
    Clone(Seal),
}

fn place<L: ServerLog>(log: &mut L, seal: &Seal) -> Result<Place, L::Error> {
    let statement = &seal.statement;
    if let Some(next) = log.envelope(statement.device, statement.counter.saturating_add(1))?
        && next.seal.statement.previous != Some(statement.hash())
    {
        return Ok(Place::Clashes);
    }
    let Some(previous) = statement.previous else {
        return Ok(Place::Fits);
    };
    match log.envelope(statement.device, statement.counter.saturating_sub(1))? {
        Some(before) if before.seal.statement.hash() != previous => Ok(Place::Clashes),
        Some(before) if before.held => Ok(Place::PredecessorMissing),
        Some(_) => Ok(Place::Fits),
        None => Ok(Place::PredecessorMissing),
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

/// Checks counts, sizes, chunk hashes and scopes, and computes the leaves.
fn take_apart(push: &Push, guest: &Guest) -> Result<Taken, Refusal> {
    if push.leaves.is_empty() || push.leaves.len() > limit::ENVELOPE_LEAVES_MAX {
        let text = format!(
            "envelope has {} leaves, expected 1 to {}",
            push.leaves.len(),
            limit::ENVELOPE_LEAVES_MAX
        );
        return Err(refusal(RefusalCode::TooLarge, &text));
    }
    let (mut leaves, mut changes) = (Vec::new(), Vec::new());
    for (place, leaf) in (0u32..).zip(&push.leaves) {
        let hash = match leaf {
            PushLeaf::Bare(hash) => *hash,
            PushLeaf::Change { .. } => {
                let change = take_change(push, guest, place, leaf)?;
                let hash = LeafHash::of(change.kind, change.document, change.change);
                changes.push(change);
                hash
            }
        };
        leaves.push(hash);
    }
    Ok(Taken {
        seal: push.seal(&leaves),
        leaves,
        changes,
    })
}

fn take_change(
    push: &Push,
    guest: &Guest,
    place: u32,
    leaf: &PushLeaf,
) -> Result<NewChange, Refusal> {
    let at = |what: &str| format!("envelope {}, change {place}: {what}", push.counter);
    let PushLeaf::Change {
        document,
        kind,
        scope,
        bytes,
    } = leaf
    else {
        return Err(refusal(RefusalCode::Malformed, &at("no change")));
    };
    let change: ChangeHash = change_hash(bytes)
        .map_err(|error| refusal(RefusalCode::Change, &at(&error.to_string())))?;
    let Some(request) = guest.hello.scopes.get(usize::from(*scope)) else {
        return Err(refusal(
            RefusalCode::Malformed,
            &at("its scope is not among those of the hello"),
        ));
    };
    Ok(NewChange {
        change,
        document: *document,
        kind: *kind,
        scope: request.scope.clone(),
        device: push.device,
        person: push.person,
        counter: push.counter,
        leaf: place,
        bytes: bytes.clone(),
    })
}

//! The store as the exchange sees it.

use std::collections::BTreeSet;
use std::convert::Infallible;

use bitacora_core::envelope::{LeafHash, PublicKey, Seal, Unsealed};
use bitacora_core::id::{
    ActorId, ChangeHash, DeviceId, DocumentId, EnvelopeHash, PersonId, ScopeId,
};
use bitacora_core::receipt::Receipt;
use bitacora_core::sync::{
    CheckedChange, CheckedPull, CopyEvidence, DeviceLog, HeldEnvelope, SealedLeaf,
    StoredCheckpoint, Subscription,
};
use bitacora_core::wire::{Cursor, Directory, PersonName};

use rand::RngExt;

use super::row::take_row;
use super::{PhoneStore, Received, Standing};
use crate::sim::cheat::Cheat;
use crate::sim::office::scope;

impl DeviceLog for PhoneStore {
    type Error = Infallible;

    fn unsealed(&mut self, limit: usize) -> Result<Vec<Unsealed>, Infallible> {
        let state = self.state();
        if state.copied {
            return Ok(Vec::new());
        }
        let in_log = state.in_log();
        let unsealed = |change: &ChangeHash| {
            let held = state.changes.get(change)?;
            let open = held.envelope.is_none() && !held.refused && !in_log.contains(change);
            open.then(|| Unsealed {
                change: *change,
                document: held.document,
                kind: held.kind,
                scope: scope(),
                person: held.person,
                raw_bytes: held.bytes.len(),
            })
        };
        let all = state.order.iter().filter_map(unsealed);
        Ok(all.take(limit).collect())
    }

    fn last_envelope(&mut self) -> Result<Option<(u64, EnvelopeHash)>, Infallible> {
        Ok(self.state().last_own())
    }

    fn save_sealed(&mut self, seal: &Seal, leaves: &[SealedLeaf]) -> Result<(), Infallible> {
        self.write(|state| {
            let hashes: Vec<LeafHash> = leaves.iter().map(|leaf| leaf.hash).collect();
            let hash = state.put_envelope(seal, hashes);
            for (place, leaf) in (0u32..).zip(leaves) {
                if let Some(held) = state.changes.get_mut(&leaf.change) {
                    held.envelope.get_or_insert((hash, place));
                }
            }
        })
    }

    fn displaced(&mut self, envelope: EnvelopeHash) -> Result<(), Infallible> {
        if self.cheat == Cheat::PhoneKeepsDisplaced {
            return Ok(());
        }
        self.write(|state| {
            let in_log = state.in_log();
            for (change, held) in &mut state.changes {
                let inside = held.envelope.is_some_and(|(hash, _)| hash == envelope);
                if inside && !held.refused && !in_log.contains(change) {
                    held.envelope = None;
                    held.stored = None;
                    held.received = Received::No;
                }
            }
        })
    }

    fn own_envelope(&mut self, counter: u64) -> Result<Option<HeldEnvelope>, Infallible> {
        let state = self.state();
        let own = state.own(counter);
        Ok(own.map(|(hash, kept)| state.held_envelope(hash, kept)))
    }

    fn own_envelope_hash(
        &mut self,
        counter: u64,
    ) -> Result<Option<(EnvelopeHash, u32)>, Infallible> {
        let own = self.state().own(counter);
        Ok(own.map(|(hash, kept)| (hash, kept.seal.statement.leaves)))
    }

    fn own_leaf(
        &mut self,
        counter: u64,
        leaf: u32,
    ) -> Result<Option<(DocumentId, ChangeHash)>, Infallible> {
        let state = self.state();
        let change = state
            .own(counter)
            .and_then(|(hash, _)| state.at_leaf(hash, leaf));
        Ok(change.and_then(|change| Some((state.changes.get(&change)?.document, change))))
    }

    fn to_offer(
        &mut self,
        after: Option<(DeviceId, u64)>,
        limit: usize,
    ) -> Result<Vec<HeldEnvelope>, Infallible> {
        let state = self.state();
        if self.cheat == Cheat::PhoneNeverOffersAgain {
            return Ok(Vec::new());
        }
        let in_log = state.in_log();
        let mut offered = BTreeSet::new();
        for (change, held) in &state.changes {
            let Some((hash, _)) = held.envelope else {
                continue;
            };
            let statement = &state.envelopes[&hash].seal.statement;
            let named = (statement.device, statement.counter);
            if statement.device != state.device
                && after.is_none_or(|after| named > after)
                && !in_log.contains(change)
                && state.is_lost_to_the_server(held)
            {
                offered.insert((named, hash));
            }
        }
        let held = |(_, hash)| state.held_envelope(hash, &state.envelopes[&hash]);
        Ok(offered.into_iter().take(limit).map(held).collect())
    }

    fn receipts_through(&mut self) -> Result<u64, Infallible> {
        Ok(self.state().receipts_through())
    }

    fn open_receipts(&mut self, limit: usize) -> Result<Vec<(u64, u32)>, Infallible> {
        let state = self.state();
        let open = (1..=state.receipts_through()).filter_map(|counter| {
            let (receipt, stale) = state.receipts.get(&state.own(counter)?.0)?;
            let version = if *stale { 0 } else { receipt.finding.version };
            receipt.finding.is_open().then_some((counter, version))
        });
        Ok(open.take(limit).collect())
    }

    fn save_receipt(&mut self, receipt: &Receipt) -> Result<(), Infallible> {
        let finding = &receipt.finding;
        let newer = |(held, stale): &(Receipt, bool)| {
            *stale || held.finding.epoch != finding.epoch || held.finding.version < finding.version
        };
        let state = self.state();
        if !state.envelopes.contains_key(&finding.envelope)
            || !state.receipts.get(&finding.envelope).is_none_or(newer)
        {
            return Ok(());
        }
        let rebuilds = self.cheat != Cheat::PhoneKeepsRefused;
        let (mut received, mut rewritten) = (Vec::new(), Vec::new());
        let mut actors = self.actors.clone();
        self.write(|state| {
            let (mut back, mut refused) = (BTreeSet::new(), BTreeSet::new());
            for (leaf, verdict) in (0u32..).zip(&finding.verdicts) {
                let Some(change) = state.at_leaf(finding.envelope, leaf) else {
                    continue;
                };
                if verdict.is_received() {
                    back.extend(state.come_back(change));
                    received.push(change);
                }
                state.judged(change, verdict, finding.epoch);
                // Whichever identity of this phone had sealed it.
                let held = &state.changes[&change];
                if verdict.is_refusal() && held.standing != Standing::Kept {
                    refused.insert(held.document);
                }
            }
            state
                .receipts
                .insert(finding.envelope, (receipt.clone(), false));
            for document in back {
                state.build_again(document);
            }
            for document in refused.into_iter().filter(|_| rebuilds) {
                let fresh = || ActorId::new(actors.random());
                rewritten.extend(state.without_refused(document, fresh));
            }
        })?;
        self.actors = actors;
        self.received.extend(received);
        self.rewritten.extend(rewritten);
        Ok(())
    }

    fn subscriptions(&mut self) -> Result<Vec<Subscription>, Infallible> {
        let state = self.state();
        Ok(vec![Subscription {
            scope: scope(),
            mark: state.mark,
            read: state.read,
        }])
    }

    fn checkpoints(&mut self, _: &ScopeId) -> Result<Vec<StoredCheckpoint>, Infallible> {
        Ok(self.state().checkpoints.iter().rev().copied().collect())
    }

    fn digest(&mut self, _: &ScopeId, through: u64) -> Result<(u64, u128), Infallible> {
        let first_16 =
            |hash: &ChangeHash| u128::from_be_bytes(hash.as_bytes()[..16].try_into().unwrap());
        let rows = self.state().rows.range(..=through);
        Ok(rows.fold((0, 0u128), |(count, sum), (_, hash)| {
            (count + 1, sum.wrapping_add(first_16(hash)))
        }))
    }

    fn start(&mut self, _: &ScopeId, mark: &Cursor) -> Result<(), Infallible> {
        let read = StoredCheckpoint {
            epoch: mark.epoch,
            tail: bitacora_core::sync::Tail::starting(mark),
        };
        self.write(|state| {
            state.mark = Some(*mark);
            state.read = Some(read);
            state.rows.clear();
            state.entered.clear();
            state.checkpoints.clear();
            state.checkpoints.push(read);
            state.doubt_receipts(None);
        })
    }

    fn rewind(&mut self, _: &ScopeId, to: &StoredCheckpoint) -> Result<(), Infallible> {
        self.write(|state| {
            let lost = state.rows.split_off(&(to.tail.seq + 1));
            for change in lost.values() {
                if let Some(held) = state.changes.get_mut(change).filter(|held| held.own) {
                    held.received = Received::No;
                }
            }
            state.doubt_receipts(Some(to.tail.seq));
            state
                .checkpoints
                .retain(|checkpoint| checkpoint.tail.seq < to.tail.seq);
            state.checkpoints.push(*to);
            state.read = Some(*to);
        })
    }

    fn save_pull(&mut self, pull: &CheckedPull) -> Result<(), Infallible> {
        let cheat = self.cheat;
        let mut actors = self.actors.clone();
        let mut rewritten = Vec::new();
        self.write(|state| {
            for envelope in &pull.envelopes {
                state.put_envelope(&envelope.seal, envelope.leaves.clone());
            }
            for (place, row) in pull.rows.iter().enumerate() {
                let skipped = match cheat {
                    Cheat::PhoneFiltersOwnRows => row.content == CheckedChange::Own,
                    Cheat::PhoneDropsRow => place == 3,
                    _ => false,
                };
                if skipped {
                    continue;
                }
                if let CheckedChange::New { bytes, .. } = &row.content
                    && state.give_way(row.document, bytes)
                {
                    let fresh = || ActorId::new(actors.random());
                    rewritten.extend(state.without_refused(row.document, fresh));
                }
                take_row(state, pull, row);
            }
            state.checkpoints.retain(|checkpoint| {
                let seq = checkpoint.tail.seq;
                seq != pull.read.tail.seq && !pull.superseded.contains(&seq)
            });
            state.checkpoints.push(pull.read);
            state.read = Some(pull.read);
        })?;
        self.actors = actors;
        self.rewritten.extend(rewritten);
        Ok(())
    }

    fn directory_rev(&mut self) -> Result<u64, Infallible> {
        Ok(self.state().directory_rev)
    }

    fn save_directory(&mut self, directory: &Directory) -> Result<(), Infallible> {
        self.write(|state| {
            state.directory_rev = directory.rev;
            let keys = directory
                .devices
                .iter()
                .map(|entry| (entry.device, entry.key));
            // Never forgotten: a restored server may have lost a device whose changes are held here.
            state.directory.extend(keys);
        })
    }

    fn device_key(&mut self, device: DeviceId) -> Result<Option<PublicKey>, Infallible> {
        Ok(self.state().directory.get(&device).copied())
    }

    fn persons_to_introduce(
        &mut self,
        pushed_above: u64,
        limit: usize,
    ) -> Result<Vec<PersonName>, Infallible> {
        if self.cheat == Cheat::PhoneIntroducesNobody {
            return Ok(Vec::new());
        }
        let state = self.state();
        let pushed = (state.device, pushed_above.saturating_add(1))..=(state.device, u64::MAX);
        let mut people: Vec<PersonId> = Vec::new();
        for hash in state.numbered.range(pushed).flat_map(|(_, hashes)| hashes) {
            let person = state.envelopes[hash].seal.statement.person;
            if !people.contains(&person) {
                people.push(person);
            }
        }
        let named = |person| PersonName {
            person,
            // The longest that builds took which counted characters only: a server takes 120 bytes.
            name: "𐍈".repeat(bitacora_core::name::CHARACTERS_MAX),
        };
        Ok(people.into_iter().map(named).take(limit).collect())
    }

    fn introduced(&mut self, _: &[PersonName]) -> Result<(), Infallible> {
        Ok(())
    }

    fn contacted(&mut self, _: u64) -> Result<(), Infallible> {
        Ok(())
    }

    fn identity_is_copied(&mut self, _: CopyEvidence) -> Result<(), Infallible> {
        self.write(|state| state.copied = true)
    }
}

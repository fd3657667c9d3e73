//! A phone's store in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;

use bitacora_core::document::Document;
use bitacora_core::envelope::{DocumentKind, LeafHash, PublicKey, Seal, Unsealed};
use bitacora_core::id::{ChangeHash, DeviceId, DocumentId, EnvelopeHash, PersonId, ScopeId};
use bitacora_core::receipt::{Receipt, RefusalCode};
use bitacora_core::sync::{
    CheckedChange, CheckedPull, CopyEvidence, DeviceLog, HeldChange, HeldEnvelope, HeldLeaf,
    SealedLeaf, StoredCheckpoint, Subscription,
};
use bitacora_core::wire::{Cursor, Directory, PersonName};

use super::cheat::Cheat;
use super::disk::Disk;
use super::office::scope;

/// A change on a phone.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) document: DocumentId,
    pub(super) kind: DocumentKind,
    pub(super) bytes: Arc<[u8]>,
    /// Who wrote it, if it was written here.
    pub(super) own_person: Option<PersonId>,
    pub(super) envelope: Option<(DeviceId, u64)>,
    pub(super) refused: bool,
    /// A receipt of this generation of the server's logs says that it is received.
    pub(super) at_server_in: Option<u64>,
}

/// An envelope on a phone.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) seal: Seal,
    pub(super) leaves: Vec<(LeafHash, Option<ChangeHash>)>,
}

/// Everything that a phone has on its disk.
#[derive(Clone)]
pub(super) struct PhoneState {
    pub(super) device: DeviceId,
    /// Own changes in the order they were saved.
    pub(super) saved: Vec<ChangeHash>,
    pub(super) changes: BTreeMap<ChangeHash, Held>,
    pub(super) envelopes: BTreeMap<(DeviceId, u64), Arc<Kept>>,
    pub(super) receipts: BTreeMap<(DeviceId, u64), Receipt>,
    pub(super) rows: BTreeMap<u64, ChangeHash>,
    pub(super) entered: BTreeSet<ChangeHash>,
    pub(super) quarantine: BTreeSet<ChangeHash>,
    pub(super) mark: Option<Cursor>,
    pub(super) checkpoints: Vec<StoredCheckpoint>,
    pub(super) read: Option<StoredCheckpoint>,
    pub(super) documents: BTreeMap<DocumentId, Arc<Document>>,
    pub(super) directory: BTreeMap<DeviceId, PublicKey>,
    pub(super) directory_rev: u64,
    pub(super) copied: bool,
}

/// The store.
pub(super) struct PhoneStore {
    pub(super) disk: Disk<PhoneState>,
    pub(super) cheat: Cheat,
    saves: u64,
    /// Receipts that said *received* for a change, as they were stored.
    pub(super) received: BTreeSet<ChangeHash>,
}

impl PhoneState {
    pub(super) fn new(device: DeviceId) -> Self {
        Self {
            device,
            saved: Vec::new(),
            changes: BTreeMap::new(),
            envelopes: BTreeMap::new(),
            receipts: BTreeMap::new(),
            rows: BTreeMap::new(),
            entered: BTreeSet::new(),
            quarantine: BTreeSet::new(),
            mark: None,
            checkpoints: Vec::new(),
            read: None,
            documents: BTreeMap::new(),
            directory: BTreeMap::new(),
            directory_rev: 0,
            copied: false,
        }
    }

    /// Stores a change and applies it; what cannot be applied is kept aside.
    pub(super) fn apply(&mut self, change: ChangeHash, held: Held) {
        if self.changes.contains_key(&change) {
            return;
        }
        let bytes = Arc::clone(&held.bytes);
        let applied = match self.documents.get(&held.document) {
            Some(document) => Document::clone(document).with_change(&bytes),
            None => Document::from_changes([&*bytes]),
        };
        match applied {
            Ok(document) => {
                self.documents.insert(held.document, Arc::new(document));
                self.changes.insert(change, held);
            }
            Err(_) => {
                self.quarantine.insert(change);
            }
        }
    }

    fn last_own(&self) -> Option<(u64, &Arc<Kept>)> {
        let own = (self.device, 0)..=(self.device, u64::MAX);
        self.envelopes
            .range(own)
            .next_back()
            .map(|((_, counter), kept)| (*counter, kept))
    }

    fn held_envelope(&self, kept: &Kept) -> HeldEnvelope {
        let change = |hash: &Option<ChangeHash>| {
            let held = self.changes.get(hash.as_ref()?)?;
            Some(HeldChange {
                document: held.document,
                kind: held.kind,
                scope: scope(),
                bytes: held.bytes.to_vec(),
            })
        };
        let leaf = |(hash, held): &(LeafHash, Option<ChangeHash>)| HeldLeaf {
            hash: *hash,
            change: change(held),
        };
        HeldEnvelope {
            seal: kept.seal.clone(),
            leaves: kept.leaves.iter().map(leaf).collect(),
        }
    }

    /// Returns whether a change of another device is held but, as far as is known, not at the server.
    fn is_lost_to_the_server(&self, change: &ChangeHash, in_rows: &BTreeSet<ChangeHash>) -> bool {
        let epoch = self.read.map_or(0, |read| read.epoch);
        let held = self.changes.get(change);
        held.is_some_and(|held| !held.refused && held.at_server_in != Some(epoch))
            && !in_rows.contains(change)
            && !self.entered.contains(change)
    }
}

impl PhoneStore {
    pub(super) fn new(state: PhoneState, cheat: Cheat) -> Self {
        Self {
            disk: Disk::new(state),
            cheat,
            saves: 0,
            received: BTreeSet::new(),
        }
    }

    /// Saves an own change: durable when this returns.
    pub(super) fn save(&mut self, change: ChangeHash, held: Held) {
        let state = self.disk.now_mut();
        state.saved.push(change);
        state.apply(change, held);
        self.saves += 1;
        if self.cheat != Cheat::PhoneSavesWithoutSync || self.saves.is_multiple_of(5) {
            self.disk.sync();
        }
    }

    fn state(&self) -> &PhoneState {
        self.disk.now()
    }

    fn write(&mut self, change: impl FnOnce(&mut PhoneState)) -> Result<(), Infallible> {
        change(self.disk.now_mut());
        self.disk.sync();
        Ok(())
    }
}

impl DeviceLog for PhoneStore {
    type Error = Infallible;

    fn unsealed(&mut self, limit: usize) -> Result<Vec<Unsealed>, Infallible> {
        let state = self.state();
        if state.copied {
            return Ok(Vec::new());
        }
        let unsealed = |change: &ChangeHash| {
            let held = state.changes.get(change)?;
            Some(Unsealed {
                change: *change,
                document: held.document,
                kind: held.kind,
                scope: scope(),
                person: held.own_person?,
                raw_bytes: held.bytes.len(),
            })
            .filter(|_| held.envelope.is_none() && !held.refused)
        };
        Ok(state
            .saved
            .iter()
            .filter_map(unsealed)
            .take(limit)
            .collect())
    }

    fn last_envelope(&mut self) -> Result<Option<(u64, EnvelopeHash)>, Infallible> {
        let last = self.state().last_own();
        Ok(last.map(|(counter, kept)| (counter, kept.seal.statement.hash())))
    }

    fn save_sealed(&mut self, seal: &Seal, leaves: &[SealedLeaf]) -> Result<(), Infallible> {
        let named = (seal.statement.device, seal.statement.counter);
        self.write(|state| {
            for leaf in leaves {
                state.changes.get_mut(&leaf.change).unwrap().envelope = Some(named);
            }
            let leaves = leaves
                .iter()
                .map(|leaf| (leaf.hash, Some(leaf.change)))
                .collect();
            let kept = Kept {
                seal: seal.clone(),
                leaves,
            };
            assert!(
                state.envelopes.insert(named, Arc::new(kept)).is_none(),
                "sealed twice"
            );
        })
    }

    fn own_envelope(&mut self, counter: u64) -> Result<Option<HeldEnvelope>, Infallible> {
        let state = self.state();
        let kept = state.envelopes.get(&(state.device, counter));
        Ok(kept.map(|kept| state.held_envelope(kept)))
    }

    fn own_envelope_hash(
        &mut self,
        counter: u64,
    ) -> Result<Option<(EnvelopeHash, u32)>, Infallible> {
        let kept = self.state().envelopes.get(&(self.state().device, counter));
        Ok(kept.map(|kept| (kept.seal.statement.hash(), kept.seal.statement.leaves)))
    }

    fn own_leaf(
        &mut self,
        counter: u64,
        leaf: u32,
    ) -> Result<Option<(DocumentId, ChangeHash)>, Infallible> {
        let state = self.state();
        let kept = state.envelopes.get(&(state.device, counter));
        let change = kept
            .and_then(|kept| kept.leaves.get(leaf as usize))
            .and_then(|leaf| leaf.1);
        Ok(change.and_then(|change| Some((state.changes.get(&change)?.document, change))))
    }

    fn to_offer(
        &mut self,
        after: Option<(DeviceId, u64)>,
        limit: usize,
    ) -> Result<Vec<HeldEnvelope>, Infallible> {
        let state = self.state();
        if self.cheat == Cheat::PhoneNeverOffersAgain || state.mark.is_none() {
            return Ok(Vec::new());
        }
        let in_rows: BTreeSet<ChangeHash> = state.rows.values().copied().collect();
        let lost = |kept: &Kept| {
            kept.leaves.iter().any(|(_, change)| {
                change.is_some_and(|c| state.is_lost_to_the_server(&c, &in_rows))
            })
        };
        let offered = state
            .envelopes
            .iter()
            .filter(|(named, _)| {
                named.0 != state.device && after.is_none_or(|after| **named > after)
            })
            .filter(|(_, kept)| lost(kept));
        Ok(offered
            .take(limit)
            .map(|(_, kept)| state.held_envelope(kept))
            .collect())
    }

    fn receipts_through(&mut self) -> Result<u64, Infallible> {
        let state = self.state();
        let has = |counter: &u64| state.receipts.contains_key(&(state.device, *counter));
        Ok((1..).take_while(has).last().unwrap_or(0))
    }

    fn open_receipts(&mut self, limit: usize) -> Result<Vec<(u64, u32)>, Infallible> {
        let through = self.receipts_through()?;
        let state = self.state();
        let held = state
            .receipts
            .range((state.device, 0)..=(state.device, through));
        let open = held.filter(|(_, receipt)| receipt.finding.is_open());
        Ok(open
            .map(|((_, counter), receipt)| (*counter, receipt.finding.version))
            .take(limit)
            .collect())
    }

    fn save_receipt(&mut self, receipt: &Receipt) -> Result<(), Infallible> {
        let finding = &receipt.finding;
        let named = (finding.device, finding.counter);
        let newer = self.state().receipts.get(&named).is_none_or(|held| {
            (finding.epoch, finding.version) != (held.finding.epoch, held.finding.version)
        });
        if !newer {
            return Ok(());
        }
        let mut received = Vec::new();
        self.write(|state| {
            let Some(kept) = state.envelopes.get(&named).cloned() else {
                return;
            };
            for (verdict, (_, change)) in finding.verdicts.iter().zip(&kept.leaves) {
                let Some(held) = change.and_then(|change| state.changes.get_mut(&change)) else {
                    continue;
                };
                // Of a former identity, whose number a copy took at a restored server: sealed anew.
                if held.own_person.is_some() && verdict.is_refused_as(&RefusalCode::Clone) {
                    if finding.device != state.device {
                        held.envelope = None;
                    }
                    continue;
                }
                held.refused |= verdict.is_refusal();
                if verdict.is_received() {
                    held.at_server_in = Some(finding.epoch);
                }
                received.extend(change.filter(|_| verdict.is_received()));
            }
            state.receipts.insert(named, receipt.clone());
        })?;
        self.received.extend(received);
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
        })
    }

    fn rewind(&mut self, _: &ScopeId, to: &StoredCheckpoint) -> Result<(), Infallible> {
        self.write(|state| {
            state.rows.retain(|seq, _| *seq <= to.tail.seq);
            state
                .checkpoints
                .retain(|checkpoint| checkpoint.tail.seq <= to.tail.seq);
            state.read = Some(*to);
        })
    }

    fn save_pull(&mut self, pull: &CheckedPull) -> Result<(), Infallible> {
        let cheat = self.cheat;
        self.write(|state| {
            for envelope in &pull.envelopes {
                let named = (
                    envelope.seal.statement.device,
                    envelope.seal.statement.counter,
                );
                let kept = Kept {
                    seal: envelope.seal.clone(),
                    leaves: envelope.leaves.iter().map(|hash| (*hash, None)).collect(),
                };
                state
                    .envelopes
                    .entry(named)
                    .or_insert_with(|| Arc::new(kept));
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
                match row.seq {
                    Some(seq) => drop(state.rows.insert(seq, row.change)),
                    None => drop(state.entered.insert(row.change)),
                }
                match &row.content {
                    CheckedChange::Own => {}
                    CheckedChange::Bad(_) => drop(state.quarantine.insert(row.change)),
                    CheckedChange::New {
                        kind,
                        envelope,
                        leaf,
                        bytes,
                    } => {
                        let seal = &pull.envelopes[*envelope].seal;
                        let named = (seal.statement.device, seal.statement.counter);
                        let kept = Arc::make_mut(state.envelopes.get_mut(&named).unwrap());
                        // A copy of this phone may have sealed another envelope under this counter.
                        if kept.seal == *seal {
                            kept.leaves[*leaf as usize].1 = Some(row.change);
                        }
                        let held = Held {
                            document: row.document,
                            kind: *kind,
                            bytes: bytes.as_slice().into(),
                            own_person: None,
                            envelope: Some(named),
                            refused: false,
                            at_server_in: None,
                        };
                        state.apply(row.change, held);
                        // What was written here and never receipted may come back under another seal.
                        if let Some(own) = state.changes.get_mut(&row.change) {
                            own.envelope.get_or_insert(named);
                        }
                    }
                }
            }
            state
                .checkpoints
                .retain(|checkpoint| !pull.superseded.contains(&checkpoint.tail.seq));
            state.checkpoints.push(pull.read);
            state.read = Some(pull.read);
        })
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
        for kept in state.envelopes.range(pushed).map(|(_, kept)| kept) {
            let person = kept.seal.statement.person;
            if !people.contains(&person) {
                people.push(person);
            }
        }
        let named = |person| PersonName {
            person,
            name: String::new(),
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

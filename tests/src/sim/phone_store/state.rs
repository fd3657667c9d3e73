//! What a phone has on its disk.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bitacora_core::document::Document;
use bitacora_core::envelope::{DocumentKind, LeafHash, PublicKey, Seal};
use bitacora_core::id::{ChangeHash, DeviceId, DocumentId, EnvelopeHash, PersonId};
use bitacora_core::receipt::{Receipt, Verdict};
use bitacora_core::sync::{HeldChange, HeldEnvelope, HeldLeaf, StoredCheckpoint};
use bitacora_core::wire::Cursor;

use crate::sim::office::scope;

/// How far an own change is, as the newest receipt of it says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::sim) enum Received {
    /// Nothing is known, or not any more.
    No,
    /// Kept at the server, without its ancestors.
    Waiting,
    /// Durable at the server.
    Yes,
}

/// Whether a change is part of its document here.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::sim) enum Standing {
    Kept,
    /// The server refused it.
    Refused,
    /// It builds on one that was refused.
    Blocked,
    /// Another change states the same.
    Replaced,
}

/// A change on a phone.
#[derive(Clone)]
pub(in crate::sim) struct Held {
    pub(in crate::sim) document: DocumentId,
    pub(in crate::sim) kind: DocumentKind,
    pub(in crate::sim) bytes: Arc<[u8]>,
    /// Who wrote it.
    pub(in crate::sim) person: PersonId,
    /// It was written here.
    pub(in crate::sim) own: bool,
    /// The envelope that carries it, and its place there.
    pub(in crate::sim) envelope: Option<(EnvelopeHash, u32)>,
    /// The server does not want it.
    pub(in crate::sim) refused: bool,
    pub(in crate::sim) standing: Standing,
    /// Its actor's number is another change's: a copy of this phone wrote on. What it states is welcome.
    pub(in crate::sim) number_used: bool,
    pub(in crate::sim) received: Received,
    /// Epoch and position of which a receipt says that the change is stored there.
    pub(in crate::sim) stored: Option<(u64, u64)>,
}

impl Held {
    /// A change that was written here just now.
    pub(in crate::sim) fn written(
        document: DocumentId,
        kind: DocumentKind,
        bytes: Vec<u8>,
        person: PersonId,
    ) -> Self {
        Self {
            document,
            kind,
            bytes: bytes.into(),
            person,
            own: true,
            envelope: None,
            refused: false,
            standing: Standing::Kept,
            number_used: false,
            received: Received::No,
            stored: None,
        }
    }
}

/// An envelope on a phone.
#[derive(Clone)]
pub(in crate::sim) struct Kept {
    pub(in crate::sim) seal: Seal,
    pub(in crate::sim) leaves: Vec<LeafHash>,
}

/// Everything that a phone has on its disk.
#[derive(Clone)]
pub(in crate::sim) struct PhoneState {
    pub(in crate::sim) device: DeviceId,
    /// All changes in the order they came here.
    pub(in crate::sim) order: Vec<ChangeHash>,
    pub(in crate::sim) changes: BTreeMap<ChangeHash, Held>,
    pub(in crate::sim) envelopes: BTreeMap<EnvelopeHash, Arc<Kept>>,
    /// The envelopes of a counter, the first that came here first: a copy may have sealed another.
    pub(in crate::sim) numbered: BTreeMap<(DeviceId, u64), Vec<EnvelopeHash>>,
    /// The newest receipts, with whether a later one of the same version counts as newer.
    pub(in crate::sim) receipts: BTreeMap<EnvelopeHash, (Receipt, bool)>,
    pub(in crate::sim) rows: BTreeMap<u64, ChangeHash>,
    pub(in crate::sim) entered: BTreeSet<ChangeHash>,
    pub(in crate::sim) quarantine: BTreeSet<ChangeHash>,
    pub(in crate::sim) mark: Option<Cursor>,
    pub(in crate::sim) checkpoints: Vec<StoredCheckpoint>,
    pub(in crate::sim) read: Option<StoredCheckpoint>,
    pub(in crate::sim) documents: BTreeMap<DocumentId, Arc<Document>>,
    pub(in crate::sim) kinds: BTreeMap<DocumentId, DocumentKind>,
    pub(in crate::sim) directory: BTreeMap<DeviceId, PublicKey>,
    pub(in crate::sim) directory_rev: u64,
    pub(in crate::sim) copied: bool,
}

impl PhoneState {
    pub(in crate::sim) fn new(device: DeviceId) -> Self {
        Self {
            device,
            order: Vec::new(),
            changes: BTreeMap::new(),
            envelopes: BTreeMap::new(),
            numbered: BTreeMap::new(),
            receipts: BTreeMap::new(),
            rows: BTreeMap::new(),
            entered: BTreeSet::new(),
            quarantine: BTreeSet::new(),
            mark: None,
            checkpoints: Vec::new(),
            read: None,
            documents: BTreeMap::new(),
            kinds: BTreeMap::new(),
            directory: BTreeMap::new(),
            directory_rev: 0,
            copied: false,
        }
    }

    /// Stores a change and applies it; what cannot be applied is kept aside.
    pub(in crate::sim) fn apply(&mut self, change: ChangeHash, held: Held) {
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
                self.kinds.entry(held.document).or_insert(held.kind);
                self.changes.insert(change, held);
                self.order.push(change);
                self.quarantine.remove(&change);
            }
            Err(_) => {
                self.quarantine.insert(change);
            }
        }
    }

    /// Keeps an envelope; one that is here already stays as it is.
    pub(super) fn put_envelope(&mut self, seal: &Seal, leaves: Vec<LeafHash>) -> EnvelopeHash {
        let hash = seal.statement.hash();
        let numbered = (seal.statement.device, seal.statement.counter);
        let numbered = self.numbered.entry(numbered).or_default();
        if !numbered.contains(&hash) {
            numbered.push(hash);
            let kept = Kept {
                seal: seal.clone(),
                leaves,
            };
            self.envelopes.insert(hash, Arc::new(kept));
        }
        hash
    }

    /// Returns the envelope that this phone's identity has under a counter.
    pub(super) fn own(&self, counter: u64) -> Option<(EnvelopeHash, &Arc<Kept>)> {
        let hash = self.numbered.get(&(self.device, counter))?.first()?;
        Some((*hash, self.envelopes.get(hash)?))
    }

    pub(super) fn last_own(&self) -> Option<(u64, EnvelopeHash)> {
        let own = (self.device, 0)..=(self.device, u64::MAX);
        let ((_, counter), hashes) = self.numbered.range(own).next_back()?;
        Some((*counter, *hashes.first()?))
    }

    /// Returns the highest counter up to which every own envelope has a receipt that is not in doubt.
    pub(super) fn receipts_through(&self) -> u64 {
        let in_log = self.in_log();
        let in_doubt = |(change, held): (&ChangeHash, &Held)| {
            let open = held.own && !held.refused && held.received == Received::No;
            let (envelope, _) = held.envelope.filter(|_| open && !in_log.contains(change))?;
            Some(envelope)
        };
        let in_doubt: BTreeSet<EnvelopeHash> = self.changes.iter().filter_map(in_doubt).collect();
        let has = |counter: &u64| {
            self.own(*counter).is_some_and(|(hash, _)| {
                self.receipts.contains_key(&hash) && !in_doubt.contains(&hash)
            })
        };
        (1..).take_while(has).last().unwrap_or(0)
    }

    /// Returns the change that stands at a place of an envelope.
    pub(super) fn at_leaf(&self, envelope: EnvelopeHash, leaf: u32) -> Option<ChangeHash> {
        let found = self
            .changes
            .iter()
            .find(|(_, held)| held.envelope == Some((envelope, leaf)));
        found.map(|(change, _)| *change)
    }

    pub(super) fn held_envelope(&self, hash: EnvelopeHash, kept: &Kept) -> HeldEnvelope {
        let change = |leaf: u32| {
            let held = self.changes.get(&self.at_leaf(hash, leaf)?)?;
            Some(HeldChange {
                document: held.document,
                kind: held.kind,
                scope: scope(),
                bytes: held.bytes.to_vec(),
            })
        };
        let leaves = (0u32..).zip(&kept.leaves).map(|(place, hash)| HeldLeaf {
            hash: *hash,
            change: change(place),
        });
        HeldEnvelope {
            seal: kept.seal.clone(),
            leaves: leaves.collect(),
        }
    }

    /// Returns the changes that are in a row, or came with a document from before the mark.
    pub(super) fn in_log(&self) -> BTreeSet<ChangeHash> {
        let rows = self.rows.values().copied();
        rows.chain(self.entered.iter().copied()).collect()
    }

    /// Returns whether a change is to be offered: held and, as far as is known, not at the server.
    pub(super) fn is_lost_to_the_server(&self, held: &Held) -> bool {
        let epoch = self.read.map(|read| read.epoch);
        !held.refused
            && held
                .stored
                .map(|(epoch, _)| epoch)
                .is_none_or(|stored| Some(stored) != epoch)
    }

    /// Notes what a receipt says about a change.
    pub(super) fn judged(&mut self, change: ChangeHash, verdict: &Verdict, epoch: u64) {
        let Some(held) = self.changes.get_mut(&change) else {
            return;
        };
        match verdict {
            Verdict::Stored { seq } | Verdict::Known { seq } => {
                held.received = Received::Yes;
                held.refused = false;
                held.stored = Some((epoch, *seq));
            }
            Verdict::Waiting { .. } if held.received == Received::No => {
                held.received = Received::Waiting;
            }
            verdict if verdict.is_refusal() => held.refuse(verdict),
            _ => {}
        }
    }

    /// Forgets what receipts said about positions above one, and lets any receipt count as newer.
    pub(super) fn doubt_receipts(&mut self, above: Option<u64>) {
        for held in self.changes.values_mut() {
            if held
                .stored
                .is_some_and(|(_, seq)| above.is_none_or(|above| seq > above))
            {
                held.stored = None;
                if above.is_some() && held.own {
                    held.received = Received::No;
                }
            }
        }
        self.receipts
            .values_mut()
            .for_each(|(_, stale)| *stale = true);
    }
}

//! Which changes must arrive, and which cannot any more.

use std::collections::{BTreeMap, BTreeSet};

use bitacora_core::document::parse_change;
use bitacora_core::id::{ChangeHash, DeviceId};
use bitacora_core::sync::{ChangeState, StoredChange};

use super::{Happening, World};

impl World {
    /// Notes that *Guardado* was said for a change. Some the server will refuse for their content; of a document
    /// that begins with such a one nothing ever arrives, nor of a phone that was cut off.
    pub(super) fn has_saved(&mut self, phone: usize, change: ChangeHash) {
        let refused = self.swarm.refuses(&mut self.streams.faults);
        let phone = &self.phones[phone];
        let state = phone.store.disk.now();
        let Some(held) = state.changes.get(&change) else {
            return;
        };
        let document = held.document;
        let begins = parse_change(&held.bytes).unwrap().deps.is_empty();
        self.seen.note_saved(held, begins, phone.patrol.is_some());
        if self.server.has_revoked(phone.identity.device) {
            self.seen.note(Happening::AfterRevocation);
        } else if refused {
            self.seen.note(Happening::Refused);
            self.server.store.poison.insert(change);
            if begins {
                self.hopeless.insert(document);
            }
        } else if !self.hopeless.contains(&document) {
            self.saved.insert(change);
        }
    }

    /// Notes what a phone wrote again because it stood on something that was refused, or because a copy of the phone
    /// had used its number: that must arrive instead, also if the former had arrived before a server was put back.
    pub(super) fn has_rewritten(&mut self, phone: usize) {
        for (from, change) in std::mem::take(&mut self.phones[phone].store.rewritten) {
            self.saved.remove(&from);
            self.saved.insert(change);
            for phone in &mut self.phones {
                if phone.store.received.remove(&from) {
                    phone.store.received.insert(change);
                }
            }
            self.rewritten.push((from, change));
            self.note(format!("{from:?} is written again as {change:?}"));
        }
    }

    /// What neither the server nor any phone that may speak holds can come back from nowhere, nor can what builds
    /// on it.
    pub(super) fn forget_the_lost(&mut self) {
        let mut held: BTreeMap<ChangeHash, Vec<ChangeHash>> = BTreeMap::new();
        let mut hold = |change: &ChangeHash, bytes: &[u8]| {
            let deps = parse_change(bytes).unwrap().deps;
            held.insert(*change, deps);
        };
        let may_speak: Vec<_> = self
            .phones
            .iter()
            .filter(|phone| self.may_speak(phone))
            .collect();
        let speaking: BTreeSet<DeviceId> = may_speak
            .iter()
            .map(|phone| phone.identity.device)
            .collect();
        for (change, stored) in &self.server.store.disk.synced().changes {
            if can_arrive(stored, &speaking) {
                hold(change, &stored.new.bytes);
            }
        }
        for phone in may_speak {
            let changes = &phone.store.disk.synced().changes;
            changes
                .iter()
                .for_each(|(change, held)| hold(change, &held.bytes));
        }
        loop {
            let there: BTreeSet<ChangeHash> = held.keys().copied().collect();
            held.retain(|_, deps| deps.iter().all(|dep| there.contains(dep)));
            if held.len() == there.len() {
                break;
            }
        }
        self.saved.retain(|change| held.contains_key(change));
        for phone in &mut self.phones {
            phone
                .store
                .received
                .retain(|change| held.contains_key(change));
        }
    }
}

/// Refused is refused; what waits for an envelope of a phone that will bring none waits for ever.
fn can_arrive(stored: &StoredChange, speaking: &BTreeSet<DeviceId>) -> bool {
    match &stored.state {
        ChangeState::Stored { .. } => true,
        ChangeState::Waiting { missing } => {
            !missing.is_empty() || speaking.contains(&stored.new.device)
        }
        _ => false,
    }
}

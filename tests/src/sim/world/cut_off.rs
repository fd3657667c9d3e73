//! A phone is revoked: it is let in no more, keeps what it has, and everybody else goes on.

use std::collections::BTreeSet;

use bitacora_core::id::ChangeHash;

use super::{Failure, Happening, World};
use crate::sim::phone::Phone;

impl World {
    /// Returns whether the server lets a phone in.
    pub(super) fn may_speak(&self, phone: &Phone) -> bool {
        !self.server.has_revoked(phone.identity.device)
    }

    /// Two phones that may speak must stay, or there is nobody to agree.
    pub(super) fn can_spare(&self, phone: usize) -> bool {
        let identity = &self.phones[phone].identity;
        let others = self
            .phones
            .iter()
            .filter(|other| self.may_speak(other) && other.identity.device != identity.device);
        others.count() >= 2
    }

    /// The commander cuts a phone off, and with it every copy of it.
    pub(super) fn cut_off(&mut self, phone: usize) {
        let phone = &self.phones[phone];
        if !self.may_speak(phone) {
            return;
        }
        let (device, name) = (phone.identity.device, phone.name.clone());
        self.server.revoke(device);
        self.seen.note(Happening::Revoked);
        self.note(format!("{name} is revoked"));
        self.forget_the_lost();
    }

    /// Returns what the server lacks of a phone's own.
    pub(super) fn unsent(&self, phone: usize) -> BTreeSet<ChangeHash> {
        let server = &self.server.store.disk.now().changes;
        let changes = &self.phones[phone].store.disk.synced().changes;
        let own = changes.iter().filter(|(_, held)| held.own);
        own.map(|(change, _)| *change)
            .filter(|change| !server.contains_key(change))
            .collect()
    }

    /// What a revoked phone had not handed over stays on it, and none of it gets in.
    pub(super) fn stays_out(
        &self,
        phone: usize,
        unsent: &BTreeSet<ChangeHash>,
    ) -> Result<(), Failure> {
        let phone = &self.phones[phone];
        let name = &phone.name;
        let server = &self.server.store.disk.now().changes;
        let device = phone.identity.device;
        let got_in = |change: &&ChangeHash| {
            let stored = server.get(*change);
            stored.is_some_and(|stored| stored.new.device == device)
        };
        if let Some(change) = unsent.iter().find(got_in) {
            return Err(Failure::new(format!(
                "{name} is revoked and brought {change:?}"
            )));
        }
        let held = &phone.store.disk.synced().changes;
        match unsent.iter().find(|change| !held.contains_key(change)) {
            Some(change) => Err(Failure::new(format!(
                "{name} is revoked and lost {change:?}"
            ))),
            None => Ok(()),
        }
    }
}

//! What goes wrong besides the weather: power, copies of phones, backups put back, rows lost.

use std::collections::{BTreeMap, BTreeSet};

use bitacora_core::document::parse_change;
use bitacora_core::id::ChangeHash;
use rand::RngExt;

use super::{Failure, World};
use crate::sim::link::{Weather, deliver};

impl World {
    pub(super) fn mishap(&mut self, phone: usize) -> Result<(), Failure> {
        let swarm = self.swarm;
        match self.streams.faults.random_range(0..8) {
            0 => {
                let actor = self.fresh_actor();
                self.phones[phone].crash(actor);
                self.note(format!("phone {phone} is cut off its power"));
            }
            1 => {
                self.server.store.crash();
                self.note("the server is cut off its power".to_owned());
            }
            2 if swarm.clones && self.phones.len() < 5 => {
                let actor = self.fresh_actor();
                let name = format!("copy of {}", self.phones[phone].name);
                let copy = self.phones[phone].copy(name, actor);
                self.phones.push(copy);
                self.note(format!("phone {phone} is copied"));
            }
            3 | 6 if swarm.restores => self.back_up_or_restore(),
            7 if swarm.losses && self.phones.len() > 2 => self.lose_phone(phone),
            4 if swarm.late => self.deliver_late(phone)?,
            5 if swarm.rewinds => self.lose_rows(phone),
            _ => {}
        }
        Ok(())
    }

    fn back_up_or_restore(&mut self) {
        if self.server.backup.is_none() {
            self.server.backup = Some(self.server.store.disk.synced().clone());
            self.note("the server is backed up".to_owned());
        } else {
            // An operator may put an older copy of the folder back: the epoch is then as it was.
            let drawn = self.streams.identities.random::<u32>();
            let epoch = drawn.is_multiple_of(2).then_some(u64::from(drawn));
            self.server.restore(epoch);
            self.note(format!(
                "the server is restored from its backup, epoch {epoch:?}"
            ));
            self.forget_the_lost();
        }
    }

    /// A phone falls into a river, with what only it knew.
    fn lose_phone(&mut self, phone: usize) {
        let lost = self.phones.remove(phone);
        self.note(format!("{} is gone", lost.name));
        self.forget_the_lost();
    }

    /// What neither the server nor any phone holds can come back from nowhere, nor can what builds on it.
    fn forget_the_lost(&mut self) {
        let server = &self.server.store.disk.synced().changes;
        let mut held: BTreeMap<ChangeHash, Vec<ChangeHash>> = BTreeMap::new();
        let mut hold = |change: &ChangeHash, bytes: &[u8]| {
            let deps = parse_change(bytes).unwrap().deps;
            held.insert(*change, deps);
        };
        server
            .iter()
            .for_each(|(change, stored)| hold(change, &stored.new.bytes));
        for phone in &self.phones {
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

    /// The network delivers an old request once more, after others.
    fn deliver_late(&mut self, phone: usize) -> Result<(), Failure> {
        if let Some((device, request)) = self.phones[phone].last_request.clone() {
            deliver(
                &mut self.server,
                device,
                &request,
                Weather::default(),
                self.now_ms,
                &mut |_| Ok(()),
            )?;
            self.note(format!("an old request of phone {phone} arrives"));
        }
        Ok(())
    }

    /// A row of a phone is lost by a fault of its disk: only the digest can tell.
    fn lose_rows(&mut self, phone: usize) {
        let state = self.phones[phone].store.disk.now_mut();
        let rows = state.rows.len();
        if rows > 0 {
            let at = self.streams.faults.random_range(0..rows);
            let seq = *state.rows.keys().nth(at).unwrap();
            state.rows.remove(&seq);
            self.phones[phone].store.disk.sync();
            self.note(format!("phone {phone} loses row {seq}"));
        }
    }
}

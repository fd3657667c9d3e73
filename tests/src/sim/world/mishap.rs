//! What goes wrong besides the weather: power, copies of phones, backups put back, rows lost.

use rand::RngExt;

use super::{Failure, Happening, World};
use crate::sim::link::{Weather, deliver};

impl World {
    pub(super) fn mishap(&mut self, phone: usize) -> Result<(), Failure> {
        let swarm = self.swarm;
        match self.streams.faults.random_range(0..9) {
            0 => {
                let actor = self.fresh_actor();
                self.phones[phone].crash(actor);
                self.seen.note(Happening::Crashed);
                self.note(format!("phone {phone} is cut off its power"));
            }
            1 => {
                self.server.store.crash();
                self.seen.note(Happening::Crashed);
                self.note("the server is cut off its power".to_owned());
            }
            2 if swarm.clones && self.phones.len() < 5 => {
                // A third phone that has a change of the copy puts the other one's of the same number aside if a
                // server that was put back takes that one first. Both faults at once are more than the product bears.
                let unlocked = self.streams.identities.random() && !swarm.restores;
                let (fresh, actors) = (self.fresh_actor(), self.streams.identities.random());
                let original = &self.phones[phone];
                let actor = if unlocked { original.actor } else { fresh };
                let copy = original.copy(format!("copy of {}", original.name), actor, actors);
                self.phones.push(copy);
                self.seen.note(Happening::Copied);
                self.note(format!("phone {phone} is copied, unlocked: {unlocked}"));
            }
            3 | 6 if swarm.restores => self.back_up_or_restore(),
            7 if swarm.losses && self.can_spare(phone) => self.lose_phone(phone),
            8 if swarm.revocations && self.can_spare(phone) => self.cut_off(phone),
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
            self.seen.note(Happening::PutBack);
            self.note(format!(
                "the server is restored from its backup, epoch {epoch:?}"
            ));
            self.forget_the_lost();
        }
    }

    /// A phone falls into a river, with what only it knew.
    fn lose_phone(&mut self, phone: usize) {
        let lost = self.phones.remove(phone);
        self.seen.note(Happening::Lost);
        self.note(format!("{} is gone", lost.name));
        self.forget_the_lost();
    }

    /// The network delivers an old request once more, after others.
    fn deliver_late(&mut self, phone: usize) -> Result<(), Failure> {
        if let Some((device, request)) = self.phones[phone].last_request.clone() {
            let before = self.server.store.disk.now().changes.len();
            deliver(
                &mut self.server,
                device,
                &request,
                Weather::default(),
                self.now_ms,
                &mut |_| Ok(()),
            )?;
            self.seen.note(Happening::Late);
            self.note(format!("an old request of phone {phone} arrives"));
            let after = self.server.store.disk.now().changes.len();
            if self.server.has_revoked(device) && after > before {
                return Err(Failure::new("an old request of a revoked phone was taken"));
            }
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
            self.seen.note(Happening::RowLost);
            self.note(format!("phone {phone} loses row {seq}"));
        }
    }
}

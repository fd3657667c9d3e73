//! A phone and the server talk, and what comes of it.

use bitacora_core::envelope::PublicKey;
use rand::RngExt;

use super::{Failure, ROUNDS_AT_ONCE, World};
use crate::sim::link::{Cost, Ending, Weather, exchange};
use crate::sim::phone::identity;
use crate::sim::server::Server;

impl World {
    /// One contact: exchanges follow each other while the outcome says so.
    pub(super) fn sync(&mut self, phone: usize) -> Result<(), Failure> {
        for _ in 0..ROUNDS_AT_ONCE {
            let weather = self.swarm.weather(&mut self.streams.faults);
            let again = self.exchange(phone, weather)?;
            if !again {
                break;
            }
        }
        Ok(())
    }

    /// One exchange; returns whether another is due at once.
    pub(super) fn exchange(&mut self, place: usize, weather: Weather) -> Result<bool, Failure> {
        self.seen.note_weather(weather);
        let other = self.streams.schedule.random_range(0..self.phones.len());
        let now_ms = self.now_ms;
        let is_out = !self.may_speak(&self.phones[place]);
        let unsent = is_out.then(|| self.unsent(place));
        let mut phone = self.phones.remove(place);
        let others = &mut self.phones;
        let mut heard = None;
        let mut between = |server: &mut Server| {
            if let Some(other) = others.get_mut(other) {
                let weather = Weather::default();
                let (ending, _) = exchange(other, server, weather, now_ms, &mut |_| Ok(()))?;
                heard = Some(ending);
            }
            Ok(())
        };
        let outcome = exchange(&mut phone, &mut self.server, weather, now_ms, &mut between);
        self.phones.insert(place, phone);
        if let Some(ending) = heard {
            let other = if other >= place { other + 1 } else { other };
            self.note(format!("{} syncs in between", self.phones[other].name));
            self.ended(other, ending)?;
        }
        let (
            ending,
            Cost {
                up_bytes,
                down_bytes,
            },
        ) = outcome?;
        let name = self.phones[place].name.clone();
        self.note(format!("{name} syncs {up_bytes}/{down_bytes} bytes"));
        if let Some(unsent) = unsent {
            self.stays_out(place, &unsent)?;
        }
        self.ended(place, ending)
    }

    /// Draws the consequences of an exchange; returns whether another is due at once.
    fn ended(&mut self, place: usize, ending: Ending) -> Result<bool, Failure> {
        let actor = self.fresh_actor();
        self.has_rewritten(place);
        let is_out = !self.may_speak(&self.phones[place]);
        let phone = &mut self.phones[place];
        let (said, again) = match ending {
            Ending::Through(_) if is_out => {
                let text = format!("{} is revoked and was let in", phone.name);
                return Err(Failure::new(text));
            }
            Ending::CutOff if !is_out => {
                let text = format!("{} was cut off and is not revoked", phone.name);
                return Err(Failure::new(text));
            }
            Ending::CutOff => ("cut off".to_owned(), false),
            Ending::Through(outcome) => {
                if !outcome.inconsistent_scopes.is_empty() {
                    let text = format!("{} finds the server's log inconsistent", phone.name);
                    return Err(Failure::new(text));
                }
                phone.plan = outcome.again.unwrap_or_default();
                if outcome.progress.quarantined > 0 {
                    return Err(Failure::new(format!(
                        "{} kept sound rows aside",
                        phone.name
                    )));
                }
                (
                    format!("through, {:?}", outcome.progress),
                    outcome.again.is_some(),
                )
            }
            Ending::Broken => ("broken".to_owned(), false),
            Ending::PhoneDied => {
                phone.crash(actor);
                ("the phone died".to_owned(), false)
            }
        };
        let copied = phone.store.disk.now().copied;
        self.note(said);
        if copied {
            self.enrol_anew(place);
        }
        Ok(copied || again)
    }

    /// A copied identity is left behind: the phone enrols anew, and its unreceived work goes along.
    fn enrol_anew(&mut self, place: usize) {
        self.devices += 1;
        let fresh = identity(self.devices, &self.server.identity);
        let phone = &mut self.phones[place];
        let (key, role, holder) = (PublicKey::of(&fresh.key), phone.role, phone.holder());
        self.server.enrol(fresh.device, key, role, holder);
        phone.enrol_anew(fresh);
        let event = format!("{} enrols anew", self.phones[place].name);
        self.note(event);
    }
}

//! A world of phones and a server, stepped by a seed.

mod judge;
mod mishap;

use std::collections::BTreeSet;
use std::fmt;

use bitacora_core::enrol::Role;
use bitacora_core::envelope::PublicKey;
use bitacora_core::id::{ActorId, ChangeHash};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::cheat::Cheat;
use super::link::{Cost, Ending, Weather, exchange};
use super::phone::{Phone, identity};
use super::server::Server;
use super::swarm::Swarm;

/// Exchanges that follow each other at once, at most.
const ROUNDS_AT_ONCE: usize = 8;
/// Rounds of all phones within which a quiet world must agree.
const QUIET_ROUNDS: usize = 6;

/// A rule that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(String);

impl Failure {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a run was, and how it ended.
pub struct Report {
    /// Every event, in order; the same for the same seed.
    pub trace: Vec<String>,
    /// How many changes were saved in all.
    pub saved: usize,
    /// The rule that did not hold, if any.
    pub failure: Option<Failure>,
}

/// Random streams that do not disturb each other.
struct Streams {
    schedule: ChaCha8Rng,
    workload: ChaCha8Rng,
    faults: ChaCha8Rng,
    identities: ChaCha8Rng,
}

/// A world.
pub struct World {
    streams: Streams,
    swarm: Swarm,
    phones: Vec<Phone>,
    server: Server,
    now_ms: u64,
    devices: u64,
    /// Changes for which *Guardado* was said, and which no phone that vanished took along.
    saved: BTreeSet<ChangeHash>,
    trace: Vec<String>,
}

/// Runs one seed to its end.
pub fn run(seed: u64, cheat: Cheat) -> Report {
    let mut world = World::new(seed, cheat);
    let failure = world.live().and_then(|()| world.quiet()).err();
    Report {
        trace: world.trace,
        saved: world.saved.len(),
        failure,
    }
}

impl World {
    fn new(seed: u64, cheat: Cheat) -> Self {
        let stream = |number: u64| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(number);
            rng
        };
        let mut faults = stream(3);
        let swarm = Swarm::draw(&mut faults);
        let (schedule, workload, identities) = (stream(1), stream(2), stream(4));
        let streams = Streams {
            schedule,
            workload,
            faults,
            identities,
        };
        let mut world = Self {
            streams,
            swarm,
            phones: Vec::new(),
            server: Server::new(cheat),
            now_ms: 1_790_000_000_000,
            devices: 0,
            saved: BTreeSet::new(),
            trace: Vec::new(),
        };
        world.trace.push(format!("seed {seed}: {swarm:?}"));
        let phones = world.streams.schedule.random_range(2..=4);
        for number in 0..phones {
            world.add_phone(format!("phone {number}"), cheat);
        }
        world
    }

    fn add_phone(&mut self, name: String, cheat: Cheat) {
        self.devices += 1;
        let identity = identity(self.devices, &self.server.identity);
        let commands = self.devices == 1 || self.streams.schedule.random_bool(0.6);
        let role = match (commands, self.devices.is_multiple_of(2)) {
            (true, _) => Role::PostCommander,
            (false, true) => Role::PatrolLeader,
            (false, false) => Role::PatrolMember,
        };
        let (device, key) = (identity.device, PublicKey::of(&identity.key));
        let actor = self.fresh_actor();
        let phone = Phone::new(name, identity, actor, role, cheat);
        self.server.enrol(device, key, role, phone.holder());
        self.phones.push(phone);
    }

    fn fresh_actor(&mut self) -> ActorId {
        ActorId::new(self.streams.identities.random())
    }

    fn note(&mut self, event: String) {
        self.trace.push(event);
    }

    /// The stormy part.
    fn live(&mut self) -> Result<(), Failure> {
        let steps = self.streams.schedule.random_range(30..80);
        for _ in 0..steps {
            self.now_ms += self.streams.schedule.random_range(1_000..600_000);
            let phone = self.streams.schedule.random_range(0..self.phones.len());
            match self.streams.schedule.random_range(0..100) {
                0..=49 => self.write(phone),
                50..=84 => self.sync(phone)?,
                _ => self.mishap(phone)?,
            }
        }
        Ok(())
    }

    fn write(&mut self, phone: usize) {
        let writer = &mut self.phones[phone];
        if let Some(change) = writer.write(&mut self.streams.workload, self.now_ms) {
            self.saved.insert(change);
            let event = format!("{} saves {change:?}", self.phones[phone].name);
            self.note(event);
        }
    }

    /// One contact: exchanges follow each other while the outcome says so.
    fn sync(&mut self, phone: usize) -> Result<(), Failure> {
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
    fn exchange(&mut self, place: usize, weather: Weather) -> Result<bool, Failure> {
        let other = self.streams.schedule.random_range(0..self.phones.len());
        let now_ms = self.now_ms;
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
        self.ended(place, ending)
    }

    /// Draws the consequences of an exchange; returns whether another is due at once.
    fn ended(&mut self, place: usize, ending: Ending) -> Result<bool, Failure> {
        let actor = self.fresh_actor();
        let phone = &mut self.phones[place];
        let (said, again) = match ending {
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

    /// The quiet part: within some rounds everybody must agree.
    fn quiet(&mut self) -> Result<(), Failure> {
        self.note("quiet".to_owned());
        for _ in 0..QUIET_ROUNDS {
            for phone in 0..self.phones.len() {
                self.now_ms += 1_000;
                for _ in 0..ROUNDS_AT_ONCE {
                    if !self.exchange(phone, Weather::default())? {
                        break;
                    }
                }
            }
        }
        self.check_nothing_lost()?;
        self.check_everybody_agrees()
    }
}

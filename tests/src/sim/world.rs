//! A world of phones and a server, stepped by a seed.

mod account;
mod contact;
mod cut_off;
mod judge;
mod mishap;
mod seen;

use std::collections::BTreeSet;
use std::fmt;

use bitacora_core::enrol::Role;
use bitacora_core::envelope::PublicKey;
use bitacora_core::id::{ActorId, ChangeHash, DocumentId};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::cheat::Cheat;
use super::link::Weather;
use super::phone::{Phone, identity};
use super::server::Server;
use super::swarm::Swarm;
pub use seen::{Happening, Seen};

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
    /// What it had in it.
    pub seen: Seen,
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
    /// Documents whose first change the server refuses.
    hopeless: BTreeSet<DocumentId>,
    /// What stands for what that fell away.
    rewritten: Vec<(ChangeHash, ChangeHash)>,
    seen: Seen,
    trace: Vec<String>,
}

/// Runs one seed to its end.
pub fn run(seed: u64, cheat: Cheat) -> Report {
    let mut world = World::new(seed, cheat);
    let failure = world.live().and_then(|()| world.quiet()).err();
    let rewritten = world.rewritten.len();
    world.seen.note_times(Happening::Rewritten, rewritten);
    Report {
        trace: world.trace,
        saved: world.saved.len(),
        seen: world.seen,
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
            hopeless: BTreeSet::new(),
            rewritten: Vec::new(),
            seen: Seen::default(),
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
        let actors = self.streams.identities.random();
        let phone = Phone::new(name, identity, (actor, actors), role, cheat);
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
            self.has_saved(phone, change);
            let event = format!("{} saves {change:?}", self.phones[phone].name);
            self.note(event);
        }
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
        self.check_rewritten()?;
        self.check_everybody_agrees()
    }
}

//! A world of phones and a server, stepped by a seed, and what must always and finally hold.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bitacora_core::encounter;
use bitacora_core::enrol::Role;
use bitacora_core::envelope::PublicKey;
use bitacora_core::id::{ActorId, ChangeHash};
use bitacora_core::sync::{ChangeState, Tail};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::cheat::Cheat;
use super::link::{Cost, Ending, Weather, deliver, exchange};
use super::office::{organisation, scope};
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

    fn mishap(&mut self, phone: usize) -> Result<(), Failure> {
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
            let epoch = self.streams.identities.random::<u32>();
            self.server.restore(u64::from(epoch));
            self.note("the server is restored from its backup".to_owned());
            self.forget_the_lost();
        }
    }

    /// A phone falls into a river, with what only it knew.
    fn lose_phone(&mut self, phone: usize) {
        let lost = self.phones.remove(phone);
        self.note(format!("{} is gone", lost.name));
        self.forget_the_lost();
    }

    /// What neither the server nor any phone holds can come back from nowhere.
    fn forget_the_lost(&mut self) {
        let mut held: BTreeSet<ChangeHash> = BTreeSet::new();
        held.extend(self.server.store.disk.synced().changes.keys());
        for phone in &self.phones {
            held.extend(phone.store.disk.synced().changes.keys());
        }
        self.saved.retain(|change| held.contains(change));
        for phone in &mut self.phones {
            phone.store.received.retain(|change| held.contains(change));
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

    fn check_nothing_lost(&self) -> Result<(), Failure> {
        let server = self.server.store.disk.synced();
        let stored = |change: &ChangeHash| {
            let stored = server.changes.get(change);
            stored.is_some_and(|stored| matches!(stored.state, ChangeState::Stored { .. }))
        };
        for phone in &self.phones {
            if let Some(change) = phone.store.received.iter().find(|change| !stored(change)) {
                let text = format!("{change:?} was receipted to {} and is lost", phone.name);
                return Err(Failure::new(text));
            }
        }
        match self.saved.iter().find(|change| !stored(change)) {
            Some(change) => Err(Failure::new(format!(
                "{change:?} was saved and never arrived"
            ))),
            None => Ok(()),
        }
    }

    fn check_everybody_agrees(&mut self) -> Result<(), Failure> {
        let server = self.server.store.disk.synced();
        let truth: BTreeMap<_, _> = server.documents.iter().collect();
        for phone in &self.phones {
            let state = phone.store.disk.synced();
            phone.check_rows()?;
            let mark = state.mark.map_or(0, |mark| mark.seq);
            let end = server.log.len() as u64;
            if state.read.map_or(0, |read| read.tail.seq) != end {
                return Err(Failure::new(format!(
                    "{} has not read to the end",
                    phone.name
                )));
            }
            for (tail, change) in &server.log {
                if tail.seq > mark && state.rows.get(&tail.seq) != Some(change) {
                    return Err(Failure::new(format!(
                        "{} has another row {}",
                        phone.name, tail.seq
                    )));
                }
            }
            let of_row = |change: &ChangeHash| server.changes[change].new.document;
            let after_mark = server.log.iter().filter(|(tail, _)| tail.seq > mark);
            let live: BTreeSet<_> = after_mark.map(|(_, change)| of_row(change)).collect();
            if let Some(id) = live.iter().find(|id| !state.documents.contains_key(id)) {
                return Err(Failure::new(format!("{} lacks {id}", phone.name)));
            }
            // A phone that enrolled anew may hold an older copy of what has no row above its mark.
            for (id, document) in state.documents.iter().filter(|(id, _)| live.contains(id)) {
                let theirs = truth
                    .get(id)
                    .ok_or_else(|| Failure::new("a record is nowhere else"))?;
                if document.version() != theirs.version() {
                    return Err(Failure::new(format!(
                        "{} has other heads of {id}",
                        phone.name
                    )));
                }
                let (here, there) = (encounter::read(document), encounter::read(theirs));
                if here.unwrap() != there.unwrap() {
                    return Err(Failure::new(format!(
                        "{} reads other values in {id}",
                        phone.name
                    )));
                }
            }
        }
        self.check_log()
    }

    /// The server's log is dense, its chain is right, and every prefix is closed under ancestry.
    fn check_log(&self) -> Result<(), Failure> {
        let server = self.server.store.disk.synced();
        let mut tail = Tail::empty(organisation(), &scope());
        let mut seen = BTreeSet::new();
        for (stored, change) in &server.log {
            let held = &server.changes[change].new;
            tail = tail.after(held.document, *change);
            if *stored != tail {
                return Err(Failure::new(format!("row {} does not chain", tail.seq)));
            }
            let meta = bitacora_core::document::parse_change(&held.bytes).unwrap();
            if meta.deps.iter().any(|dep| !seen.contains(dep)) {
                return Err(Failure::new(format!(
                    "row {} stands before its ancestors",
                    tail.seq
                )));
            }
            seen.insert(*change);
        }
        Ok(())
    }
}

impl Phone {
    /// Positions are dense from the mark to where the phone has read.
    pub(super) fn check_rows(&self) -> Result<(), Failure> {
        let state = self.store.disk.now();
        let (Some(mark), Some(read)) = (state.mark, state.read) else {
            return Ok(());
        };
        let beyond = state
            .rows
            .keys()
            .next_back()
            .is_some_and(|last| *last > read.tail.seq);
        let before = state
            .rows
            .keys()
            .next()
            .is_some_and(|first| *first <= mark.seq);
        if beyond || before {
            return Err(Failure::new(format!(
                "{} has rows outside what it has read",
                self.name
            )));
        }
        Ok(())
    }
}

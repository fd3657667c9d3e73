//! A simulated phone: who has it, and what becomes of it.

mod outing;
mod patch;
mod writing;

use std::sync::Arc;

use bitacora_core::document::Version;
use bitacora_core::enrol::Role;
use bitacora_core::envelope::PublicKey;
use bitacora_core::id::{ActorId, DeviceId, DocumentId, PatrolId, PersonId};
use bitacora_core::sync::{DeviceIdentity, Plan, ServerIdentity};
use ed25519_dalek::SigningKey;

use super::cheat::Cheat;
use super::office::organisation;
use super::phone_store::{PhoneState, PhoneStore};

/// A phone.
pub(super) struct Phone {
    pub(super) name: String,
    pub(super) identity: Arc<DeviceIdentity>,
    pub(super) store: PhoneStore,
    pub(super) actor: ActorId,
    /// What its holder may do; whoever else uses it is a member.
    pub(super) role: Role,
    /// Two people share it; they stay when it enrols anew.
    people: [PersonId; 2],
    /// What its next exchange is for.
    pub(super) plan: Plan,
    /// A form that was opened some time ago: the record, as it was seen.
    pub(super) form: Option<(DocumentId, Version)>,
    /// The record that was saved last: people correct what they have just written.
    pub(super) last: Option<DocumentId>,
    /// The patrol that it is out with.
    pub(super) patrol: Option<PatrolId>,
    /// The bytes of its last request, which the network may deliver once more.
    pub(super) last_request: Option<(DeviceId, Vec<u8>)>,
}

/// Makes the identity of a device from a number.
pub(super) fn identity(number: u64, server: &ServerIdentity) -> DeviceIdentity {
    let mut seed = [1; 32];
    seed[..8].copy_from_slice(&number.to_be_bytes());
    let key = SigningKey::from_bytes(&seed);
    DeviceIdentity {
        organisation: organisation(),
        device: DeviceId::of_key(PublicKey::of(&key).as_bytes()),
        key,
        server: server.server,
        server_key: PublicKey::of(&server.key),
        build: "sim".into(),
    }
}

impl Phone {
    pub(super) fn new(
        name: String,
        identity: DeviceIdentity,
        (actor, actors): (ActorId, [u8; 32]),
        role: Role,
        cheat: Cheat,
    ) -> Self {
        let person = |number: u8| {
            let mut bytes = *identity.device.as_bytes();
            bytes[0] = number;
            PersonId::from_bytes(bytes)
        };
        let people = [person(0), person(1)];
        let state = PhoneState::new(identity.device);
        Self {
            name,
            identity: Arc::new(identity),
            store: PhoneStore::new(state, actors, cheat),
            actor,
            role,
            people,
            plan: Plan::default(),
            form: None,
            last: None,
            patrol: None,
            last_request: None,
        }
    }

    /// Who held it when it was enrolled: the code's role is this person's.
    pub(super) const fn holder(&self) -> PersonId {
        self.people[0]
    }

    /// Another phone with the same identity and the same content; with the same actor if it was copied while it
    /// was unlocked.
    pub(super) fn copy(&self, name: String, actor: ActorId, actors: [u8; 32]) -> Self {
        let state = self.store.disk.synced().clone();
        let mut store = PhoneStore::new(state, actors, self.store.cheat);
        store.received.clone_from(&self.store.received);
        Self {
            name,
            identity: Arc::clone(&self.identity),
            store,
            actor,
            role: self.role,
            people: self.people,
            plan: Plan::default(),
            form: None,
            last: self.last,
            patrol: self.patrol,
            last_request: None,
        }
    }

    /// Cuts the power and unlocks again: what was not synced is gone, the actor is new.
    pub(super) fn crash(&mut self, actor: ActorId) {
        self.store.disk.crash();
        self.actor = actor;
        self.form = None;
        self.plan = Plan::default();
    }

    /// Takes a new identity. What the former one sealed is offered, and sealed again where a copy's envelope
    /// has its place: by the rules of the core.
    pub(super) fn enrol_anew(&mut self, identity: DeviceIdentity) {
        let state = self.store.disk.now_mut();
        state.device = identity.device;
        state.copied = false;
        self.identity = Arc::new(identity);
        self.store.disk.sync();
        self.plan = Plan::default();
    }
}

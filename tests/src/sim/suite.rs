//! The simulator's stores, for the suites that the product's stores pass too.

use std::ops::DerefMut;

use bitacora_core::enrol::Role;
use bitacora_core::envelope::PublicKey;
use bitacora_core::id::{ActorId, OrganisationId, PersonId, ScopeId};
use bitacora_core::sync::{DeviceIdentity, DeviceLog, ServerIdentity, ServerLog};
use ed25519_dalek::SigningKey;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::cheat::Cheat;
use super::office::{organisation, scope};
use super::phone::{Phone, identity};
use super::server::Server;
use crate::conform;

const MORNING_MS: u64 = 1_790_000_000_000;

/// A simulated phone without records.
pub struct SimulatedPhone {
    phone: Phone,
    server: Server,
    workload: ChaCha8Rng,
}

/// A simulated server with one enrolled device.
pub struct SimulatedPost {
    server: Server,
    device: DeviceIdentity,
}

impl Default for SimulatedPhone {
    fn default() -> Self {
        let server = Server::new(Cheat::None);
        let device = identity(1, &server.identity);
        let actor = ActorId::new([1; 16]);
        Self {
            phone: Phone::new(
                "phone".into(),
                device,
                (actor, [1; 32]),
                Role::PatrolMember,
                Cheat::None,
            ),
            server,
            workload: ChaCha8Rng::seed_from_u64(1),
        }
    }
}

impl Default for SimulatedPost {
    fn default() -> Self {
        let mut server = Server::new(Cheat::None);
        let device = identity(1, &server.identity);
        let holder = PersonId::from_bytes([3; 16]);
        let key = PublicKey::of(&device.key);
        server.enrol(device.device, key, Role::PatrolMember, holder);
        Self { server, device }
    }
}

fn copy(server: &Server) -> ServerIdentity {
    ServerIdentity {
        server: server.identity.server,
        organisation: server.identity.organisation,
        key: server.identity.key.clone(),
    }
}

impl conform::Phone for SimulatedPhone {
    fn log(&mut self) -> impl DerefMut<Target: DeviceLog> {
        &mut self.phone.store
    }

    fn save(&mut self) {
        self.phone.record(&mut self.workload, MORNING_MS);
    }

    fn crash(&mut self) {
        self.phone.crash(ActorId::new([2; 16]));
    }

    fn identities(&self) -> (DeviceIdentity, ServerIdentity) {
        (identity(1, &self.server.identity), copy(&self.server))
    }

    fn scope(&self) -> ScopeId {
        scope()
    }
}

impl conform::Post for SimulatedPost {
    fn log(&mut self) -> impl DerefMut<Target: ServerLog> {
        &mut self.server.store
    }

    fn crash(&mut self) {
        self.server.store.crash();
    }

    fn enrolled(&self) -> (OrganisationId, ScopeId, SigningKey) {
        (organisation(), scope(), self.device.key.clone())
    }

    fn identity(&self) -> ServerIdentity {
        copy(&self.server)
    }
}

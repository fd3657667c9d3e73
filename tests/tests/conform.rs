//! The suites of the stores, over those of the product and those of the simulator.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::ops::DerefMut;

use bitacora_core::enrol::Role;
use bitacora_core::id::{OrganisationId, ScopeId};
use bitacora_core::sync::{DeviceIdentity, DeviceLog, ServerIdentity, ServerLog};
use bitacora_tests::conform::{self, device_log, server_log};
use bitacora_tests::sim::{SimulatedPhone, SimulatedPost};
use bitacora_tests::world::{Phone, World};
use ed25519_dalek::SigningKey;

/// A device of the product, enrolled.
struct RealPhone {
    phone: Phone,
}

impl conform::Phone for RealPhone {
    fn log(&mut self) -> impl DerefMut<Target: DeviceLog> {
        Box::new(self.phone.device.sync_log())
    }

    fn save(&mut self) {
        self.phone.meets(3, "VEN").unwrap();
    }

    fn crash(&mut self) {
        self.phone.reopen().unwrap();
    }

    fn identities(&self) -> (DeviceIdentity, ServerIdentity) {
        let identity = self.phone.device.identity().unwrap();
        let copy = DeviceIdentity {
            organisation: identity.organisation,
            device: identity.device,
            key: identity.key.clone(),
            server: identity.server,
            server_key: identity.server_key,
            build: identity.build.clone(),
        };
        // The store takes receipts that the exchange has verified: any key may sign them here.
        let server = ServerIdentity {
            server: identity.server,
            organisation: identity.organisation,
            key: SigningKey::from_bytes(&[8; 32]),
        };
        (copy, server)
    }

    fn scope(&self) -> ScopeId {
        "PA-BCH/operational".parse().unwrap()
    }
}

/// A server of the product with one enrolled device.
struct RealPost {
    world: World,
    device: Phone,
}

impl conform::Post for RealPost {
    fn log(&mut self) -> impl DerefMut<Target: ServerLog> {
        Box::new(self.world.server.exchange_log(self.world.now()))
    }

    // A view that is dropped leaves its transaction as a process does that ends: the server's kill tests end one.
    fn crash(&mut self) {}

    fn enrolled(&self) -> (OrganisationId, ScopeId, SigningKey) {
        let identity = self.device.device.identity().unwrap();
        let scope = "PA-BCH/operational".parse().unwrap();
        (identity.organisation, scope, identity.key.clone())
    }

    fn identity(&self) -> ServerIdentity {
        let identity = self.device.device.identity().unwrap();
        ServerIdentity {
            server: identity.server,
            organisation: identity.organisation,
            key: SigningKey::from_bytes(&[8; 32]),
        }
    }
}

#[test]
fn the_simulated_phone_keeps_the_contract() {
    device_log(&mut SimulatedPhone::default());
}

#[test]
fn the_simulated_server_keeps_the_contract() {
    server_log(&mut SimulatedPost::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_device_keeps_the_contract() {
    let world = World::start().await.unwrap();
    let phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    device_log(&mut RealPhone { phone });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_keeps_the_contract() {
    let world = World::start().await.unwrap();
    let device = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    server_log(&mut RealPost { world, device });
}

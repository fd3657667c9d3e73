//! The simulated server: its identity, its store and a backup of it.

use std::sync::Arc;

use bitacora_core::enrol::Role;
use bitacora_core::envelope::PublicKey;
use bitacora_core::id::{DeviceId, PersonId, ServerId};
use bitacora_core::sync::ServerIdentity;
use ed25519_dalek::SigningKey;

use super::cheat::Cheat;
use super::office::organisation;
use super::server_store::{Enrolled, ServerState, ServerStore};

/// The server.
pub(super) struct Server {
    pub(super) identity: Arc<ServerIdentity>,
    pub(super) store: ServerStore,
    pub(super) backup: Option<ServerState>,
}

impl Server {
    pub(super) fn new(cheat: Cheat) -> Self {
        let key = SigningKey::from_bytes(&[200; 32]);
        let server = ServerId::of_key(PublicKey::of(&key).as_bytes());
        let identity = ServerIdentity {
            server,
            organisation: organisation(),
            key,
        };
        Self {
            identity: Arc::new(identity),
            store: ServerStore::new(cheat),
            backup: None,
        }
    }

    /// Enrols a device, durably.
    pub(super) fn enrol(&mut self, device: DeviceId, key: PublicKey, role: Role, holder: PersonId) {
        let enrolled = Enrolled {
            key,
            role,
            holder,
            mark: None,
            revoked: false,
        };
        self.store
            .disk
            .now_mut()
            .enrolled
            .insert(device, enrolled.clone());
        self.store.disk.sync();
        if let Some(backup) = &mut self.backup {
            // Enrolments are few and made by hand: after a restore the operator makes them again.
            backup.enrolled.insert(device, enrolled);
        }
    }

    /// Cuts a device off, durably.
    pub(super) fn revoke(&mut self, device: DeviceId) {
        let cut_off = |state: &mut ServerState| {
            if let Some(enrolled) = state.enrolled.get_mut(&device) {
                enrolled.revoked = true;
            }
        };
        cut_off(self.store.disk.now_mut());
        self.store.disk.sync();
        // After a restore the operator does it again, as with enrolments.
        if let Some(backup) = &mut self.backup {
            cut_off(backup);
        }
    }

    /// Returns whether a device was cut off.
    pub(super) fn has_revoked(&self, device: DeviceId) -> bool {
        let enrolled = self.store.disk.synced().enrolled.get(&device);
        enrolled.is_some_and(|enrolled| enrolled.revoked)
    }

    /// Puts the backup in the place of everything; with an epoch a new generation of logs begins.
    pub(super) fn restore(&mut self, epoch: Option<u64>) -> bool {
        let Some(mut backup) = self.backup.take() else {
            return false;
        };
        backup.epoch = epoch.unwrap_or(backup.epoch);
        self.store.disk.replace(backup);
        true
    }
}

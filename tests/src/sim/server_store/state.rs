//! What the server has on its disk.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bitacora_core::document::Document;
use bitacora_core::enrol::Role;
use bitacora_core::envelope::{LeafHash, PublicKey};
use bitacora_core::id::{ChangeHash, DeviceId, DocumentId, PersonId};
use bitacora_core::receipt::Receipt;
use bitacora_core::sync::{NewChange, StoredChange, StoredEnvelope, Tail};

/// Everything that the server has on its disk.
#[derive(Clone)]
pub(in crate::sim) struct ServerState {
    pub(in crate::sim) epoch: u64,
    pub(in crate::sim) enrolled: BTreeMap<DeviceId, Enrolled>,
    pub(in crate::sim) log: Vec<(Tail, ChangeHash)>,
    pub(in crate::sim) envelopes: BTreeMap<(DeviceId, u64), Arc<StoredEnvelope>>,
    pub(in crate::sim) changes: BTreeMap<ChangeHash, Arc<StoredChange>>,
    /// Which change each leaf is. No phone of the simulation brings the same bytes under two documents.
    pub(in crate::sim) leaves: BTreeMap<LeafHash, ChangeHash>,
    /// Waiting changes as further envelopes brought them.
    pub(in crate::sim) brought: BTreeMap<LeafHash, Vec<NewChange>>,
    /// What was freed and is not judged yet, in order.
    pub(in crate::sim) ready: Vec<LeafHash>,
    pub(in crate::sim) documents: BTreeMap<DocumentId, Arc<Document>>,
    pub(in crate::sim) receipts: BTreeMap<(DeviceId, u64), Receipt>,
    pub(in crate::sim) clone_alarms: BTreeSet<DeviceId>,
    pub(in crate::sim) announced: BTreeSet<(DeviceId, PersonId)>,
}

/// A device as the server knows it.
#[derive(Clone)]
pub(in crate::sim) struct Enrolled {
    pub(in crate::sim) key: PublicKey,
    /// What its holder may do; a commander's device reads from the beginning.
    pub(in crate::sim) role: Role,
    pub(in crate::sim) holder: PersonId,
    pub(in crate::sim) mark: Option<u64>,
    pub(in crate::sim) revoked: bool,
}

impl ServerState {
    pub(in crate::sim) fn new() -> Self {
        Self {
            epoch: 1,
            enrolled: BTreeMap::new(),
            log: Vec::new(),
            envelopes: BTreeMap::new(),
            changes: BTreeMap::new(),
            leaves: BTreeMap::new(),
            brought: BTreeMap::new(),
            ready: Vec::new(),
            documents: BTreeMap::new(),
            receipts: BTreeMap::new(),
            clone_alarms: BTreeSet::new(),
            announced: BTreeSet::new(),
        }
    }

    /// The product's rule: a code's role is its holder's, everybody else announced there is a member.
    pub(super) fn role_on(&self, device: DeviceId, person: PersonId) -> Option<Role> {
        let enrolled = self.enrolled.get(&device)?;
        if enrolled.holder == person {
            return Some(enrolled.role);
        }
        let announced = self.announced.contains(&(device, person));
        announced.then_some(Role::PatrolMember)
    }
}

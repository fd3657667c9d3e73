//! The teams of a post, and those from which records are expected.

use std::collections::BTreeSet;

use bitacora_core::enrol::team::TeamList;
use bitacora_core::id::DeviceId;
use chrono::{DateTime, Utc};

/// A device of the post, as the directory knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// The device.
    pub device_id: DeviceId,
    /// Its name from the enrolment.
    pub name: String,
    /// When it was enrolled, if known. It may have recorded before, without a code.
    pub enrolled_at: Option<DateTime<Utc>>,
    /// Its last exchange with the server.
    pub last_contact_at: Option<DateTime<Utc>>,
    /// When it was revoked, if it was. What it had not handed over by then never comes.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Another device has its identity: until it is enrolled again it hands in nothing, whenever it is heard.
    pub copied: bool,
}

/// The teams of a post as the server last listed them, and how far this device has their records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Teams {
    /// Those from which records are expected.
    pub expected: Vec<Team>,
    /// When the server said so.
    pub as_of: DateTime<Utc>,
    /// Up to when this device has received what the server had; `None` if it has never received anything.
    pub received_until: Option<DateTime<Utc>>,
}

impl Teams {
    /// Takes over the server's list. A commander's device decides, and records as a rule nothing: it is expected to
    /// bring something only if it is one of the `recorders`, the other devices on which something was recorded before.
    /// Of one that has never handed anything over nobody knows that there is something to wait for.
    pub fn of(
        list: &TeamList,
        recorders: &BTreeSet<DeviceId>,
        received_until: Option<DateTime<Utc>>,
    ) -> Self {
        let bring_records = list
            .devices
            .iter()
            .filter(|one| !one.role.administers_devices() || recorders.contains(&one.id));
        let expected = bring_records.map(|one| Team {
            device_id: one.id,
            name: one.name.clone(),
            enrolled_at: Some(one.enrolled_at),
            last_contact_at: one.last_contact_at,
            revoked_at: one.revoked_at,
            copied: one.cloned,
        });
        Self {
            expected: expected.collect(),
            as_of: list.now,
            received_until,
        }
    }
}

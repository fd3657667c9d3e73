//! The post's devices: asked of the server, and kept as it said last, for a table that is made without a link.

use std::collections::BTreeSet;

use bitacora_core::enrol::Role;
use bitacora_core::enrol::team::{IssuedCode, TeamList};
use bitacora_core::id::DeviceId;
use chrono::{DateTime, TimeDelta, Utc};

use crate::device::Device;
use crate::error::DeviceError;
use crate::store::table::{clock_reading, contact, envelope, meta, patrol_row};
use crate::store::value;

/// Among so many readings of the clock that of a contact is looked for: satellites may have been compared since.
const READINGS: u32 = 16;

impl Device {
    /// Asks the server for the devices of the post, for its commander, and keeps the answer.
    pub async fn teams(&self) -> Result<TeamList, DeviceError> {
        let list = self.channel()?.team_list().await?;
        self.keep_teams(&list)?;
        Ok(list)
    }

    /// Returns the devices of the post as the server listed them last; `None` if it never did.
    pub fn known_teams(&self) -> Result<Option<TeamList>, DeviceError> {
        self.with(|unlocked| {
            let kept = meta::text(unlocked.store.read(), meta::TEAMS)?;
            Ok(kept
                .map(|text| value::from_json(&text, "teams"))
                .transpose()?)
        })
    }

    /// Returns up to when this device has received what the server had: its last contact that went through, by the
    /// server's clock, which says too when it heard each team.
    pub fn received_until(&self) -> Result<Option<DateTime<Utc>>, DeviceError> {
        self.with(|unlocked| {
            let db = unlocked.store.read();
            let Some(contact) = contact::last_good(db)? else {
                return Ok(None);
            };
            let readings = clock_reading::newest(db, READINGS)?;
            let found = readings.iter().find(|reading| reading.at <= contact.at);
            let offset = found.map_or(0, |reading| reading.offset_ms);
            Ok(Some(contact.at + TimeDelta::milliseconds(offset)))
        })
    }

    /// Returns the devices of a list, this one left out, on which a record that is here was made, or with which a patrol
    /// left. Of a device that records something it is known that it may hold more.
    pub fn other_recorders(&self, list: &TeamList) -> Result<BTreeSet<DeviceId>, DeviceError> {
        self.with(|unlocked| {
            let db = unlocked.store.read();
            let mut found = BTreeSet::new();
            for id in list.devices.iter().map(|device| device.id) {
                let is_other = id != unlocked.device;
                if is_other
                    && (patrol_row::ever_left_with(db, id)? || envelope::begins_a_record(db, id)?)
                {
                    found.insert(id);
                }
            }
            Ok(found)
        })
    }

    /// Asks the server for a code that enrols one device.
    pub async fn enrol_code(&self, role: Role, name: &str) -> Result<IssuedCode, DeviceError> {
        Ok(self.channel()?.issue_code(role, name).await?)
    }

    /// Cuts a device off; its next request is refused.
    pub async fn revoke(&self, device: DeviceId) -> Result<TeamList, DeviceError> {
        let list = self.channel()?.revoke(device).await?;
        self.keep_teams(&list)?;
        Ok(list)
    }

    fn keep_teams(&self, list: &TeamList) -> Result<(), DeviceError> {
        let text = value::to_json(list, "teams")?;
        self.with(|unlocked| {
            unlocked
                .store
                .keep(|tx| Ok(meta::set(tx, meta::TEAMS, text.as_bytes())?))
        })
    }
}

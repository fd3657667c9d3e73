//! The devices of a post, as its commander sees them.

use bitacora_core::enrol::team::{TeamDevice, TeamList};
use bitacora_core::id::{DeviceId, PostId};
use rusqlite::Connection;

use crate::server::Server;
use crate::store::StoreError;
use crate::store::table::device::{self, Device};
use crate::store::table::{meta, person};

impl Server {
    /// Lists the devices of a post, or of all posts; by name.
    pub fn team(&self, post: Option<&PostId>) -> Result<TeamList, StoreError> {
        let devices = self.store().read(|connection| {
            let devices = device::all(connection)?
                .into_iter()
                .filter(|device| post.is_none_or(|post| *post == device.post));
            devices
                .map(|device| team_device(connection, device))
                .collect::<Result<Vec<_>, _>>()
        })?;
        Ok(TeamList {
            now: self.now(),
            devices,
        })
    }

    /// Cuts a device off; false if it is not enrolled (at this post) or is revoked already.
    pub fn revoke(&self, id: DeviceId, post: Option<&PostId>) -> Result<bool, StoreError> {
        let now = self.now();
        let revoked = self.store().write::<_, StoreError>(|tx| {
            let ours = device::find(tx, id)?
                .is_some_and(|device| post.is_none_or(|post| *post == device.post));
            if !ours || !device::revoke(tx, id, now)? {
                return Ok(false);
            }
            meta::directory_altered(tx)?;
            Ok(true)
        })?;
        if revoked {
            tracing::info!(device.id = %id, "A device was revoked");
        }
        Ok(revoked)
    }
}

fn team_device(connection: &Connection, device: Device) -> Result<TeamDevice, StoreError> {
    Ok(TeamDevice {
        people: person::names_on(connection, device.id)?,
        id: device.id,
        name: device.name,
        role: device.role,
        enrolled_at: device.enrolled_at,
        last_contact_at: device.last_contact_at,
        received: device.received,
        refused: device.refused,
        clock_ahead_seconds: device.clock_ahead_seconds,
        digits: device.digits.to_string(),
        revoked_at: device.revoked_at,
        cloned: device.cloned,
    })
}

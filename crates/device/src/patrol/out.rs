//! The patrols of the post that are out, with any device.

use bitacora_core::id::ScopeId;

use super::PatrolLine;
use crate::device::Device;
use crate::error::DeviceError;
use crate::record::Names;
use crate::store::table::patrol_row;

/// A patrol that is out as far as is known here, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatrolOut {
    /// The patrol.
    pub line: PatrolLine,
    /// Name of the device that it left with; empty if this device does not know it.
    pub device_name: String,
    /// It left with this device.
    pub is_here: bool,
}

impl Device {
    /// Returns every patrol of this device's post that is out as far as is known here, the one that left last first.
    pub fn patrols_out(&self) -> Result<Vec<PatrolOut>, DeviceError> {
        self.with(|unlocked| {
            let scope = ScopeId::operational(unlocked.post_id()?);
            let db = unlocked.store.read();
            let encounters = patrol_row::encounters_of_all(db)?;
            let mut names = Names::default();
            let mut out = Vec::new();
            for row in patrol_row::out(db, &scope)? {
                let count = encounters.get(&row.patrol_id).copied();
                out.push(PatrolOut {
                    device_name: names.device(db, row.device)?,
                    is_here: patrol_row::left_here(db, row.patrol_id)?,
                    line: unlocked.patrol_line(row, count.unwrap_or(0))?,
                });
            }
            Ok(out)
        })
    }
}

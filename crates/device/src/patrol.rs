//! Patrols: leaving, returning, and what a record takes from the patrol that is out.

use bitacora_core::capture::Capture;
use bitacora_core::id::PatrolId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::device::Unlocked;
use crate::store::StoreError;
use crate::store::table::patrol_row::{self, PatrolRow};
use crate::store::value;

/// The patrol that is out with this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPatrol {
    /// The patrol.
    pub patrol_id: PatrolId,
    /// Its code, such as `BCH-0314-2`.
    pub code: String,
    /// When it left, by its device's clock.
    pub departed_at: DateTime<Utc>,
    /// What its records begin with.
    pub defaults: PatrolDefaults,
    /// Records so far.
    pub encounters: u64,
}

/// What the records of a patrol begin with, and who is out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatrolDefaults {
    /// The trail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trail_id: Option<String>,
    /// Code list `setting`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// Code list `direction`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<String>,
}

impl Unlocked {
    /// Returns the patrol that is out with this device.
    pub(crate) fn open_patrol(&self) -> Result<Option<OpenPatrol>, StoreError> {
        let row = patrol_row::open_of(self.store.read(), self.device)?;
        row.map(|row| self.opened(row)).transpose()
    }

    fn opened(&self, row: PatrolRow) -> Result<OpenPatrol, StoreError> {
        Ok(OpenPatrol {
            encounters: patrol_row::encounters(self.store.read(), row.patrol_id)?,
            patrol_id: row.patrol_id,
            code: row.code,
            departed_at: row.departed_at,
            defaults: value::from_json(&row.summary, "patrol")?,
        })
    }
}

/// Fills what a record takes from the open patrol; what the person stated stays.
pub(crate) fn fill(unlocked: &Unlocked, capture: &mut Capture) -> Result<(), StoreError> {
    let Some(patrol) = unlocked.open_patrol()? else {
        return Ok(());
    };
    capture.patrol_id = Some(patrol.patrol_id);
    let PatrolDefaults {
        trail_id,
        setting,
        direction,
    } = patrol.defaults;
    capture.trail_id = capture.trail_id.take().or(trail_id);
    capture.setting = capture.setting.take().or(setting);
    capture.direction = capture.direction.take().or(direction);
    Ok(())
}

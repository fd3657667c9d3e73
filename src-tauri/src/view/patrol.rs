//! A patrol leaves and comes back.

use bitacora_device as device;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::access::OpenPatrol;
use super::convert::{moment, number};

/// A patrol leaves.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct LeaveRequest {
    /// Trail of the post.
    pub trail_id: Option<String>,
    /// Code list `setting`.
    pub setting: Option<String>,
    /// Code list `direction`.
    pub direction: Option<String>,
    /// Who goes.
    pub people: Vec<String>,
}

/// A patrol is back.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct ReturnRequest {
    /// Whether it says that it met nobody.
    pub zero_encounters: bool,
}

impl From<&device::OpenPatrol> for OpenPatrol {
    fn from(patrol: &device::OpenPatrol) -> Self {
        Self {
            patrol_id: patrol.patrol_id.to_string(),
            code: patrol.code.clone(),
            trail: patrol.defaults.trail_id.clone(),
            setting: patrol.defaults.setting.clone(),
            direction: patrol.defaults.direction.clone(),
            departed_at: moment(patrol.departed_at),
            people: patrol.people.clone(),
            encounters: number(patrol.encounters),
        }
    }
}

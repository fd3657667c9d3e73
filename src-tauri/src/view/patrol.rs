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

/// A patrol of the post that is out, with any device.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct PatrolOut {
    /// Which.
    pub patrol_id: String,
    /// Its code.
    pub code: String,
    /// When it left.
    pub departed_at: String,
    /// Who is out, as far as they are known here.
    pub people: Vec<String>,
    /// The device that it left with; empty if it is not known here.
    pub device_name: String,
    /// Records of it that are here.
    pub encounters: u32,
    /// Whether it left with this device.
    pub this_device: bool,
}

impl From<&device::PatrolOut> for PatrolOut {
    fn from(out: &device::PatrolOut) -> Self {
        Self {
            patrol_id: out.line.patrol_id.to_string(),
            code: out.line.code.clone(),
            departed_at: moment(out.line.departed_at),
            people: out.line.people.clone(),
            device_name: out.device_name.clone(),
            encounters: number(out.line.encounters),
            this_device: out.is_here,
        }
    }
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

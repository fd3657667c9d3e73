//! Whether a team may hold records that a table lacks, and why.

use bitacora_core::id::DeviceId;
use bitacora_core::patrol::Outing;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::Team;

/// While a day is not over, a team whose last contact is older than this may hold records that the table lacks.
/// Half a patrol's day: a team that left in the morning is missing in the evening's table until it is back.
pub const SILENCE_MAX: TimeDelta = TimeDelta::hours(6);

/// Why a team is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It has never exchanged anything.
    Never,
    /// Its patrol has left and is not back.
    PatrolOut,
    /// It was last heard hours ago, or, of a day that is over, before its end.
    Silent,
    /// It was revoked, lost perhaps, and may have held records of before.
    Revoked,
    /// Another device has its identity: what it has recorded since is on it alone until it is enrolled again.
    Copied,
    /// The server has heard it after this device last received what the server has.
    NotReceived,
}

impl Why {
    /// Returns the word used in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::PatrolOut => "patrol_out",
            Self::Silent => "silent",
            Self::Revoked => "revoked",
            Self::Copied => "copied",
            Self::NotReceived => "not_received",
        }
    }
}

/// A team that may hold records which the table lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingTeam {
    /// The device.
    pub device_id: DeviceId,
    /// Its name.
    pub name: String,
    /// Up to when its records are certainly in.
    pub last_contact_at: Option<DateTime<Utc>>,
    /// Why.
    pub why: Why,
    /// The patrol that it is out with, if known.
    pub patrol_code: Option<String>,
}

/// Where a table ends, and so from when on a team must have been heard.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    /// The end of its days, or now while they are not over.
    pub(super) at: DateTime<Utc>,
    /// Its days are over: what was recorded in their last hours came with a contact after them.
    pub(super) is_over: bool,
}

/// What a team handed over after this device last received anything is at the server and not in this device's table.
pub(super) fn missing(
    team: &Team,
    out: &[&Outing],
    received_until: Option<DateTime<Utc>>,
    end: End,
) -> Option<MissingTeam> {
    let patrol = out.iter().find(|patrol| patrol.device_id == team.device_id);
    let end = match team.revoked_at {
        Some(at) if at < end.at => End { at, is_over: false },
        _ => end,
    };
    let silence = if end.is_over {
        TimeDelta::zero()
    } else {
        SILENCE_MAX
    };
    let is_heard = team
        .last_contact_at
        .is_some_and(|heard| heard >= end.at - silence);
    let why = match team.last_contact_at {
        _ if team.revoked_at.is_some() && (!is_heard || team.copied) => Why::Revoked,
        None => Why::Never,
        _ if patrol.is_some() => Why::PatrolOut,
        _ if team.copied => Why::Copied,
        _ if !is_heard => Why::Silent,
        Some(heard) if received_until.is_none_or(|until| heard > until) => Why::NotReceived,
        _ => return None,
    };
    Some(MissingTeam {
        device_id: team.device_id,
        name: team.name.clone(),
        last_contact_at: team.last_contact_at,
        why,
        patrol_code: patrol.map(|patrol| patrol.code.clone()),
    })
}

//! Which teams a table does not contain yet.

use std::collections::BTreeSet;

use bitacora_core::enrol::team::TeamList;
use bitacora_core::id::{DeviceId, PatrolId};
use bitacora_core::patrol::Outing;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::period::Period;

/// A team whose last contact is older than this at the end of the table may hold records that the table lacks.
/// Half a patrol's day: a team that left in the morning is missing in the evening's table until it is back.
pub const SILENCE_MAX: TimeDelta = TimeDelta::hours(6);

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
        });
        Self {
            expected: expected.collect(),
            as_of: list.now,
            received_until,
        }
    }
}

/// Why a team is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It has never exchanged anything.
    Never,
    /// Its patrol has left and is not back.
    PatrolOut,
    /// It was last heard long before the end of the table.
    Silent,
    /// It was revoked, lost perhaps, and may have held records of before.
    Revoked,
    /// The server has heard it, but this device has long not received what the server has.
    NotReceived,
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

/// A patrol that was out in the period and is not back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingPatrol {
    /// The patrol.
    pub patrol_id: PatrolId,
    /// Its code.
    pub code: String,
    /// When it left.
    pub departed_at: DateTime<Utc>,
}

/// What a table lacks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// The teams that could have contributed.
    pub teams_expected: u64,
    /// Those that may still hold something.
    pub teams_missing: Vec<MissingTeam>,
    /// Patrols that were out in the period and still are.
    pub patrols_missing: Vec<MissingPatrol>,
    /// When the server last said which teams there are; `None` if it never did, and then nobody knows who is missing.
    pub teams_as_of: Option<DateTime<Utc>>,
}

impl Coverage {
    /// Works out what is missing in a period's table as of a time; `teams` is absent if the server never listed them.
    pub fn of(
        teams: Option<&Teams>,
        patrols: &[Outing],
        period: Period,
        tz: Tz,
        as_of: DateTime<Utc>,
    ) -> Self {
        let (start, end) = period.instants(tz);
        let end = end.min(as_of);
        let revoked = |patrol: &Outing| {
            let teams = teams.into_iter().flat_map(|teams| &teams.expected);
            let mut of_it = teams.filter(|team| team.device_id == patrol.device_id);
            of_it.find_map(|team| team.revoked_at)
        };
        let out: Vec<&Outing> = patrols
            .iter()
            .filter(|patrol| patrol.returned_at.is_none() && was_out(patrol, start, end))
            // Nobody closes the patrol of a phone that was lost: on days after that nobody waits for it.
            .filter(|patrol| revoked(patrol).is_none_or(|at| at >= start))
            .collect();
        let received_until = teams.and_then(|teams| teams.received_until);
        // A phone that was enrolled later may have recorded without a code before: it belongs to the period if it was
        // out in it, or as long as nobody has heard of it.
        let expected: Vec<&Team> = teams
            .into_iter()
            .flat_map(|teams| &teams.expected)
            .filter(|team| team.revoked_at.is_none_or(|at| at >= start))
            .filter(|team| {
                team.enrolled_at.is_none_or(|at| at < end)
                    || patrols.iter().any(|patrol| {
                        patrol.device_id == team.device_id && was_out(patrol, start, end)
                    })
                    || missing(team, &out, received_until, end).is_some()
            })
            .collect();
        let mut teams_missing: Vec<_> = expected
            .iter()
            .filter_map(|team| missing(team, &out, received_until, end))
            .collect();
        teams_missing
            .sort_by(|a, b| (a.last_contact_at, &a.name).cmp(&(b.last_contact_at, &b.name)));
        let mut patrols_missing: Vec<_> = out.into_iter().map(MissingPatrol::from).collect();
        patrols_missing.sort_by_key(|patrol| (patrol.departed_at, patrol.patrol_id));
        Self {
            teams_expected: expected.len() as u64,
            teams_missing,
            patrols_missing,
            teams_as_of: teams.map(|teams| teams.as_of),
        }
    }

    /// Returns whether nothing is known to be missing.
    pub fn is_complete(&self) -> bool {
        self.teams_missing.is_empty() && self.patrols_missing.is_empty()
    }
}

impl From<&Outing> for MissingPatrol {
    fn from(patrol: &Outing) -> Self {
        Self {
            patrol_id: patrol.patrol_id,
            code: patrol.code.clone(),
            departed_at: patrol.departed_at,
        }
    }
}

/// A patrol is of every day that it was out on, not only of the one on which it left: on each it met people of whom
/// nobody hears until it is back. A wrong clock may let it come back before it left: then it is of the day on which it
/// left.
fn was_out(patrol: &Outing, start: DateTime<Utc>, end: DateTime<Utc>) -> bool {
    let came_back = patrol.returned_at.map(|at| at.max(patrol.departed_at));
    patrol.departed_at < end && came_back.is_none_or(|at| at >= start)
}

/// What a team handed over after this device last received anything is at the server and not in this device's table.
fn missing(
    team: &Team,
    out: &[&Outing],
    received_until: Option<DateTime<Utc>>,
    end: DateTime<Utc>,
) -> Option<MissingTeam> {
    let patrol = out.iter().find(|patrol| patrol.device_id == team.device_id);
    let end = team.revoked_at.map_or(end, |at| end.min(at));
    let certain_until = team.last_contact_at.min(received_until);
    let why = match (team.last_contact_at, certain_until) {
        (heard, _)
            if team.revoked_at.is_some() && heard.is_none_or(|at| at < end - SILENCE_MAX) =>
        {
            Why::Revoked
        }
        (None, _) => Why::Never,
        _ if patrol.is_some() => Why::PatrolOut,
        (_, None) => Why::NotReceived,
        (Some(heard), Some(at)) if at < end - SILENCE_MAX => {
            if heard < end - SILENCE_MAX {
                Why::Silent
            } else {
                Why::NotReceived
            }
        }
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

#[cfg(test)]
mod tests;

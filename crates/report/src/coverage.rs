//! Which teams a table does not contain yet.

mod missing;
mod team;

use bitacora_core::id::PatrolId;
use bitacora_core::patrol::Outing;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::period::Period;
use missing::{End, missing};
pub use missing::{MissingTeam, SILENCE_MAX, Why};
pub use team::{Team, Teams};

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
    /// From when on this device has received what the post has, if the period begins before: of older records it holds
    /// only those that were made here, or touched since.
    #[serde(default)]
    pub received_from: Option<DateTime<Utc>>,
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
        let is_over = end <= as_of;
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
                    || missing(team, &out, received_until, End { at: end, is_over }).is_some()
            })
            .collect();
        let mut teams_missing: Vec<_> = expected
            .iter()
            .filter_map(|team| missing(team, &out, received_until, End { at: end, is_over }))
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
            received_from: None,
        }
    }

    /// Adds from when on this device has received what the post has; `None` if it received all of it.
    #[must_use]
    pub fn on_a_device_since(
        self,
        received_from: Option<DateTime<Utc>>,
        period: Period,
        tz: Tz,
    ) -> Self {
        let (start, _) = period.instants(tz);
        Self {
            received_from: received_from.filter(|from| start < *from),
            ..self
        }
    }

    /// Returns whether nothing is known to be missing.
    pub fn is_complete(&self) -> bool {
        self.teams_missing.is_empty()
            && self.patrols_missing.is_empty()
            && self.received_from.is_none()
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

#[cfg(test)]
mod tests;

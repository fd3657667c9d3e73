//! Which teams a table does not contain yet.

use bitacora_core::id::{DeviceId, PatrolId};
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
    /// When it was enrolled, if known. A device that came later than the period cannot be missing in it.
    pub enrolled_at: Option<DateTime<Utc>>,
    /// Its last exchange with the server.
    pub last_contact_at: Option<DateTime<Utc>>,
}

/// A patrol, as far as its document has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatrolOut {
    /// The patrol.
    pub patrol_id: PatrolId,
    /// `BCH-0314-2`.
    pub code: String,
    /// On which device it was opened.
    pub device_id: Option<DeviceId>,
    /// When it left.
    pub departed_at: DateTime<Utc>,
    /// When it came back, if it has.
    pub returned_at: Option<DateTime<Utc>>,
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

/// A patrol that has left in the period and is not back.
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
    /// Patrols of the period that are still out.
    pub patrols_missing: Vec<MissingPatrol>,
}

impl Coverage {
    /// Works out what is missing in a period's table as of a time.
    pub fn of(
        teams: &[Team],
        patrols: &[PatrolOut],
        period: Period,
        tz: Tz,
        as_of: DateTime<Utc>,
    ) -> Self {
        let (start, end) = period.instants(tz);
        let end = end.min(as_of);
        let out: Vec<&PatrolOut> = patrols
            .iter()
            .filter(|patrol| is_out(patrol, start, end))
            .collect();
        let expected = || {
            teams
                .iter()
                .filter(|team| team.enrolled_at.is_none_or(|at| at < end))
        };
        let mut teams_missing: Vec<_> = expected()
            .filter_map(|team| missing(team, &out, end))
            .collect();
        teams_missing
            .sort_by(|a, b| (a.last_contact_at, &a.name).cmp(&(b.last_contact_at, &b.name)));
        let mut patrols_missing: Vec<_> = out.into_iter().map(MissingPatrol::from).collect();
        patrols_missing.sort_by_key(|patrol| (patrol.departed_at, patrol.patrol_id));
        Self {
            teams_expected: expected().count() as u64,
            teams_missing,
            patrols_missing,
        }
    }

    /// Returns whether nothing is known to be missing.
    pub fn is_complete(&self) -> bool {
        self.teams_missing.is_empty() && self.patrols_missing.is_empty()
    }
}

impl From<&PatrolOut> for MissingPatrol {
    fn from(patrol: &PatrolOut) -> Self {
        Self {
            patrol_id: patrol.patrol_id,
            code: patrol.code.clone(),
            departed_at: patrol.departed_at,
        }
    }
}

/// A patrol counts as out if it left before the end and was not back within the period; one that left on an earlier
/// day and was never closed is shown on its own days only, or every later table would carry it for ever.
fn is_out(patrol: &PatrolOut, start: DateTime<Utc>, end: DateTime<Utc>) -> bool {
    patrol.returned_at.is_none() && start <= patrol.departed_at && patrol.departed_at < end
}

fn missing(team: &Team, out: &[&PatrolOut], end: DateTime<Utc>) -> Option<MissingTeam> {
    let patrol = out
        .iter()
        .find(|patrol| patrol.device_id == Some(team.device_id));
    let why = match team.last_contact_at {
        None => Why::Never,
        Some(_) if patrol.is_some() => Why::PatrolOut,
        Some(at) if at < end - SILENCE_MAX => Why::Silent,
        Some(_) => return None,
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
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use rstest::rstest;
    use uuid::Uuid;

    fn at(text: &str) -> DateTime<Utc> {
        format!("2023-08-{text}:00-05:00").parse().unwrap()
    }

    fn team(last_contact_at: Option<&str>) -> Team {
        Team {
            device_id: DeviceId::new([7; 16]),
            name: "Cabo 17".to_owned(),
            enrolled_at: None,
            last_contact_at: last_contact_at.map(at),
        }
    }

    fn patrol(departed: &str, returned: Option<&str>) -> PatrolOut {
        PatrolOut {
            patrol_id: PatrolId::new(Uuid::from_u128(1)),
            code: "BCH-0814-1".to_owned(),
            device_id: Some(DeviceId::new([7; 16])),
            departed_at: at(departed),
            returned_at: returned.map(at),
        }
    }

    fn coverage(team: Team, patrols: &[PatrolOut], as_of: &str) -> Coverage {
        let day = Period::day("2023-08-14".parse().unwrap());
        Coverage::of(&[team], patrols, day, chrono_tz::America::Panama, at(as_of))
    }

    #[rstest]
    #[case::never_heard(None, "14T18:00", Some(Why::Never))]
    #[case::left_in_the_morning(Some("14T05:10"), "14T18:00", Some(Why::Silent))]
    #[case::back_at_five(Some("14T17:00"), "14T18:00", None)]
    #[case::back_a_day_later(Some("15T06:00"), "15T06:30", None)]
    #[case::the_day_closed_without_it(Some("14T10:00"), "16T06:00", Some(Why::Silent))]
    fn a_team_is_missing_until_it_is_heard_again(
        #[case] heard: Option<&str>,
        #[case] as_of: &str,
        #[case] why: Option<Why>,
    ) {
        let missing = coverage(team(heard), &[], as_of).teams_missing;
        assert_eq!(
            missing.first().map(|team| team.why),
            why,
            "heard {heard:?}, table as of {as_of}"
        );
    }

    #[test]
    fn a_patrol_that_is_out_makes_its_team_missing() {
        let out = coverage(
            team(Some("14T15:00")),
            &[patrol("14T05:00", None)],
            "14T18:00",
        );
        assert_eq!(
            out.teams_missing.first().unwrap().why,
            Why::PatrolOut,
            "it has not come back"
        );
        assert_eq!(
            out.teams_missing.first().unwrap().patrol_code.as_deref(),
            Some("BCH-0814-1"),
            "the patrol is named"
        );
        assert_eq!(out.patrols_missing.len(), 1, "the patrol is listed");
        let back = coverage(
            team(Some("14T15:00")),
            &[patrol("14T05:00", Some("14T14:50"))],
            "14T18:00",
        );
        assert!(back.is_complete(), "it returned and synced");
    }

    #[test]
    fn a_device_enrolled_later_is_not_expected() {
        let late = Team {
            enrolled_at: Some(at("16T08:00")),
            ..team(None)
        };
        assert_eq!(
            coverage(late, &[], "17T06:00").teams_expected,
            0,
            "it did not exist on that day"
        );
    }
}

//! Which teams a table does not contain yet.

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
    /// Takes over the server's list. Those of commanders record nothing in the field.
    pub fn of(list: &TeamList, received_until: Option<DateTime<Utc>>) -> Self {
        let in_the_field = list
            .devices
            .iter()
            .filter(|one| !one.role.administers_devices());
        let expected = in_the_field.map(|one| Team {
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
        let out: Vec<&Outing> = patrols
            .iter()
            .filter(|patrol| is_out(patrol, start, end))
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
                        patrol.device_id == team.device_id && left_within(patrol, start, end)
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

/// A patrol counts as out if it left before the end and was not back within the period; one that left on an earlier
/// day and was never closed is shown on its own days only, or every later table would carry it for ever.
fn is_out(patrol: &Outing, start: DateTime<Utc>, end: DateTime<Utc>) -> bool {
    patrol.returned_at.is_none() && left_within(patrol, start, end)
}

fn left_within(patrol: &Outing, start: DateTime<Utc>, end: DateTime<Utc>) -> bool {
    start <= patrol.departed_at && patrol.departed_at < end
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
            revoked_at: None,
        }
    }

    fn patrol(departed: &str, returned: Option<&str>) -> Outing {
        Outing {
            patrol_id: PatrolId::new(Uuid::from_u128(1)),
            code: "BCH-0814-1".to_owned(),
            device_id: DeviceId::new([7; 16]),
            departed_at: at(departed),
            returned_at: returned.map(at),
        }
    }

    fn coverage(team: Team, patrols: &[Outing], as_of: &str) -> Coverage {
        received(team, patrols, Some(as_of), as_of)
    }

    fn received(team: Team, patrols: &[Outing], until: Option<&str>, as_of: &str) -> Coverage {
        let day = Period::day("2023-08-14".parse().unwrap());
        let teams = Teams {
            expected: vec![team],
            as_of: at(as_of),
            received_until: until.map(at),
        };
        let tz = chrono_tz::America::Panama;
        Coverage::of(Some(&teams), patrols, day, tz, at(as_of))
    }

    #[rstest]
    #[case::an_hour_ago(Some("14T17:00"), None)]
    #[case::in_the_morning(Some("14T06:00"), Some(Why::NotReceived))]
    #[case::never(None, Some(Why::NotReceived))]
    fn what_this_device_has_not_received_is_missing_though_the_server_has_it(
        #[case] until: Option<&str>,
        #[case] why: Option<Why>,
    ) {
        let table = received(team(Some("14T17:30")), &[], until, "14T18:00");
        assert_eq!(
            table.teams_missing.first().map(|team| team.why),
            why,
            "received until {until:?}"
        );
    }

    #[test]
    fn without_a_list_nobody_is_said_to_be_there() {
        let day = Period::day("2023-08-14".parse().unwrap());
        let tz = chrono_tz::America::Panama;
        let unknown = Coverage::of(None, &[], day, tz, at("14T18:00"));
        assert_eq!(
            (unknown.teams_expected, unknown.teams_as_of),
            (0, None),
            "zero of zero is no promise: the table says that the teams are not known"
        );
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

    #[rstest]
    #[case::lost_in_the_afternoon(Some("14T05:10"), "14T16:00", (1, Some(Why::Revoked)))]
    #[case::never_heard(None, "14T16:00", (1, Some(Why::Revoked)))]
    #[case::handed_over_first(Some("14T15:30"), "14T16:00", (1, None))]
    #[case::revoked_later(Some("14T05:10"), "16T09:00", (1, Some(Why::Revoked)))]
    #[case::revoked_before_that_day(Some("12T05:10"), "13T09:00", (0, None))]
    fn a_phone_that_was_lost_is_missing_on_the_days_that_it_was_out(
        #[case] heard: Option<&str>,
        #[case] revoked: &str,
        #[case] expected: (u64, Option<Why>),
    ) {
        let lost = Team {
            revoked_at: Some(at(revoked)),
            ..team(heard)
        };
        let table = coverage(lost, &[], "17T06:00");
        let why = table.teams_missing.first().map(|team| team.why);
        assert_eq!((table.teams_expected, why), expected, "heard {heard:?}");
    }

    #[rstest]
    #[case::heard_since(Some("16T08:05"), &[], (0, None))]
    #[case::heard_since_and_out_that_day(Some("16T08:05"), &[patrol("14T05:00", Some("14T14:50"))], (1, None))]
    #[case::out_that_day_and_never_back(Some("16T08:05"), &[patrol("14T05:00", None)], (1, Some(Why::PatrolOut)))]
    #[case::out_on_another_day(Some("16T08:05"), &[patrol("15T05:00", Some("15T14:50"))], (0, None))]
    #[case::recorded_without_a_code_perhaps(None, &[], (1, Some(Why::Never)))]
    fn a_device_enrolled_later_is_expected_if_it_was_out_or_was_never_heard(
        #[case] heard: Option<&str>,
        #[case] patrols: &[Outing],
        #[case] expected: (u64, Option<Why>),
    ) {
        let late = Team {
            enrolled_at: Some(at("16T08:00")),
            ..team(heard)
        };
        let table = coverage(late, patrols, "17T06:00");
        let why = table.teams_missing.first().map(|team| team.why);
        assert_eq!((table.teams_expected, why), expected, "heard {heard:?}");
    }
}

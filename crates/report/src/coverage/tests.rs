//! Who is missing on a day.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
use super::*;
use bitacora_core::enrol::Role;
use bitacora_core::enrol::team::{TeamDevice, TeamList};
use bitacora_core::id::DeviceId;
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
        copied: false,
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
#[case::since(Some("14T17:31"), None)]
#[case::a_minute_before(Some("14T17:29"), Some(Why::NotReceived))]
#[case::an_hour_ago(Some("14T17:00"), Some(Why::NotReceived))]
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
#[case::heard_in_the_evening_and_the_day_closed(Some("14T18:05"), "15T06:00", Some(Why::Silent))]
#[case::heard_in_the_evening_of_the_day(Some("14T18:05"), "14T23:59", None)]
#[case::heard_after_midnight(Some("15T00:00"), "15T06:00", None)]
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

/// Whoever copied it can sync with it: that it is heard says nothing about what the other one holds.
#[rstest]
#[case::in_use(None, "14T18:00", (1, Some(Why::Copied)))]
#[case::revoked_that_day(Some("14T16:00"), "14T18:00", (1, Some(Why::Revoked)))]
#[case::revoked_later(Some("16T09:00"), "17T06:00", (1, Some(Why::Revoked)))]
#[case::revoked_before(Some("13T09:00"), "17T06:00", (0, None))]
fn a_phone_that_was_copied_is_missing_however_lately_it_was_heard(
    #[case] revoked: Option<&str>,
    #[case] as_of: &str,
    #[case] expected: (u64, Option<Why>),
) {
    let copied = Team {
        copied: true,
        revoked_at: revoked.map(at),
        ..team(Some("17T05:59"))
    };
    let table = coverage(copied, &[], as_of);
    let why = table.teams_missing.first().map(|team| team.why);
    assert_eq!((table.teams_expected, why), expected, "revoked {revoked:?}");
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

#[rstest]
#[case::still_out(patrol("13T05:00", None), "13T04:50", (1, Some(Why::PatrolOut), 1))]
#[case::back_but_nothing_was_handed_over(patrol("13T05:00", Some("14T15:00")), "13T04:50", (1, Some(Why::Silent), 0))]
#[case::back_and_heard_that_evening(patrol("13T05:00", Some("14T15:00")), "14T20:00", (1, Some(Why::Silent), 0))]
#[case::back_and_handed_over(patrol("13T05:00", Some("14T15:00")), "15T05:00", (1, None, 0))]
#[case::back_the_evening_before(patrol("13T05:00", Some("13T18:00")), "16T08:05", (0, None, 0))]
#[case::it_left_the_day_after(patrol("15T05:00", None), "16T08:05", (0, None, 0))]
#[case::two_days_out(patrol("13T05:00", Some("15T15:00")), "16T08:05", (1, None, 0))]
#[case::its_clock_woke_in_2019_when_it_came_back(patrol("14T05:00", Some("01T05:00")), "16T08:05", (1, None, 0))]
fn a_patrol_is_of_every_day_that_it_was_out_on(
    #[case] patrol: Outing,
    #[case] heard: &str,
    #[case] expected: (u64, Option<Why>, usize),
) {
    // Enrolled since: it is expected on that day only if it was out then, or if something of it is missing.
    let team = Team {
        enrolled_at: Some(at("16T08:00")),
        ..team(Some(heard))
    };
    let table = coverage(team, &[patrol], "17T06:00");
    let why = table.teams_missing.first().map(|team| team.why);
    let found = (table.teams_expected, why, table.patrols_missing.len());
    assert_eq!(found, expected, "heard at {heard}");
}

#[rstest]
#[case::that_day("14T16:00", (1, 1))]
#[case::the_day_before("13T16:00", (0, 0))]
fn nobody_waits_for_the_patrol_of_a_phone_that_was_lost_before(
    #[case] revoked: &str,
    #[case] expected: (u64, usize),
) {
    let lost = Team {
        revoked_at: Some(at(revoked)),
        ..team(Some("12T05:10"))
    };
    let table = coverage(lost, &[patrol("12T05:00", None)], "17T06:00");
    let found = (table.teams_expected, table.patrols_missing.len());
    assert_eq!(found, expected, "revoked at {revoked}");
}

#[rstest]
#[case::records_nothing(false, &[1])]
#[case::recorded_from_paper(true, &[1, 2])]
fn a_commanders_device_is_expected_once_something_was_recorded_on_it(
    #[case] recorded: bool,
    #[case] expected: &[u8],
) {
    let device = |number: u8, role| TeamDevice {
        id: DeviceId::new([number; 16]),
        name: format!("Equipo {number}"),
        role,
        people: Vec::new(),
        enrolled_at: at("01T08:00"),
        last_contact_at: None,
        received: 1,
        refused: 0,
        clock_ahead_seconds: None,
        digits: "012 345".to_owned(),
        revoked_at: None,
        cloned: false,
    };
    let list = TeamList {
        now: at("14T18:00"),
        devices: vec![device(1, Role::Medic), device(2, Role::PostCommander)],
    };
    let recorders = [DeviceId::new([2; 16])].into_iter().filter(|_| recorded);
    let teams = Teams::of(&list, &recorders.collect(), None);
    let ids = teams.expected.iter().map(|team| team.device_id);
    let expected = expected.iter().map(|number| DeviceId::new([*number; 16]));
    assert!(ids.eq(expected), "{:?}", teams.expected);
}

#[rstest]
#[case::received_all(None, None)]
#[case::later_on_the_first_day(Some("14T14:10"), Some("14T14:10"))]
#[case::from_its_first_moment(Some("14T00:00"), None)]
#[case::before(Some("12T14:10"), None)]
fn a_table_of_days_before_a_device_began_to_receive_says_so(
    #[case] from: Option<&str>,
    #[case] said: Option<&str>,
) {
    let day = Period::day("2023-08-14".parse().unwrap());
    let tz = chrono_tz::America::Panama;
    let table = coverage(team(Some("15T06:00")), &[], "15T06:30");
    let table = table.on_a_device_since(from.map(at), day, tz);
    assert_eq!(table.received_from, said.map(at), "from {from:?}");
    assert_eq!(
        table.is_complete(),
        said.is_none(),
        "nothing lacks where all of the days was received"
    );
}

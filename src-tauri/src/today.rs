//! *Hoy en el puesto*: the same fold over the same rows as `bitacora report daily`.

use bitacora_core::enrol::team::TeamList;
use bitacora_device::{self as device, Device};
use bitacora_report::coverage::{Coverage, PatrolOut, Team};
use bitacora_report::daily::{Facts, Query, Table, Tally, write_csv};
use bitacora_report::period::Period;
use bitacora_report::repeats::Search;
use chrono::{NaiveDate, Utc};

use crate::shell::Answer;
use crate::view::convert::{self, number};
use crate::view::error::{BackendError, ErrorCode};
use crate::view::post::{ToDecide, Today};

/// Returns the day's figures; today's if no day is named.
pub(crate) fn today(device: &Device, day: Option<&str>, teams: Option<&TeamList>) -> Answer<Today> {
    let day = match day {
        Some(day) => convert::day(day)?,
        None => local_day(device)?,
    };
    let (table, repeats) = table(device, day, teams)?;
    let counts = device.counts()?;
    let to_decide = ToDecide {
        two_values: number(counts.two_values),
        incomplete: number(counts.incomplete),
        possible_repeats: number(repeats),
        refused: number(counts.refused),
    };
    Ok(Today::of(&table, day, to_decide))
}

/// Returns the day's table as a file for other programs.
pub(crate) fn csv(device: &Device, day: &str, teams: Option<&TeamList>) -> Answer<String> {
    let (table, _) = table(device, convert::day(day)?, teams)?;
    let mut file = Vec::new();
    let fault =
        |error: &dyn std::fmt::Display| BackendError::new(ErrorCode::Internal, error.to_string());
    write_csv(&table, &mut file).map_err(|error| fault(&error))?;
    String::from_utf8(file).map_err(|error| fault(&error))
}

/// Folds the day's records, and counts the pairs that may be one group.
fn table(device: &Device, day: NaiveDate, teams: Option<&TeamList>) -> Answer<(Table, usize)> {
    let post = device.status()?.post;
    let unknown = |_| {
        BackendError::new(
            ErrorCode::Internal,
            "the post's time zone is not known here",
        )
    };
    let tz = post.tz.parse().map_err(unknown)?;
    let (period, as_of) = (Period::day(day), Utc::now());
    let mut tally = Tally::new(Query {
        period,
        only_reviewed: false,
    });
    let (mut search, mut repeats) = (Search::new(), 0);
    device.for_each_summary(device::Period::day(day), |summary, _| {
        tally.add(&summary);
        repeats += search.add(&summary).len();
    })?;
    let teams: Vec<Team> = teams.map(expected).unwrap_or_default();
    let patrols: Vec<PatrolOut> = device.patrols()?.iter().map(out).collect();
    let coverage = Coverage::of(&teams, &patrols, period, tz, as_of);
    let facts = Facts {
        post_id: post.post_id,
        post_name: post.name,
        tz,
        as_of,
        coverage,
    };
    Ok((tally.finish(facts), repeats))
}

/// Returns the day that it is at the post.
fn local_day(device: &Device) -> Answer<NaiveDate> {
    let tz: Result<chrono_tz::Tz, _> = device.status()?.post.tz.parse();
    let tz = tz.map_err(|_| {
        BackendError::new(
            ErrorCode::Internal,
            "the post's time zone is not known here",
        )
    })?;
    Ok(Utc::now().with_timezone(&tz).date_naive())
}

/// Returns the teams from which records are expected: a commander's own device records none in the field.
fn expected(list: &TeamList) -> Vec<Team> {
    let in_the_field = list
        .devices
        .iter()
        .filter(|one| one.revoked_at.is_none() && !one.role.administers_devices());
    in_the_field
        .map(|one| Team {
            device_id: one.id,
            name: one.name.clone(),
            enrolled_at: Some(one.enrolled_at),
            last_contact_at: one.last_contact_at,
        })
        .collect()
}

fn out(patrol: &device::PatrolLine) -> PatrolOut {
    PatrolOut {
        patrol_id: patrol.patrol_id,
        code: patrol.code.clone(),
        device_id: None,
        departed_at: patrol.departed_at,
        returned_at: patrol.returned_at,
    }
}

//! *Hoy en el puesto*: the same fold over the same rows as `bitacora report daily`.

use bitacora_device::{self as device, Device};
use bitacora_report::coverage::{Coverage, Teams};
use bitacora_report::daily::{Facts, Query, Table, Tally, write_csv};
use bitacora_report::period::Period;
use bitacora_report::repeats::{self, Search};
use chrono::{NaiveDate, Utc};
use chrono_tz::Tz;

use crate::shell::Answer;
use crate::view::convert::{self, number};
use crate::view::error::{BackendError, ErrorCode};
use crate::view::post::{ToDecide, Today};

/// Returns the day's figures; today's if no day is named.
pub(crate) fn today(device: &Device, day: Option<&str>) -> Answer<Today> {
    let day = match day {
        Some(day) => convert::day(day)?,
        None => local_day(device)?,
    };
    let table = table(device, day)?;
    let counts = device.counts()?;
    let to_decide = ToDecide {
        two_values: number(counts.two_values),
        incomplete: number(counts.incomplete),
        possible_repeats: number(search(device)?.pairs().len()),
        refused: number(counts.refused),
    };
    Ok(Today::of(&table, day, to_decide))
}

/// Returns the day's table as a file for other programs.
pub(crate) fn csv(device: &Device, day: &str) -> Answer<String> {
    let table = table(device, convert::day(day)?)?;
    let mut file = Vec::new();
    let fault =
        |error: &dyn std::fmt::Display| BackendError::new(ErrorCode::Internal, error.to_string());
    write_csv(&table, &mut file).map_err(|error| fault(&error))?;
    String::from_utf8(file).map_err(|error| fault(&error))
}

/// Folds the day's records.
fn table(device: &Device, day: NaiveDate) -> Answer<Table> {
    let post = device.status()?.post;
    let tz = zone(&post.tz)?;
    let (period, as_of) = (Period::day(day), Utc::now());
    let mut tally = Tally::new(Query {
        post_id: post.post_id,
        period,
        only_reviewed: false,
    });
    device.for_each_packed(device::Period::day(day), |record, flags| {
        tally.add(record, flags.held)
    })?;
    let received_until = device.received_until()?;
    let teams = device.known_teams()?;
    let teams = teams.map(|list| Teams::of(&list, received_until));
    let (from, until) = period.instants(tz);
    let patrols = device.outings(from, until)?;
    Ok(tally.finish(Facts {
        post_name: post.name,
        tz,
        as_of,
        coverage: Coverage::of(teams.as_ref(), &patrols, period, tz, as_of),
    }))
}

/// Looks for repeats in the last days: the number on the first screen and the list are one search.
pub(crate) fn search(device: &Device) -> Answer<Search> {
    let days = device::Period {
        first: Some(repeats::first_day(local_day(device)?)),
        last: None,
    };
    let mut search = Search::new();
    device.for_each_summary(days, |summary, _| search.add(summary))?;
    Ok(search)
}

fn zone(name: &str) -> Answer<Tz> {
    name.parse().map_err(|_| {
        BackendError::new(
            ErrorCode::Internal,
            "the post's time zone is not known here",
        )
    })
}

/// Returns the day that it is at the post.
fn local_day(device: &Device) -> Answer<NaiveDate> {
    let tz = zone(&device.status()?.post.tz)?;
    Ok(Utc::now().with_timezone(&tz).date_naive())
}

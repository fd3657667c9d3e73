//! *Hoy en el puesto*: the same fold over the same rows as `bitacora report daily`, and the records behind each figure.

use std::collections::BTreeSet;

use bitacora_device::{self as device, Device};
use bitacora_report::coverage::{Coverage, Teams};
use bitacora_report::daily::{Column, Facts, Place, Query, Table, Tally, write_csv};
use bitacora_report::period::Period;
use bitacora_report::repeats::{self, Search};
use chrono::{NaiveDate, Utc};
use chrono_tz::Tz;

use crate::shell::Answer;
use crate::view::convert::{self, number};
use crate::view::error::{BackendError, ErrorCode};
use crate::view::post::{Days, ToDecide, Today};
use crate::view::record::{Cell, Counted, RowFilter, RowPage};

/// Returns the day's figures; today's if no day is named.
pub(crate) fn today(device: &Device, day: Option<&str>, only_reviewed: bool) -> Answer<Today> {
    let now = local_day(device)?;
    let day = day.map_or(Ok(now), convert::day)?;
    let table = table(device, day, only_reviewed)?;
    let days = Days {
        shown: day,
        now,
        before: device.last_day_before(day)?,
    };
    let counts = device.counts()?;
    let to_decide = ToDecide {
        two_values: number(counts.two_values),
        incomplete: number(counts.incomplete),
        possible_repeats: number(search(device)?.pairs().len()),
        refused: number(counts.refused),
    };
    Ok(Today::of(&table, days, to_decide))
}

/// Returns the day's table as a file for other programs.
pub(crate) fn csv(device: &Device, day: &str, only_reviewed: bool) -> Answer<String> {
    let table = table(device, convert::day(day)?, only_reviewed)?;
    let mut file = Vec::new();
    let fault =
        |error: &dyn std::fmt::Display| BackendError::new(ErrorCode::Internal, error.to_string());
    write_csv(&table, &mut file).map_err(|error| fault(&error))?;
    String::from_utf8(file).map_err(|error| fault(&error))
}

/// Folds the day's records.
fn table(device: &Device, day: NaiveDate, only_reviewed: bool) -> Answer<Table> {
    let post = device.status()?.post;
    let tz = zone(&post.tz)?;
    let (period, as_of) = (Period::day(day), Utc::now());
    let mut tally = Tally::new(Query {
        post_id: post.post_id,
        period,
        only_reviewed,
    });
    device.for_each_packed(device::Period::day(day), |record, flags| {
        tally.add(record, flags.held)
    })?;
    let received_until = device.received_until()?;
    let teams = match device.known_teams()? {
        Some(list) => {
            let recorders = device.other_recorders(&list)?;
            Some(Teams::of(&list, &recorders, received_until))
        }
        None => None,
    };
    let (from, until) = period.instants(tz);
    let patrols = device.outings(from, until)?;
    Ok(tally.finish(Facts {
        post_name: post.name,
        tz,
        as_of,
        clock_doubt: device.counts()?.clock_doubt,
        coverage: Coverage::of(teams.as_ref(), &patrols, period, tz, as_of),
    }))
}

/// Returns a page of the records that a figure counts: those of the list that the same fold over the same rows
/// has counted in that place.
pub(crate) fn behind(device: &Device, filter: &RowFilter, counted: Counted) -> Answer<RowPage> {
    let day = filter
        .day
        .as_deref()
        .ok_or_else(|| BackendError::invalid("day", "a figure is of one day"))?;
    let day = convert::day(day)?;
    let query = Query {
        post_id: device.status()?.post.post_id,
        period: Period::day(day),
        only_reviewed: counted == Counted::OnlyReviewed,
    };
    let place = Place {
        nationality: filter.nationality.clone(),
        column: filter.cell.map(Column::from),
    };
    let mut behind = BTreeSet::new();
    device.for_each_summary(device::Period::day(day), |summary, flags| {
        if query.counts_in(&place, &summary, flags.held) {
            behind.insert(summary.encounter_id);
        }
    })?;
    // What else the list is narrowed to is the list's own matter; a day is few pages.
    let listed = device::RowFilter {
        nationality: None,
        cell: None,
        offset: 0,
        limit: device::PAGE_ROWS_MAX,
        ..filter.clone().try_into()?
    };
    let mut rows = every(device, listed)?;
    rows.retain(|row| behind.contains(&row.summary.encounter_id));
    let shown = rows
        .iter()
        .skip(filter.offset as usize)
        .take(filter.limit as usize);
    Ok(RowPage {
        rows: shown.map(Into::into).collect(),
        total: number(rows.len()),
    })
}

/// Returns all rows of a filter, page by page.
pub(crate) fn every(device: &Device, mut filter: device::RowFilter) -> Answer<Vec<device::Row>> {
    let mut rows = Vec::new();
    loop {
        let page = device.rows(&filter)?;
        let last = page.rows.len() < usize::try_from(filter.limit).unwrap_or(usize::MAX);
        rows.extend(page.rows);
        if last {
            return Ok(rows);
        }
        filter.offset = filter.offset.saturating_add(u64::from(filter.limit));
    }
}

impl From<Cell> for Column {
    fn from(cell: Cell) -> Self {
        match cell {
            Cell::Men => Self::Men,
            Cell::Women => Self::Women,
            Cell::Boys => Self::Boys,
            Cell::Girls => Self::Girls,
            Cell::Unknown => Self::Unknown,
        }
    }
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

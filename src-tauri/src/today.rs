//! *Hoy en el puesto*: the same fold over the same rows as `bitacora report daily`, and the records behind each figure.

use std::collections::BTreeSet;

use bitacora_device::{self as device, Device};
use bitacora_report::coverage::{Coverage, Teams};
use bitacora_report::daily::{Column, Facts, Place, Query, Spot, Table, Tally, write_csv};
use bitacora_report::period::Period;
use bitacora_report::repeats::{self, Search};
use chrono::{NaiveDate, Utc};
use chrono_tz::Tz;

use crate::shell::Answer;
use crate::view::convert::{self, number};
use crate::view::error::{BackendError, ErrorCode};
use crate::view::post::{Days, ToDecide, Today};
use crate::view::record::{Cell, Counted, RowFilter, RowPage, StateFilter};

/// Returns the figures of so many days that end with one; with today if none is named.
pub(crate) fn today(
    device: &Device,
    day: Option<&str>,
    days: u32,
    only_reviewed: bool,
) -> Answer<Today> {
    let now = local_day(device)?;
    let shown = period(day.map_or(Ok(now), convert::day)?, days)?;
    let table = table(device, shown, only_reviewed)?;
    let days = Days {
        shown,
        now,
        before: device.last_day_before(shown.from())?,
    };
    let counts = device.counts()?;
    let repeats = search(device)?.ranked();
    let to_decide = ToDecide {
        two_values: number(counts.two_values),
        incomplete: number(counts.incomplete),
        possible_repeats: number(repeats.standing_out),
        meet_repeat_rule: number(repeats.pairs.len()),
        refused: number(counts.refused),
    };
    Ok(Today::of(&table, days, to_decide))
}

/// Returns the table of some days as a file for other programs.
pub(crate) fn csv(device: &Device, period: Period, only_reviewed: bool) -> Answer<String> {
    let table = table(device, period, only_reviewed)?;
    let mut file = Vec::new();
    let fault =
        |error: &dyn std::fmt::Display| BackendError::new(ErrorCode::Internal, error.to_string());
    write_csv(&table, &mut file).map_err(|error| fault(&error))?;
    String::from_utf8(file).map_err(|error| fault(&error))
}

/// Returns so many days that end with one.
pub(crate) fn period(last: NaiveDate, days: u32) -> Answer<Period> {
    let before = chrono::Days::new(u64::from(days.saturating_sub(1)));
    let first = last.checked_sub_days(before).unwrap_or(last);
    Period::range(first, last).map_err(|error| BackendError::invalid("days", error.to_string()))
}

/// Returns the days as the device asks for them.
fn days(period: Period) -> device::Period {
    device::Period {
        first: Some(period.from()),
        last: Some(period.to()),
    }
}

/// Folds the records of some days.
fn table(device: &Device, period: Period, only_reviewed: bool) -> Answer<Table> {
    let post = device.status()?.post;
    let tz = zone(&post.tz)?;
    let as_of = Utc::now();
    let mut tally = Tally::new(Query {
        post_id: post.post_id.clone(),
        period,
        only_reviewed,
    });
    device.for_each_packed(days(period), |record, flags| tally.add(record, flags.held))?;
    let received_until = device.received_until()?;
    let teams = match device.known_teams()? {
        Some(list) => {
            let recorders = device.other_recorders(&list)?;
            Some(Teams::of(&list, &recorders, received_until))
        }
        None => None,
    };
    let (from, until) = period.instants(tz);
    let patrols = device.outings(&post.post_id, from, until)?;
    let coverage = Coverage::of(teams.as_ref(), &patrols, period, tz, as_of);
    let received_from = device.received_from(&post.post_id)?;
    Ok(tally.finish(Facts {
        post_name: post.name,
        tz,
        as_of,
        clock_doubt: device.clock_doubt_of(&post.post_id)?,
        coverage: coverage.on_a_device_since(received_from, period, tz),
    }))
}

/// Returns a page of the records behind a figure: those of the list that the same fold over the same rows has counted
/// there, or has left out for that reason.
pub(crate) fn behind(device: &Device, filter: &RowFilter, counted: Counted) -> Answer<RowPage> {
    let day = filter
        .day
        .as_deref()
        .ok_or_else(|| BackendError::invalid("day", "a figure is of some days"))?;
    let period = period(convert::day(day)?, filter.days)?;
    let query = Query {
        post_id: device.status()?.post.post_id,
        period,
        only_reviewed: counted == Counted::OnlyReviewed,
    };
    let spot = spot(filter)?;
    let mut behind = BTreeSet::new();
    device.for_each_summary(days(period), |summary, flags| {
        let is_asked = match filter.state {
            StateFilter::OtherDay => query.may_be_elsewhere(&summary),
            StateFilter::AsApproved => query.counts_as_approved(&summary, flags.held),
            _ => true,
        };
        if is_asked && query.stands_behind(&spot, &summary, flags.held) {
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
    let mut rows = Vec::new();
    for day in newest_first(period) {
        let of_the_day = device::RowFilter {
            day: Some(day),
            ..listed.clone()
        };
        rows.extend(every(device, of_the_day)?);
    }
    // One with two times is of the day of each, one approved with another day of both; it stands in the list once.
    rows.retain(|row| behind.remove(&row.summary.encounter_id));
    let shown = rows
        .iter()
        .skip(filter.offset as usize)
        .take(filter.limit as usize);
    Ok(RowPage {
        rows: shown.map(Into::into).collect(),
        total: number(rows.len()),
    })
}

/// Returns which figure of the table is meant; a record stands behind one of them at a time.
fn spot(filter: &RowFilter) -> Answer<Spot> {
    let place = Place {
        nationality: filter.nationality.clone(),
        column: filter.cell.map(Column::from),
    };
    let is_of_people = place != Place::default();
    match (&filter.category, filter.left_out) {
        (None, None) => Ok(Spot::People(place)),
        (Some(category), None) if !is_of_people => Ok(Spot::Attentions(category.clone())),
        (None, Some(reason)) if !is_of_people => Ok(Spot::LeftOut(reason.into())),
        _ => Err(BackendError::invalid(
            "counted",
            "one figure at a time: people, a category or what is left out",
        )),
    }
}

fn newest_first(period: Period) -> impl Iterator<Item = NaiveDate> {
    let last = period.to();
    let days = std::iter::successors(Some(last), NaiveDate::pred_opt);
    days.take_while(move |day| period.contains(*day))
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
    device.for_each_summary(days, |summary, flags| search.add(summary, flags.held))?;
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

#[cfg(test)]
mod tests;

//! Rows of a period, one at a time, read where they lie.

use bitacora_core::summary::{Figures as _, Packed};
use chrono::NaiveDate;
use rusqlite::{Connection, Params, params};

use super::encounter_row;
use crate::record::row::Place;
use crate::record::{Flags, Period};
use crate::store::error::StoreError;

/// Hands over each row of a period in the order of saving; returns how many there were.
pub(crate) fn for_each(
    db: &Connection,
    period: Period,
    each: impl FnMut(&Packed<'_>, Flags) -> Result<(), StoreError>,
) -> Result<u64, StoreError> {
    if period == Period::ALL {
        // The table lies in the order of saving: neither index nor sorting.
        let sql = "SELECT summary, place, refused, received_at IS NOT NULL FROM encounter_row ORDER BY saved_order";
        return read_each(db, sql, [], period, each);
    }
    let first = period
        .first
        .map_or_else(|| "0000-00-00".to_owned(), |day| day.to_string());
    let last = period
        .last
        .map_or_else(|| "9999-99-99".to_owned(), |day| day.to_string());
    // One with two values may have happened on another day than its row's; its packed form says which.
    let sql = "SELECT r.summary, r.place, r.refused, r.received_at IS NOT NULL
               FROM (SELECT saved_order AS narrow FROM encounter_row INDEXED BY row_narrow
                     WHERE day BETWEEN ?1 AND ?2 OR two_values = 1)
               JOIN encounter_row r ON r.saved_order = narrow ORDER BY r.saved_order";
    read_each(db, sql, params![first, last], period, each)
}

/// Returns the last day before one that has a listed record, or one that may have happened then.
pub(crate) fn last_day_before(
    db: &Connection,
    day: NaiveDate,
) -> Result<Option<NaiveDate>, StoreError> {
    let sql = "SELECT max(day) FROM encounter_row WHERE listed = 1 AND day < ?1";
    let mut statement = db.prepare_cached(sql)?;
    let found: Option<String> = statement.query_row([day.to_string()], |row| row.get(0))?;
    let read = |text: String| {
        text.parse::<NaiveDate>()
            .map_err(|_| StoreError::Value { what: "day" })
    };
    let shown = found.map(read).transpose()?;
    Ok(shown.max(last_other_day_before(db, day)?))
}

/// Returns the last day before one on which a listed record may have happened that stands on another.
fn last_other_day_before(db: &Connection, day: NaiveDate) -> Result<Option<NaiveDate>, StoreError> {
    let sql = "SELECT r.summary
               FROM (SELECT saved_order AS narrow FROM encounter_row INDEXED BY row_narrow
                     WHERE listed = 1 AND two_values = 1)
               JOIN encounter_row r ON r.saved_order = narrow";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut last = None;
    while let Some(row) = rows.next()? {
        let record = encounter_row::packed(row, 0)?;
        last = last.max(record.other_days().filter(|other| *other < day).max());
    }
    Ok(last)
}

fn read_each(
    db: &Connection,
    sql: &str,
    params: impl Params,
    period: Period,
    mut each: impl FnMut(&Packed<'_>, Flags) -> Result<(), StoreError>,
) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        let place = Place::read(row.get(1)?).ok_or(StoreError::Value { what: "place" })?;
        let flags = Flags::of(place, row.get(2)?, row.get(3)?);
        let record = encounter_row::packed(row, 0)?;
        if !record.is_whole() {
            return Err(StoreError::Value { what: "summary" });
        }
        // Everything else is here because of its day.
        if !record.is_undecided() || period.may_hold(&record) {
            each(&record, flags)?;
            count += 1;
        }
    }
    Ok(count)
}

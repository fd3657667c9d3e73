//! Rows of a period, one at a time, read where they lie.

use bitacora_core::summary::{Packed, days_elsewhere};
use chrono::NaiveDate;
use rusqlite::Connection;

use super::encounter_row;
use crate::record::row::Place;
use crate::record::{Flags, Period};
use crate::store::error::StoreError;

/// Every row, as the table lies, in the order of saving. Neither an index nor a condition finds the days of a period
/// faster than their rows are read and passed over: the day stands in the packed form.
const ROWS: &str = "SELECT summary, place, refused, received_at IS NOT NULL, saved_order FROM encounter_row ORDER BY saved_order";

/// Hands over each row of a period in the order of saving; returns how many there were.
pub(crate) fn for_each(
    db: &Connection,
    period: Period,
    mut each: impl FnMut(&Packed<'_>, Flags) -> Result<(), StoreError>,
) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached(ROWS)?;
    let mut rows = statement.query([])?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        let record = match encounter_row::packed(row, 0) {
            Ok(record) => record,
            Err(_) if is_elsewhere(db, period, row.get(4)?)? => continue,
            Err(error) => return Err(error),
        };
        if !period.may_hold(&record) {
            continue;
        }
        if !record.is_whole() {
            return Err(StoreError::Value { what: "summary" });
        }
        let place = Place::read(row.get(1)?).ok_or(StoreError::Value { what: "place" })?;
        each(&record, Flags::of(place, row.get(2)?, row.get(3)?))?;
        count += 1;
    }
    Ok(count)
}

/// Returns whether a row whose packed form is damaged surely is of no day of a period: it stops no table of other days.
fn is_elsewhere(db: &Connection, period: Period, saved_order: i64) -> Result<bool, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT day, two_values FROM encounter_row WHERE saved_order = ?1")?;
    let (day, two_values): (String, i64) =
        statement.query_row([saved_order], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let day = day.parse::<NaiveDate>();
    Ok(two_values == 0 && day.is_ok_and(|day| !period.contains(day)))
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

/// Returns the last day before one on which a table may count a listed record that stands on another.
fn last_other_day_before(db: &Connection, day: NaiveDate) -> Result<Option<NaiveDate>, StoreError> {
    let sql = "SELECT r.summary
               FROM (SELECT saved_order AS narrow FROM encounter_row INDEXED BY row_narrow
                     WHERE listed = 1 AND two_values > 0)
               JOIN encounter_row r ON r.saved_order = narrow";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut last = None;
    while let Some(row) = rows.next()? {
        let record = encounter_row::packed(row, 0)?;
        let others = days_elsewhere(&record);
        last = last.max(others.into_iter().filter(|other| *other < day).max());
    }
    Ok(last)
}

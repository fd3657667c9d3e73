//! Rows of a period, one at a time.

use bitacora_core::summary::Summary;
use rusqlite::{Connection, Params, params};

use crate::record::row::Place;
use crate::record::{Flags, Period};
use crate::store::error::StoreError;
use crate::store::packed;

/// Hands over each row of a period in the order of saving; returns how many there were.
pub(crate) fn for_each(
    db: &Connection,
    period: Period,
    each: &mut impl FnMut(Summary, Flags),
) -> Result<u64, StoreError> {
    if period == Period::ALL {
        // The table lies in the order of saving: neither index nor sorting.
        let sql = "SELECT summary, place, refused FROM encounter_row ORDER BY saved_order";
        return read_each(db, sql, [], each);
    }
    let first = period
        .first
        .map_or_else(|| "0000-00-00".to_owned(), |day| day.to_string());
    let last = period
        .last
        .map_or_else(|| "9999-99-99".to_owned(), |day| day.to_string());
    let sql = "SELECT summary, place, refused FROM encounter_row WHERE day BETWEEN ?1 AND ?2 ORDER BY saved_order";
    read_each(db, sql, params![first, last], each)
}

fn read_each(
    db: &Connection,
    sql: &str,
    params: impl Params,
    each: &mut impl FnMut(Summary, Flags),
) -> Result<u64, StoreError> {
    let damaged = |what| StoreError::Value { what };
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        let summary = packed::unpack(row.get_ref(0)?.as_blob().map_err(|_| damaged("summary"))?)?;
        let place = Place::read(row.get(1)?).ok_or_else(|| damaged("place"))?;
        each(
            summary,
            Flags {
                place,
                refused: row.get(2)?,
            },
        );
        count += 1;
    }
    Ok(count)
}

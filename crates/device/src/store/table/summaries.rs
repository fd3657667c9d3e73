//! Rows of a period, one at a time.

use bitacora_core::summary::Summary;
use rusqlite::{Connection, params};

use super::encounter_row::read;
use crate::record::{Flags, Period};
use crate::store::error::StoreError;

/// Hands over each row of a period in the order of saving; returns how many there were.
pub(crate) fn for_each(
    db: &Connection,
    period: Period,
    each: &mut impl FnMut(Summary, Flags),
) -> Result<u64, StoreError> {
    let first = period
        .first
        .map_or_else(|| "0000-00-00".to_owned(), |day| day.to_string());
    let last = period
        .last
        .map_or_else(|| "9999-99-99".to_owned(), |day| day.to_string());
    let mut statement = db.prepare_cached(
        "SELECT r.summary, r.place, r.unreceived, r.refused, r.saved_at, r.received_at
         FROM encounter_row r WHERE r.day BETWEEN ?1 AND ?2 ORDER BY r.saved_order",
    )?;
    let mut rows = statement.query(params![first, last])?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        let stored = read(row)?;
        each(
            stored.summary,
            Flags {
                place: stored.place,
                refused: stored.refused,
            },
        );
        count += 1;
    }
    Ok(count)
}

//! Flat rows of encounters: what lists, filters and reports read without opening a document.

mod audience;
mod counts;
mod find;

use bitacora_core::encounter::Status;
use bitacora_core::id::{DocumentId, PatrolId};
use bitacora_core::patrol::Span;
use bitacora_core::rule::TIME_OUTSIDE;
use bitacora_core::summary::{Packed, Summary, days_elsewhere};
use chrono::{DateTime, Utc};
use rusqlite::types::Value;
use rusqlite::{Connection, Row as SqlRow, params};

pub(crate) use self::audience::{audience, follow_audience, of_other_days};
pub use self::counts::StateCounts;
pub(crate) use self::counts::{clock_doubt_in, counts};
pub(crate) use self::find::{by_short_code, get, has_short_code, last_of};
use super::change::Whereabouts;
use crate::record::row::{Place, has_ended};
use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// A row as stored, read where it lies.
pub(crate) struct StoredLine<'a> {
    /// Its place in the order of saving.
    pub(crate) order: i64,
    pub(crate) record: Packed<'a>,
    pub(crate) place: Place,
    pub(crate) unreceived: u32,
    pub(crate) refused: bool,
    pub(crate) saved_at: DateTime<Utc>,
    pub(crate) received_at: Option<DateTime<Utc>>,
}

/// The columns that [`line`] reads, in its order.
pub(crate) const COLUMNS: &str =
    "r.summary, r.saved_order, r.place, r.unreceived, r.refused, r.saved_at, r.received_at";

/// The place in the order of saving of a document that is bound as the first value.
const BEGINNING: &str = "(SELECT min(position) FROM change WHERE document = ?1)";

/// What `two_values` says of a row: somebody has to choose between two values.
const TWO_VALUES: u8 = 1;
/// What `two_values` says of one where nobody has: it is of another day too, as it was approved, or because it ended with
/// two times. Who asks for a day looks at the row itself wherever there is more than zero.
const ELSEWHERE_TOO: u8 = 2;

/// What `clock_doubt` says of a row: its time is in doubt, and a device's clock gave it.
const OF_A_CLOCK: u8 = 1;
/// Likewise, and it is of no clock that this device could repair: it was typed ahead, or comes from elsewhere.
const OF_NO_CLOCK: u8 = 2;

/// Adds or replaces the row of an encounter.
pub(crate) fn put(
    tx: &Tx<'_>,
    (summary, packed): (&Summary, &[u8]),
    is_of_a_clock: bool,
    at: &Whereabouts,
) -> Result<(), StoreError> {
    let stands = !has_ended(summary.status);
    tx.write(
        "INSERT INTO encounter_row (saved_order, document, short_code, day, saved_at, patrol, listed, unreceived, place,
            received_at, refused, incomplete, two_values, to_review, voided, clock_doubt, summary)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
         ON CONFLICT (saved_order) DO UPDATE SET
            document = excluded.document, short_code = excluded.short_code, day = excluded.day,
            saved_at = excluded.saved_at, patrol = excluded.patrol, listed = excluded.listed,
            unreceived = excluded.unreceived, place = excluded.place, received_at = excluded.received_at,
            refused = excluded.refused, incomplete = excluded.incomplete, two_values = excluded.two_values,
            to_review = excluded.to_review, voided = excluded.voided, clock_doubt = excluded.clock_doubt,
            summary = excluded.summary",
        params![
            at.saved_order,
            summary.encounter_id.as_bytes(),
            summary.short_code,
            summary.day.to_string(),
            at.first_saved_at,
            summary.patrol_id.as_ref().map(|patrol| patrol.as_bytes()),
            summary.status != Status::Withdrawn,
            at.unreceived,
            at.place().number(),
            at.received_at,
            at.refused > 0,
            stands && !summary.missing.is_empty(),
            two_values(summary, stands),
            waits_for_review(summary.status),
            matches!(summary.status, Status::Voided | Status::Merged),
            match (stands && summary.clock_doubt, is_of_a_clock) {
                (true, true) => OF_A_CLOCK,
                (true, false) => OF_NO_CLOCK,
                (false, _) => 0,
            },
            packed,
        ],
    )?;
    Ok(())
}

/// Brings a row's place up to date after a receipt.
pub(crate) fn set_place(tx: &Tx<'_>, at: &Whereabouts) -> Result<(), StoreError> {
    tx.write(
        "UPDATE encounter_row SET unreceived = ?2, place = ?3, received_at = ?4, refused = ?5 WHERE saved_order = ?1",
        params![at.saved_order, at.unreceived, at.place().number(), at.received_at, at.refused > 0],
    )?;
    Ok(())
}

/// Returns the records of a patrol of which the row says otherwise than they are judged by these times of it.
pub(crate) fn judged_otherwise(
    tx: &Tx<'_>,
    patrol: PatrolId,
    span: &Span,
) -> Result<Vec<DocumentId>, StoreError> {
    let mut statement =
        tx.prepare_cached("SELECT summary, document FROM encounter_row WHERE patrol = ?1")?;
    let mut rows = statement.query([patrol.as_bytes()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let summary = whole(&packed(row, 0)?)?;
        let is_otherwise = |row: &Summary| {
            let said = row.missing.iter().any(|(_, field)| field == TIME_OUTSIDE);
            said != (!span.is_open && row.is_outside(span))
        };
        if is_otherwise(&summary) || summary.approved_in_patrol().is_some_and(is_otherwise) {
            found.push(value::document(row, "document")?);
        }
    }
    Ok(found)
}

/// Reads a row selected with [`COLUMNS`]. By number: a page is read in less time than names are compared.
pub(crate) fn line<'r>(row: &'r SqlRow<'_>) -> Result<StoredLine<'r>, StoreError> {
    let place = Place::read(row.get(2)?).ok_or(StoreError::Value { what: "place" })?;
    let received_at: Option<i64> = row.get(6)?;
    Ok(StoredLine {
        order: row.get(1)?,
        record: packed(row, 0)?,
        place,
        unreceived: row.get(3)?,
        refused: row.get(4)?,
        saved_at: value::moment(row.get(5)?, "saved_at")?,
        received_at: received_at
            .map(|at| value::moment(at, "received_at"))
            .transpose()?,
    })
}

/// Reads a packed summary where it lies in a column.
#[inline]
pub(crate) fn packed<'r>(row: &'r SqlRow<'_>, column: usize) -> Result<Packed<'r>, StoreError> {
    let damaged = StoreError::Value { what: "summary" };
    match row.get_ref(column)?.as_blob() {
        Ok(bytes) => Packed::read(bytes).ok_or(damaged),
        Err(_) => Err(damaged),
    }
}

/// Copies a packed summary; what tables do not count may still be damaged.
pub(crate) fn whole(packed: &Packed<'_>) -> Result<Summary, StoreError> {
    packed
        .summary()
        .ok_or(StoreError::Value { what: "summary" })
}

fn two_values(summary: &Summary, stands: bool) -> u8 {
    if stands && !summary.undecided.is_empty() {
        TWO_VALUES
    } else if !days_elsewhere(summary).is_empty() {
        ELSEWHERE_TOO
    } else {
        0
    }
}

fn waits_for_review(status: Status) -> bool {
    matches!(
        status,
        Status::Complete | Status::Submitted | Status::Flagged | Status::ChangedAfterReview
    )
}

/// Returns whether a document is a record in lists.
pub(crate) fn is_listed(db: &Connection, document: DocumentId) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT 1 FROM encounter_row WHERE saved_order = {BEGINNING} AND listed = 1"
    ))?;
    Ok(statement.exists([document.as_bytes()])?)
}

/// Returns the stored values, to compare before and after a rebuild.
pub(crate) fn raw(db: &Connection, document: DocumentId) -> Result<Vec<Vec<Value>>, StoreError> {
    value::raw(
        db,
        &format!("SELECT * FROM encounter_row WHERE saved_order = {BEGINNING}"),
        document,
    )
}

/// Deletes the row of a document from which nothing can be derived.
pub(crate) fn delete(tx: &Tx<'_>, document: DocumentId) -> Result<(), StoreError> {
    tx.write(
        "DELETE FROM encounter_row WHERE saved_order = (SELECT min(position) FROM change WHERE document = ?1)",
        [document.as_bytes()],
    )?;
    Ok(())
}

/// Deletes rows whose document is not in the change log.
pub(crate) fn delete_orphans(tx: &Tx<'_>) -> Result<usize, StoreError> {
    tx.write(
        "DELETE FROM encounter_row WHERE saved_order NOT IN (SELECT min(position) FROM change GROUP BY document)",
        [],
    )
}

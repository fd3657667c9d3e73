//! Flat rows of encounters: what lists, filters and reports read without opening a document.

use bitacora_core::encounter::Status;
use bitacora_core::id::{DocumentId, EncounterId, PatrolId, PersonId, PostId, ScopeId};
use bitacora_core::patrol::Span;
use bitacora_core::rule::TIME_OUTSIDE;
use bitacora_core::summary::{Packed, Summary};
use chrono::{DateTime, Utc};
use rusqlite::types::Value;
use rusqlite::{Connection, Params, Row as SqlRow, params};

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

/// Adds or replaces the row of an encounter.
pub(crate) fn put(
    tx: &Tx<'_>,
    summary: &Summary,
    packed: &[u8],
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
            stands && !summary.undecided.is_empty(),
            waits_for_review(summary.status),
            matches!(summary.status, Status::Voided | Status::Merged),
            stands && summary.clock_doubt,
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
        let said = summary
            .missing
            .iter()
            .any(|(_, field)| field == TIME_OUTSIDE);
        if said != (!span.is_open && summary.is_outside(span)) {
            found.push(value::document(row, "document")?);
        }
    }
    Ok(found)
}

/// Writes into each row the post of its record's audience, which an enrolment may have changed.
pub(crate) fn follow_audience(tx: &Tx<'_>) -> Result<(), StoreError> {
    let mut moved = Vec::new();
    {
        let mut statement = tx.prepare_cached(
            "SELECT r.summary, r.saved_order, c.scope
             FROM encounter_row r JOIN change c ON c.position = r.saved_order",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let post = audience(&value::column::<String>(row, "scope")?)?;
            let held = packed(row, 0)?;
            if held.post_id() != post.as_str() {
                let summary = Summary {
                    post_id: post,
                    ..whole(&held)?
                };
                moved.push((value::column::<i64>(row, "saved_order")?, summary));
            }
        }
    }
    for (saved_order, summary) in moved {
        tx.write(
            "UPDATE encounter_row SET summary = ?2 WHERE saved_order = ?1",
            params![saved_order, summary.pack()],
        )?;
    }
    Ok(())
}

/// Returns the post whose people see what is in a scope.
pub(crate) fn audience(scope: &str) -> Result<PostId, StoreError> {
    let scope: ScopeId = scope
        .parse()
        .map_err(|_| StoreError::Value { what: "scope" })?;
    Ok(scope.post)
}

/// Hands over the row of an encounter, also of a withdrawn one.
pub(crate) fn get<T, E: From<StoreError>>(
    db: &Connection,
    id: EncounterId,
    read: impl FnMut(&StoredLine<'_>) -> Result<T, E>,
) -> Result<Option<T>, E> {
    let sql = format!("SELECT {COLUMNS} FROM encounter_row r WHERE r.saved_order = {BEGINNING}");
    Ok(each(db, &sql, params![id.as_bytes()], read)?.pop())
}

/// Returns the last record that a person saved on this device and that still counts.
pub(crate) fn last_of(
    db: &Connection,
    person: PersonId,
) -> Result<Option<EncounterId>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT r.document FROM encounter_row r JOIN change c ON c.position = r.saved_order
         WHERE r.listed = 1 AND r.voided = 0 AND c.save IS NOT NULL AND c.person = ?1
         ORDER BY r.saved_order DESC LIMIT 1",
    )?;
    value::first(&mut statement, [person.as_bytes()], |row| {
        Ok(value::document(row, "document")?.into())
    })
}

/// Hands over the encounters with a short code; two devices may have made the same one.
pub(crate) fn by_short_code<T, E: From<StoreError>>(
    db: &Connection,
    code: &str,
    read: impl FnMut(&StoredLine<'_>) -> Result<T, E>,
) -> Result<Vec<T>, E> {
    let sql = format!(
        "SELECT {COLUMNS} FROM encounter_row r WHERE r.short_code = ?1 AND r.listed = 1 ORDER BY r.saved_order"
    );
    each(db, &sql, params![code], read)
}

fn each<T, E: From<StoreError>>(
    db: &Connection,
    sql: &str,
    params: impl Params,
    mut read: impl FnMut(&StoredLine<'_>) -> Result<T, E>,
) -> Result<Vec<T>, E> {
    let mut statement = db.prepare_cached(sql).map_err(StoreError::from)?;
    let mut rows = statement.query(params).map_err(StoreError::from)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        all.push(read(&line(row)?)?);
    }
    Ok(all)
}

/// Returns whether a listed encounter has a short code.
pub(crate) fn has_short_code(db: &Connection, code: &str) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT 1 FROM encounter_row WHERE short_code = ?1 AND listed = 1 LIMIT 1",
    )?;
    Ok(statement.exists([code])?)
}

/// Counts of rows in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StateCounts {
    /// Records in lists.
    pub listed: u64,
    /// Records with something that is not received yet.
    pub unreceived: u64,
    /// Undone saves of which the post has not heard: it still counts those records.
    pub undone_unreceived: u64,
    /// Patrols of which something is not received, such as that they are back.
    pub patrols_unreceived: u64,
    /// Records that miss something to be complete.
    pub incomplete: u64,
    /// Records with two values to choose between.
    pub two_values: u64,
    /// Records that wait for a review.
    pub to_review: u64,
    /// Records with a refused change.
    pub refused: u64,
    /// Void records.
    pub voided: u64,
    /// Records whose time was taken from an unchecked clock.
    pub clock_doubt: u64,
}

impl StateCounts {
    /// Returns how many things of this device the post does not know yet, whether they are in a list or not.
    pub const fn waiting(&self) -> u64 {
        self.unreceived + self.undone_unreceived + self.patrols_unreceived
    }
}

/// Counts rows by state.
pub(crate) fn counts(db: &Connection) -> Result<StateCounts, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT coalesce(sum(listed), 0) AS listed,
                coalesce(sum(listed AND unreceived > 0), 0) AS unreceived,
                coalesce(sum(NOT listed AND unreceived > 0), 0) AS undone_unreceived,
                (SELECT count(*) FROM patrol_row WHERE EXISTS (SELECT 1 FROM change c
                    WHERE c.document = patrol_row.document AND c.state = 'kept' AND c.save IS NOT NULL
                        AND c.receipt IN ('none', 'waiting'))) AS patrols_unreceived,
                coalesce(sum(listed AND incomplete), 0) AS incomplete,
                coalesce(sum(listed AND two_values), 0) AS two_values,
                coalesce(sum(listed AND to_review), 0) AS to_review,
                coalesce(sum(listed AND refused), 0) AS refused, coalesce(sum(listed AND voided), 0) AS voided,
                coalesce(sum(listed AND clock_doubt), 0) AS clock_doubt
         FROM encounter_row INDEXED BY row_narrow",
    )?;
    let counts = value::first(&mut statement, [], |row| {
        Ok(StateCounts {
            listed: value::count(row, "listed")?,
            unreceived: value::count(row, "unreceived")?,
            undone_unreceived: value::count(row, "undone_unreceived")?,
            patrols_unreceived: value::count(row, "patrols_unreceived")?,
            incomplete: value::count(row, "incomplete")?,
            two_values: value::count(row, "two_values")?,
            to_review: value::count(row, "to_review")?,
            refused: value::count(row, "refused")?,
            voided: value::count(row, "voided")?,
            clock_doubt: value::count(row, "clock_doubt")?,
        })
    })?;
    Ok(counts.unwrap_or_default())
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

fn waits_for_review(status: Status) -> bool {
    matches!(
        status,
        Status::Complete | Status::Submitted | Status::Flagged | Status::ChangedAfterReview
    )
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

//! Whose people see a record, as its row says.

use bitacora_core::id::{DocumentId, PostId, ScopeId};
use bitacora_core::summary::{Figures as _, local_day};
use rusqlite::params;

use super::{packed, whole};
use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

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
                let summary = whole(&held)?.of_post(&post);
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

/// Returns the records of a post of which the row names another day than that of a zone, or may, for it holds only the
/// days of two times and not the times, or has the row as it was approved.
pub(crate) fn of_other_days(
    tx: &Tx<'_>,
    post: &PostId,
    tz: &str,
) -> Result<Vec<DocumentId>, StoreError> {
    let mut statement = tx.prepare_cached("SELECT summary, document FROM encounter_row")?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let held = packed(row, 0)?;
        if held.post_id() != post.as_str() {
            continue;
        }
        let heading = held
            .heading()
            .ok_or(StoreError::Value { what: "summary" })?;
        let is_looked_at = held.has_two_times() || held.as_approved().is_some();
        if is_looked_at || held.day() != local_day(heading.occurred_at, tz) {
            found.push(value::document(row, "document")?);
        }
    }
    Ok(found)
}

/// Returns the post whose people see what is in a scope.
pub(crate) fn audience(scope: &str) -> Result<PostId, StoreError> {
    let scope: ScopeId = scope
        .parse()
        .map_err(|_| StoreError::Value { what: "scope" })?;
    Ok(scope.post)
}

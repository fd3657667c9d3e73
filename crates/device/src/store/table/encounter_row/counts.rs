//! How many records there are in each state.

use bitacora_core::id::ScopeId;
use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::value;

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
    /// Of the unreceived records those that a post lacks which this device has left: no other is told of them.
    pub former_records: u64,
    /// Likewise of the undone saves and the patrols.
    pub former_others: u64,
}

impl StateCounts {
    /// Returns how many things of this device the post does not know yet, whether they are in a list or not.
    pub const fn waiting(&self) -> u64 {
        self.unreceived + self.undone_unreceived + self.patrols_unreceived
    }

    /// Returns how many of the unreceived records the next exchange hands in.
    pub const fn records_due(&self) -> u64 {
        self.unreceived.saturating_sub(self.former_records)
    }

    /// Returns how many things the next exchange hands in, whether they are in a list or not.
    pub const fn due(&self) -> u64 {
        let former = self.former_records + self.former_others;
        self.waiting().saturating_sub(former)
    }
}

/// Counts rows by state.
pub(crate) fn counts(db: &Connection) -> Result<StateCounts, StoreError> {
    let mut statement = db.prepare_cached(
        "WITH former AS (SELECT document, coalesce((SELECT listed FROM encounter_row
                    WHERE saved_order = (SELECT min(position) FROM change c WHERE c.document = d.document)), 0) AS listed
                FROM (SELECT DISTINCT document FROM change INDEXED BY change_unsealed
                    WHERE envelope IS NULL AND log_seq IS NULL AND state = 'kept' AND save IS NOT NULL
                        AND EXISTS (SELECT 1 FROM subscription)
                        AND scope NOT IN (SELECT scope FROM subscription)) d)
         SELECT coalesce(sum(listed), 0) AS listed,
                coalesce(sum(listed AND unreceived > 0), 0) AS unreceived,
                coalesce(sum(NOT listed AND unreceived > 0), 0) AS undone_unreceived,
                (SELECT count(*) FROM patrol_row WHERE EXISTS (SELECT 1 FROM change c
                    WHERE c.document = patrol_row.document AND c.state = 'kept' AND c.save IS NOT NULL
                        AND c.receipt IN ('none', 'waiting'))) AS patrols_unreceived,
                coalesce(sum(listed AND incomplete), 0) AS incomplete,
                coalesce(sum(listed AND two_values = 1), 0) AS two_values,
                coalesce(sum(listed AND to_review), 0) AS to_review,
                coalesce(sum(listed AND refused), 0) AS refused, coalesce(sum(listed AND voided), 0) AS voided,
                coalesce(sum(listed AND clock_doubt), 0) AS clock_doubt,
                (SELECT count(*) FROM former WHERE listed) AS former_records,
                (SELECT count(*) FROM former WHERE NOT listed) AS former_others
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
            former_records: value::count(row, "former_records")?,
            former_others: value::count(row, "former_others")?,
        })
    })?;
    Ok(counts.unwrap_or_default())
}

/// Counts the listed records of an audience whose time was taken from an unchecked clock.
pub(crate) fn clock_doubt_in(db: &Connection, scope: &ScopeId) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) AS total
         FROM (SELECT saved_order AS narrow FROM encounter_row INDEXED BY row_narrow
               WHERE listed = 1 AND clock_doubt > 0)
         JOIN change c ON c.position = narrow WHERE c.scope = ?1",
    )?;
    let total = value::first(&mut statement, [scope.to_string()], |row| {
        value::count(row, "total")
    })?;
    Ok(total.unwrap_or(0))
}

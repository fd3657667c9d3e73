//! How far a document is on its way to the server.

use bitacora_core::id::DocumentId;
use chrono::{DateTime, Utc};
use rusqlite::Connection;

use crate::record::row::Place;
use crate::store::error::StoreError;
use crate::store::value;

/// What is known about one document's way to the server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Whereabouts {
    /// Position of the creating change.
    pub(crate) saved_order: i64,
    /// When the creating change was put here.
    pub(crate) first_saved_at: i64,
    /// Changes that are part of the record: neither refused nor blocked.
    pub(crate) standing: i64,
    /// Changes that the server does not have, as far as it said: own ones without a receipt, and those of others that
    /// it has lost.
    pub(crate) missing: i64,
    /// Own changes without a receipt.
    pub(crate) unreceived: i64,
    /// Own changes that were refused.
    pub(crate) refused: i64,
    /// Changes that are not safe at headquarters yet.
    pub(crate) not_safe: i64,
    /// When the last of them was received, if any was.
    pub(crate) received_at: Option<i64>,
}

impl Whereabouts {
    /// Returns where a document is that an own save has just made.
    pub(crate) fn new_own(position: i64, saved_at: DateTime<Utc>) -> Self {
        Self {
            saved_order: position,
            first_saved_at: saved_at.timestamp_millis(),
            standing: 1,
            missing: 1,
            unreceived: 1,
            refused: 0,
            not_safe: 1,
            received_at: None,
        }
    }

    /// Returns the place that people are told.
    pub(crate) fn place(&self) -> Place {
        Place::of(self.standing, self.missing, self.not_safe)
    }
}

/// Sums up where a document's changes are.
pub(crate) fn whereabouts(
    db: &Connection,
    document: DocumentId,
) -> Result<Whereabouts, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT min(position) AS first, min(saved_at) AS first_saved_at,
                sum(state = 'kept') AS standing,
                sum(state = 'kept' AND receipt IN ('none', 'waiting')) AS missing,
                sum(state = 'kept' AND save IS NOT NULL AND receipt IN ('none', 'waiting')) AS unreceived,
                sum(state IN ('refused', 'blocked') AND save IS NOT NULL) AS refused,
                sum(state = 'kept' AND receipt <> 'safe') AS not_safe,
                max(received_at) AS received_at
         FROM change WHERE document = ?1",
    )?;
    let found = value::first(&mut statement, [document.as_bytes()], |row| {
        Ok(Whereabouts {
            saved_order: value::column::<Option<i64>>(row, "first")?.unwrap_or(0),
            first_saved_at: value::column::<Option<i64>>(row, "first_saved_at")?.unwrap_or(0),
            standing: value::column::<Option<i64>>(row, "standing")?.unwrap_or(0),
            missing: value::column::<Option<i64>>(row, "missing")?.unwrap_or(0),
            unreceived: value::column::<Option<i64>>(row, "unreceived")?.unwrap_or(0),
            refused: value::column::<Option<i64>>(row, "refused")?.unwrap_or(0),
            not_safe: value::column::<Option<i64>>(row, "not_safe")?.unwrap_or(0),
            received_at: value::column(row, "received_at")?,
        })
    })?;
    Ok(found.unwrap_or_default())
}

/// Counts the own changes that were refused, whatever they are of.
pub(crate) fn refused_in_all(db: &Connection) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) AS total FROM change WHERE state <> 'kept' AND state = 'refused' AND save IS NOT NULL",
    )?;
    let total = value::first(&mut statement, [], |row| value::count(row, "total"))?;
    Ok(total.unwrap_or(0))
}

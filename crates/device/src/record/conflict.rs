//! Records with two values: which fields, who stated what, and when.

use bitacora_core::encounter::{Encounter, FieldPath, Merge, Stated};
use bitacora_core::id::{DocumentId, EncounterId};
use chrono::{DateTime, Utc};

use super::filter::{PAGE_ROWS_MAX, RowFilter, RowState};
use super::names::Names;
use super::row::Row;
use crate::device::{Device, Unlocked};
use crate::error::DeviceError;
use crate::store::table::change::{self, ChangeKey};

/// One of the values of a field, with its author as the envelope or this device's log proves it.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedBy {
    /// The value and the change that stated it (the token to choose it by).
    pub stated: Stated,
    /// Name of who stated it; empty if not known here.
    pub author_name: String,
    /// When, by the author's device.
    pub at: Option<DateTime<Utc>>,
}

/// A field with more than one value.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldConflict {
    /// The field.
    pub field: FieldPath,
    /// Whether a person must choose, or the winner is shown with the other one tap away.
    pub merge: Merge,
    /// The values; the first is Automerge's winner.
    pub values: Vec<StatedBy>,
}

/// A record with fields that have more than one value.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// The record.
    pub row: Row,
    /// The version to choose at.
    pub version: bitacora_core::document::Version,
    /// Its fields with more than one value.
    pub fields: Vec<FieldConflict>,
}

impl Device {
    /// Returns the records that somebody must choose in, newest saved first.
    pub fn conflicts(&self) -> Result<Vec<Conflict>, DeviceError> {
        let mut filter = RowFilter {
            state: RowState::TwoValues,
            limit: PAGE_ROWS_MAX,
            ..RowFilter::default()
        };
        let mut conflicts = Vec::new();
        loop {
            let page = self.rows(&filter)?;
            let count = page.rows.len();
            for row in page.rows {
                conflicts.push(self.conflict(row)?);
            }
            filter.offset = filter
                .offset
                .saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
            if count == 0 || filter.offset >= page.total {
                return Ok(conflicts);
            }
        }
    }

    /// Returns the fields of one record that have more than one value.
    pub fn conflicts_of(&self, id: EncounterId) -> Result<Conflict, DeviceError> {
        self.conflict(self.row(id)?)
    }

    fn conflict(&self, row: Row) -> Result<Conflict, DeviceError> {
        self.with(|unlocked| {
            let encounter = unlocked.encounter(row.summary.encounter_id)?;
            let fields = unlocked.field_conflicts(&encounter)?;
            Ok(Conflict {
                row,
                version: encounter.version,
                fields,
            })
        })
    }
}

impl Unlocked {
    /// Returns the fields with more than one value, each value with its author.
    pub(crate) fn field_conflicts(
        &self,
        encounter: &Encounter,
    ) -> Result<Vec<FieldConflict>, DeviceError> {
        let document = encounter.header.encounter_id.into();
        let mut conflicts = Vec::new();
        let mut names = Names::default();
        for (field, merge) in encounter.two_values() {
            let Some(register) = encounter.fields.get(field) else {
                continue;
            };
            let values = register
                .values
                .iter()
                .map(|stated| self.stated_by(document, stated, &mut names))
                .collect::<Result<_, _>>()?;
            conflicts.push(FieldConflict {
                field: field.clone(),
                merge,
                values,
            });
        }
        Ok(conflicts)
    }

    fn stated_by(
        &self,
        document: DocumentId,
        stated: &Stated,
        names: &mut Names,
    ) -> Result<StatedBy, DeviceError> {
        let db = self.store.read();
        let key = ChangeKey {
            document,
            change: stated.change,
        };
        let authorship = change::authorship(db, key)?;
        let author_name = authorship.map_or(Ok(String::new()), |authorship| {
            names.person(db, authorship.person)
        })?;
        Ok(StatedBy {
            stated: stated.clone(),
            author_name,
            at: authorship.map(|authorship| authorship.claimed_at),
        })
    }
}

//! An encounter as a document: recorded, edited, read with all its values, with its history.

mod approval;
mod capture_schema;
mod capture_view;
mod count;
mod header;
mod layout;
mod read;
mod status;
mod times;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::authoring::{Author, Written};
use crate::capture::Capture;
use crate::content;
use crate::document::{Document, DocumentError, Version};
use crate::id::{ChangeHash, DeviceId, EncounterId, PersonId, PostId};

pub(crate) use layout::ENCOUNTER;

pub use crate::content::{
    Edit, EditError, FieldPath, FieldValue, HistoryEntry, Judged, Merge, Register, ReviewEntry,
    Stated,
};

/// What is set once, when the record is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The record.
    pub encounter_id: EncounterId,
    /// Radio- and paper-safe code, `BCH-0314-7QK-3`.
    pub short_code: String,
    /// The post.
    pub post_id: PostId,
    /// Who captured it.
    pub author_id: PersonId,
    /// On what.
    pub device_id: DeviceId,
    /// When by the device's clock.
    pub created_at: DateTime<Utc>,
    /// IANA time zone of the post.
    pub tz: String,
}

/// A number that may be undecided between concurrent values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Count {
    /// The least it can be.
    pub min: u32,
    /// The most it can be; equal to `min` when decided.
    pub max: u32,
}

/// Derived from the review log (DOMAIN 4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Something is missing to be complete.
    Draft,
    /// Rules E01 to E09 hold.
    Complete,
    /// Handed in by a leader.
    Submitted,
    /// Approved at the version that is current.
    Reviewed,
    /// Given back.
    Returned,
    /// Marked for a look.
    Flagged,
    /// Edited after approval.
    ChangedAfterReview,
    /// Voided with a reason.
    Voided,
    /// Merged into another record as a duplicate.
    Merged,
    /// Undone within ten seconds of saving.
    Withdrawn,
}

/// An encounter as read: every field with all its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Encounter {
    /// What was set once.
    pub header: Header,
    /// Every known field that has a value.
    pub fields: BTreeMap<FieldPath, Register>,
    /// Fields that this build does not know.
    pub unknown: BTreeMap<FieldPath, Register>,
    /// The review log in causal order.
    pub review_log: Vec<(ReviewEntry, ChangeHash)>,
    /// What was read.
    pub version: Version,
    /// What was authored again: the change that was refused, and the one that stands for it.
    pub recovered: BTreeMap<ChangeHash, ChangeHash>,
    /// The change that made the record.
    pub beginning: ChangeHash,
    pub(crate) facts: Vec<status::Fact>,
    /// What it was when it was approved, if an approval stands that has not seen it as it is.
    approved: Option<Box<Self>>,
}

/// Returns the JSON Schema of a capture with what this layout takes: codes, lengths, limits.
pub(crate) fn capture_schema() -> schemars::Schema {
    capture_schema::capture_schema()
}

/// Makes the first change of a new encounter.
pub fn record(header: &Header, capture: &Capture, author: &Author) -> Result<Written, EditError> {
    begin(header, capture, author).map(|(written, _)| written)
}

/// Makes the first change of a new encounter, and returns it with what [`read`] finds in its document. All fixed
/// containers are made here and nowhere else.
pub fn begin(
    header: &Header,
    capture: &Capture,
    author: &Author,
) -> Result<(Written, Encounter), EditError> {
    let stated = as_json(capture)?;
    let first = content::create_from(&layout::ENCOUNTER, header::scalars(header), &stated, author)?;
    let encounter = read::first(header.clone(), first.state, first.written.meta.hash);
    Ok((first.written, encounter))
}

/// Returns a capture in the words of a record that begins with it, its identifier left out: an empty note, a cell of
/// nobody and a list without members are stated by nobody. Two captures that say the same are equal in these words.
///
/// Errors as [`record`] does: with the field that is not usable.
pub fn as_recorded(capture: &Capture) -> Result<Capture, EditError> {
    let fields = content::stated_by(&layout::ENCOUNTER, &as_json(capture)?)?;
    let fields = fields.iter().map(|(path, value)| (path.as_str(), value));
    Ok(capture_view::of_fields(fields))
}

/// Returns the fields of a capture; its identifier is the header's.
fn as_json(capture: &Capture) -> Result<serde_json::Value, EditError> {
    let mut stated = serde_json::to_value(capture).map_err(|_| EditError::Field {
        field: "capture".to_owned(),
        reason: "cannot be written".to_owned(),
    })?;
    if let Some(fields) = stated.as_object_mut() {
        fields.shift_remove("encounter_id");
    }
    Ok(stated)
}

/// Authors an edit on the version that the document stands at; `None` if it changes nothing.
pub fn edit(seen: &Document, edit: &Edit, author: &Author) -> Result<Option<Written>, EditError> {
    content::edit(&layout::ENCOUNTER, seen, edit, author)
}

/// Reads every value.
pub fn read(document: &Document) -> Result<Encounter, DocumentError> {
    read::read(document)
}

/// Returns who-changed-what in causal order, the creating change first (as field `created`).
pub fn history(document: &Document) -> Result<Vec<HistoryEntry>, DocumentError> {
    content::history(&layout::ENCOUNTER, document)
}

/// Returns how concurrent values of a field are treated; `None` for a field that this build does not know.
pub fn merge_of(field: &str) -> Option<Merge> {
    layout::ENCOUNTER.merge_of(field)
}

pub(crate) use count::Cell;

impl Encounter {
    /// Returns the capture of the winners, for a form or `show --json`.
    pub fn capture(&self) -> Capture {
        capture_view::capture(self)
    }

    /// Returns the fields with two values that a person must choose between, and those one tap away.
    pub fn two_values(&self) -> Vec<(&FieldPath, Merge)> {
        let undecided = self
            .fields
            .iter()
            .filter(|(_, register)| register.values.len() > 1)
            // It stands with the time that it is about, which is shown.
            .filter(|(path, _)| path.as_str() != layout::CLOCK_CHECKED_AT);
        undecided
            .filter_map(|(path, _)| Some((path, merge_of(path)?)))
            .collect()
    }

    /// Returns people in all: the cells, or the estimate if larger; a range when undecided.
    pub fn total_people(&self) -> Count {
        self.counted().at_least(self.stated("group_estimate"))
    }

    /// Returns the people by whom the estimate is larger than the cells: in no nationality and no cell.
    ///
    /// Compared with the estimate itself, not with the total: cells with two values are no people apart.
    pub(crate) fn uncounted(&self) -> Count {
        self.stated("group_estimate").beyond(self.counted())
    }

    /// Returns the status derived from rules and review log, every entry taken as rightful.
    pub fn status(&self) -> Status {
        self.status_in(&crate::review::Context::unknown())
    }
}

#[cfg(test)]
pub(crate) mod tests;

//! An encounter as a document: recorded, edited, read with all its values, with its history.

mod capture_view;
mod count;
mod header;
mod history;
mod layout;
mod log;
mod patch;
mod read;
mod state;
mod status;
mod value;
mod write;

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::authoring::{Author, Written};
use crate::capture::{Capture, Position, Reach};
use crate::document::{Document, DocumentError, Version};
use crate::id::{ChangeHash, DeviceId, EncounterId, EntryId, PersonId, PostId};

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

/// Where a field is, such as `setting`, `composition/VEN/AA+M`, `assistance/water`.
pub type FieldPath = String;

/// One value of a field.
#[derive(Clone, PartialEq)]
pub enum FieldValue {
    /// Stated as not there: a removal that stands beside a concurrent value.
    Absent,
    /// Words or a code.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A decimal.
    Decimal(f64),
    /// Yes or no.
    Bool(bool),
    /// A time.
    Time(DateTime<FixedOffset>),
    /// A fix, or `None` for *no fix*.
    Position(Option<Position>),
    /// People reached.
    Reach(Reach),
    /// Something that this build does not know; kept, and shown as it is.
    Unknown(String),
}

/// One value with the change that stated it; author and time come from that change's envelope.
#[derive(Debug, Clone, PartialEq)]
pub struct Stated {
    /// What was stated.
    pub value: FieldValue,
    /// The change that stated it. Also the token by which a person chooses it.
    pub change: ChangeHash,
    /// Further changes that concurrently stated the same.
    pub also: Vec<ChangeHash>,
}

/// All concurrent values of a field; the first is Automerge's winner.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Register {
    /// The values; more than one means that two devices stated differently.
    pub values: Vec<Stated>,
}

/// How concurrent values of a field are treated (promise 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// Both stay until a person chooses.
    Both,
    /// The winner is shown, the other one tap away.
    Winner,
    /// Set once.
    Once,
    /// A member of a set: *there* wins over *not there*.
    Set,
    /// Text that merges by itself.
    Text,
}

/// A number that may be undecided between concurrent values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Count {
    /// The least it can be.
    pub min: u32,
    /// The most it can be; equal to `min` when decided.
    pub max: u32,
}

/// An entry of the review log.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ReviewEntry {
    /// Its key in the log.
    pub entry_id: EntryId,
    /// Code list `review_event`, or `withdrawn` / `restored` for the undo of a save.
    pub event: String,
    /// Code or words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Claimed time.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: PersonId,
    /// The version that the person saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_version: Option<String>,
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
    /// Refused changes from which changes of this document were recovered.
    pub recovered: Vec<ChangeHash>,
    pub(crate) facts: Vec<status::Fact>,
}

/// A further change to an encounter.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// JSON merge patch in capture field names; only what is named is written, `null` removes.
    Patch(serde_json::Value),
    /// One of the concurrent values of a field, by the change that stated it.
    Choose {
        /// The field.
        field: FieldPath,
        /// The change whose value stays.
        change: ChangeHash,
    },
    /// Another value in place of the concurrent ones.
    ChooseOther {
        /// The field.
        field: FieldPath,
        /// The value, as in a capture.
        value: serde_json::Value,
    },
    /// An entry of the review log.
    Review(ReviewEntry),
    /// A wrong clock corrected: the time, and that it came from the network.
    CorrectClock {
        /// The corrected time.
        occurred_at: DateTime<FixedOffset>,
        /// `network` for a correction, the former source for its undo.
        clock_source: String,
    },
}

/// Why a capture or an edit was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditError {
    /// A field's value is not usable.
    #[error("{field}: {reason}")]
    Field {
        /// The field path.
        field: String,
        /// What is wrong and what is expected.
        reason: String,
    },
    /// A † code, which belongs to the protected record only (E19).
    #[error("{field}: this code belongs to the protected record and is not kept here (E19)")]
    Protected {
        /// The field path.
        field: String,
    },
    /// The document failed.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

/// Something in the history, field by field.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    /// The change; author and time come from its envelope.
    pub change: ChangeHash,
    /// Claimed time.
    pub at: DateTime<Utc>,
    /// The field, or `review_log`.
    pub field: FieldPath,
    /// The values just before, as shown (all of them if there were several).
    pub before: Vec<FieldValue>,
    /// The values just after.
    pub after: Vec<FieldValue>,
}

/// Makes the first change of a new encounter. All fixed containers are made here and nowhere else.
pub fn record(header: &Header, capture: &Capture, author: &Author) -> Result<Written, EditError> {
    write::record(header, capture, author)
}

/// Authors an edit on the version that the document stands at; `None` if it changes nothing.
pub fn edit(seen: &Document, edit: &Edit, author: &Author) -> Result<Option<Written>, EditError> {
    write::edit(seen, edit, author)
}

/// Reads every value.
pub fn read(document: &Document) -> Result<Encounter, DocumentError> {
    read::read(document)
}

/// Returns who-changed-what in causal order, the creating change first (as field `created`).
pub fn history(document: &Document) -> Result<Vec<HistoryEntry>, DocumentError> {
    history::history(document)
}

/// Returns how concurrent values of a field are treated; `None` for a field that this build does not know.
pub fn merge_of(field: &str) -> Option<Merge> {
    match field {
        layout::NOTE => Some(Merge::Text),
        _ if layout::HEADER.contains(&field) => Some(Merge::Once),
        _ => layout::spec(field).map(|spec| spec.merge),
    }
}

pub(crate) use count::Cell;

impl FieldValue {
    /// Returns the value as a capture states it.
    pub fn to_json(&self) -> serde_json::Value {
        value::to_json(self)
    }
}

impl fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Notes and places can say who and where somebody was.
            Self::Text(text) => write!(f, "Text({} characters)", text.chars().count()),
            Self::Unknown(text) => write!(f, "Unknown({} characters)", text.chars().count()),
            Self::Position(Some(_)) => f.write_str("Position(a fix)"),
            Self::Position(None) => f.write_str("Position(no fix)"),
            Self::Absent => f.write_str("Absent"),
            Self::Int(number) => write!(f, "Int({number})"),
            Self::Decimal(number) => write!(f, "Decimal({number})"),
            Self::Bool(flag) => write!(f, "Bool({flag})"),
            Self::Time(time) => write!(f, "Time({time})"),
            Self::Reach(reach) => write!(f, "{reach:?}"),
        }
    }
}

impl fmt::Debug for ReviewEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReviewEntry").field("entry_id", &self.entry_id).field("event", &self.event).finish_non_exhaustive()
    }
}

impl Encounter {
    /// Returns the capture of the winners, for a form or `show --json`.
    pub fn capture(&self) -> Capture {
        capture_view::capture(self)
    }

    /// Returns the fields with two values that a person must choose between, and those one tap away.
    pub fn two_values(&self) -> Vec<(&FieldPath, Merge)> {
        let undecided = self.fields.iter().filter(|(_, register)| register.values.len() > 1);
        undecided.filter_map(|(path, _)| Some((path, merge_of(path)?))).collect()
    }

    /// Returns people in all: the cells, or the estimate if larger; a range when undecided.
    pub fn total_people(&self) -> Count {
        self.counted().at_least(self.stated("group_estimate"))
    }

    /// Returns the status derived from rules and review log, every entry taken as rightful.
    pub fn status(&self) -> Status {
        self.status_in(&crate::review::Context::unknown())
    }
}

#[cfg(test)]
mod tests;

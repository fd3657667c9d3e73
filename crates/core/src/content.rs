//! What documents hold: fields and cells with all their concurrent values, whatever the kind of record.
//!
//! A kind ([`encounter`](crate::encounter), [`patrol`](crate::patrol)) is a [`Schema`](schema::Schema):
//! which scalars and which fixed containers there are, and how concurrent values of each are treated.

mod first;
pub(crate) mod header;
mod history;
pub(crate) mod judge;
mod log;
mod patch;
pub(crate) mod schema;
mod state;
mod value;
mod write;

use std::fmt;

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::capture::{Position, Reach};
use crate::document::DocumentError;
use crate::id::{ChangeHash, EncounterId, EntryId, PersonId};

pub(crate) use first::{create_from, stated_by};
pub(crate) use history::history;
pub(crate) use state::{State, protected};
pub(crate) use write::{edit, retext, rewrite};

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
    /// The other record, for an entry that is about two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<EncounterId>,
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
    /// What a contact has shown of a typed time that its device could not judge ([`TYPED_AHEAD`](crate::clock::TYPED_AHEAD)).
    /// Nothing is written where no such time stands alone.
    JudgeTyped {
        /// When it was typed, in true time.
        stated_at: DateTime<Utc>,
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
    /// The field, or `created`, `review_log`, `recovered_from`.
    pub field: FieldPath,
    /// The values just before, as shown (all of them if there were several).
    ///
    /// What no field that is known here may hold is cut: of more than 16 KiB of values in one change, each further
    /// text to its first 80 characters and `…`, and each further field to two values. The document has them whole.
    pub before: Vec<FieldValue>,
    /// The values just after.
    pub after: Vec<FieldValue>,
    /// How the change judged a stated time, if it says by which true time.
    pub judged: Option<Judged>,
}

/// How a stated time lies to the true time at which it was stated (E09).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// Not in the future.
    InOrder,
    /// In the future.
    Ahead,
}

impl Stated {
    /// Returns whether a change stated it, alone or beside others.
    pub fn is_by(&self, change: ChangeHash) -> bool {
        self.change == change || self.also.contains(&change)
    }
}

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
        f.debug_struct("ReviewEntry")
            .field("entry_id", &self.entry_id)
            .field("event", &self.event)
            .finish_non_exhaustive()
    }
}

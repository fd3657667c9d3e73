//! Drafts: forms that are not saved yet, kept on every tap.

use std::collections::BTreeMap;

use bitacora_device as device;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::capture::{Capture, Position};
use super::convert::moment;
use super::error::BackendError;

/// What a form is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DraftKind {
    /// A new record.
    New,
    /// A new record, filled from the last one.
    SameAsLast,
    /// A correction of a record.
    Edit,
}

/// How a form is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DraftStartKind {
    /// A new record.
    New,
    /// A new record, filled from the last one.
    SameAsLast,
    /// A correction of a record.
    Edit,
    /// A record that never counts.
    Practice,
}

/// A form on the screen or left unfinished.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Draft {
    /// Which.
    pub draft_id: String,
    /// When it was begun.
    pub started_at: String,
    /// When it was first touched.
    pub first_tap_at: Option<String>,
    /// People tapped so far.
    pub people: u32,
    /// The page that was open.
    pub page: u32,
    /// What was tapped so far.
    pub capture: Capture,
    /// Names of the fields that the person touched.
    pub confirmed: Vec<String>,
    /// What was typed that no field can hold yet, by names of the form.
    #[serde(default)]
    pub unread: BTreeMap<String, String>,
    /// What it is for.
    pub kind: DraftKind,
    /// For a correction: of which record.
    pub encounter_id: Option<String>,
    /// For a correction: the version that the person saw.
    pub version: Option<String>,
    /// Whether it never counts.
    pub practice: bool,
}

/// A form was thrown away.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct Discarded {
    /// Until when it can be had back.
    pub undo_until: String,
}

/// A form is begun.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct DraftStart {
    /// How.
    pub kind: DraftStartKind,
    /// For a correction: of which record.
    pub encounter_id: Option<String>,
}

/// A form was touched.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct DraftSave {
    /// Which.
    pub draft_id: String,
    /// All that is tapped now.
    pub capture: Capture,
    /// Names of the fields that the person touched.
    pub confirmed: Vec<String>,
    /// The page that is open.
    pub page: u32,
    /// What was typed that no field can hold yet, by names of the form.
    #[serde(default)]
    pub unread: BTreeMap<String, String>,
}

/// What the receiver says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Receiver {
    /// It looks for satellites.
    Searching,
    /// It knows where it is.
    Fix,
    /// It found nothing in time.
    None,
    /// This device has none, or may not use it.
    Unavailable,
}

/// Where this device is, as far as it knows.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct PositionState {
    /// What the receiver says.
    pub state: Receiver,
    /// The last fix.
    pub position: Option<Position>,
}

impl Draft {
    /// Returns an unfinished form.
    pub(crate) fn of(draft: &device::Draft) -> Result<Self, BackendError> {
        Ok(Self {
            draft_id: draft.draft_id.to_string(),
            started_at: moment(draft.started_at),
            first_tap_at: draft.first_tap_at.map(moment),
            people: draft.people(),
            page: draft.body.page,
            capture: Capture::from_core(&draft.body.capture)?,
            confirmed: draft.body.confirmed.clone(),
            unread: draft.body.unread.clone(),
            kind: match draft.kind {
                device::DraftKind::New | device::DraftKind::Practice => DraftKind::New,
                device::DraftKind::SameAsLast => DraftKind::SameAsLast,
                device::DraftKind::Edit => DraftKind::Edit,
            },
            encounter_id: draft.encounter_id.map(|id| id.to_string()),
            version: draft.version.as_ref().map(ToString::to_string),
            practice: draft.kind == device::DraftKind::Practice,
        })
    }
}

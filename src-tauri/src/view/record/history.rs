//! What happened to a record, line by line.

use bitacora_device as device;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::view::convert::{moment, word};
use crate::view::error::BackendError;
use crate::words::{self, Reader};

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum HistoryEvent {
    /// It was recorded.
    Created,
    /// A field was corrected.
    Changed,
    /// One of two values was chosen.
    Chosen,
    /// Somebody reviewed it.
    Reviewed,
    /// It was voided.
    Voided,
    /// Its save was undone.
    Withdrawn,
    /// Its time was corrected.
    ClockCorrected,
    /// Its time was found right.
    ClockChecked,
    /// Its time was found to have lain in the future when it was typed.
    TimeAhead,
    /// It was written again after a refusal.
    Recovered,
}

/// One line of a record's history.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct HistoryLine {
    /// When.
    pub at: String,
    /// Who, by name.
    pub author: String,
    /// On what, by name.
    pub device: String,
    /// What.
    pub event: HistoryEvent,
    /// Which field.
    pub field: Option<String>,
    /// Its name for people.
    pub label: Option<String>,
    /// The value before, for people.
    pub before: Option<String>,
    /// The value after, for people.
    pub after: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl HistoryLine {
    /// Returns a line of a record's history in words.
    pub(super) fn of(line: &device::HistoryLine, reader: Reader) -> Result<Self, BackendError> {
        let path = line.field.as_deref().unwrap_or_default();
        let (event, reason) = line
            .review
            .clone()
            .map_or((None, None), |(event, why)| (Some(event), why));
        Ok(Self {
            at: moment(line.at),
            author: line.author_name.clone(),
            device: line.device_name.clone(),
            event: word::<HistoryEvent>(line.event.as_str())?,
            field: line.field.clone(),
            label: line
                .field
                .as_deref()
                .map(|path| words::field(path, reader.language)),
            before: words::values(path, &line.before, reader),
            after: event.or_else(|| words::values(path, &line.after, reader)),
            reason,
        })
    }
}

//! The plain values that every view is made of: moments, numbers, ids and words.

use bitacora_core::id::{DraftId, EncounterId, PersonId};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::{BackendError, ErrorCode};

/// Returns a moment as the window reads it.
pub(crate) fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Returns a number that the window can hold; nobody counts further than it goes.
pub(crate) fn number(count: impl TryInto<u32>) -> u32 {
    count.try_into().unwrap_or(u32::MAX)
}

/// Reads an id that the window gives back.
pub(crate) fn id<T: std::str::FromStr>(field: &str, text: &str) -> Result<T, BackendError> {
    text.parse()
        .map_err(|_| BackendError::invalid(field, "not an id that this device gave out"))
}

/// Turns one word into another: both sides use the words of the contract.
pub(crate) fn word<T: DeserializeOwned>(text: &str) -> Result<T, BackendError> {
    serde_json::from_value(text.into()).map_err(|_| {
        BackendError::new(
            ErrorCode::Internal,
            format!("the window has no word for {text}"),
        )
    })
}

/// Returns the word of an enum of the contract.
pub(crate) fn word_of(value: impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// Reads a local day, `2026-03-14`.
pub(crate) fn day(text: &str) -> Result<chrono::NaiveDate, BackendError> {
    text.parse()
        .map_err(|_| BackendError::invalid("day", "expected a day such as 2026-03-14"))
}

/// Reads the ids that commands take.
pub(crate) fn encounter(text: &str) -> Result<EncounterId, BackendError> {
    id("encounter_id", text)
}

/// Reads a draft's id.
pub(crate) fn draft(text: &str) -> Result<DraftId, BackendError> {
    id("draft_id", text)
}

/// Reads a person's id.
pub(crate) fn person(text: &str) -> Result<PersonId, BackendError> {
    id("person_id", text)
}

//! History in terms of who, when and what.

use std::collections::BTreeMap;

use bitacora_core::clock::{TYPED, TYPED_AHEAD, is_typed_source};
use bitacora_core::document::Document;
use bitacora_core::encounter::{self, Encounter, FieldPath, FieldValue, HistoryEntry, Judged};
use bitacora_core::id::{ChangeHash, DeviceId, PersonId};
use chrono::{DateTime, Utc};

use super::names::Names;
use crate::device::Unlocked;
use crate::error::DeviceError;
use crate::store::StoreError;
use crate::store::table::change::{self, Authorship};

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryEvent {
    /// The record was made.
    Created,
    /// A field was altered.
    Changed,
    /// One of two values was chosen.
    Chosen,
    /// An entry of the review log.
    Reviewed,
    /// The record was voided.
    Voided,
    /// The save was taken back.
    Withdrawn,
    /// A wrong clock was corrected, or the correction taken back.
    ClockCorrected,
    /// A contact found that the clock was right that had given the time, or that a typed one was not of the future.
    ClockChecked,
    /// A contact found that a time lay in the future when it was typed.
    TimeAhead,
    /// A later edit was written again without a refused one.
    Recovered,
}

/// One line of a record's history.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryLine {
    /// When, by the author's device.
    pub at: DateTime<Utc>,
    /// Who; `None` if neither an envelope nor this device's log says.
    pub person: Option<PersonId>,
    /// Name of who; empty if not known here.
    pub author_name: String,
    /// On what.
    pub device: Option<DeviceId>,
    /// Name of the device; empty if not known here.
    pub device_name: String,
    /// What kind.
    pub event: HistoryEvent,
    /// The field, for a field.
    pub field: Option<FieldPath>,
    /// The values just before.
    pub before: Vec<FieldValue>,
    /// The values just after.
    pub after: Vec<FieldValue>,
    /// The event's code and the reason, for the review log.
    pub review: Option<(String, Option<String>)>,
    /// The change.
    pub change: ChangeHash,
}

impl HistoryEvent {
    /// Returns the word used at the edges.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Chosen => "chosen",
            Self::Reviewed => "reviewed",
            Self::Voided => "voided",
            Self::Withdrawn => "withdrawn",
            Self::ClockCorrected => "clock_corrected",
            Self::ClockChecked => "clock_checked",
            Self::TimeAhead => "time_ahead",
            Self::Recovered => "recovered",
        }
    }
}

impl Unlocked {
    /// Returns the history of a record in causal order.
    pub(crate) fn history(
        &self,
        document: &Document,
        encounter: &Encounter,
    ) -> Result<Vec<HistoryLine>, DeviceError> {
        let id = encounter.header.encounter_id.into();
        let authors: BTreeMap<ChangeHash, Authorship> = change::authorships(self.store.read(), id)?
            .into_iter()
            .collect();
        let entries = encounter::history(document).map_err(StoreError::from)?;
        let clocks = of_the_clock(&entries);
        let mut names = Names::default();
        let lines = entries.into_iter().map(|entry| {
            let clock = clocks.get(&entry.change).copied();
            self.history_line(entry, encounter, &authors, clock, &mut names)
        });
        lines.collect()
    }

    fn history_line(
        &self,
        entry: HistoryEntry,
        encounter: &Encounter,
        authors: &BTreeMap<ChangeHash, Authorship>,
        clock: Option<HistoryEvent>,
        names: &mut Names,
    ) -> Result<HistoryLine, DeviceError> {
        let db = self.store.read();
        let author = authors.get(&entry.change);
        let review = encounter
            .review_log
            .iter()
            .find(|(_, change)| *change == entry.change && entry.field == "review_log");
        let review = review.map(|(review, _)| (review.event.clone(), review.reason.clone()));
        let event = event_of(
            &entry,
            review.as_ref().map(|(event, _)| event.as_str()),
            clock,
        );
        Ok(HistoryLine {
            at: entry.at,
            person: author.map(|author| author.person),
            author_name: author
                .map_or(Ok(String::new()), |author| names.person(db, author.person))?,
            device: author.map(|author| author.device),
            device_name: author
                .map_or(Ok(String::new()), |author| names.device(db, author.device))?,
            event,
            field: (event != HistoryEvent::Created && review.is_none()).then_some(entry.field),
            before: entry.before,
            after: entry.after,
            review,
            change: entry.change,
        })
    }
}

fn event_of(
    entry: &HistoryEntry,
    review: Option<&str>,
    clock: Option<HistoryEvent>,
) -> HistoryEvent {
    match (review, clock) {
        (Some("voided"), _) => HistoryEvent::Voided,
        (Some("withdrawn"), _) => HistoryEvent::Withdrawn,
        (Some(_), _) => HistoryEvent::Reviewed,
        (None, _) if entry.field == "created" => HistoryEvent::Created,
        (None, _) if entry.field == "recovered_from" => HistoryEvent::Recovered,
        (None, Some(clock)) => clock,
        (None, None) if entry.before.len() > 1 && entry.after.len() == 1 => HistoryEvent::Chosen,
        (None, None) => HistoryEvent::Changed,
    }
}

/// Returns the changes that say of a time what a clock was worth, and what they found.
fn of_the_clock(entries: &[HistoryEntry]) -> BTreeMap<ChangeHash, HistoryEvent> {
    let moves_time = |change| {
        let mut of_it = entries.iter().filter(|entry| entry.change == change);
        of_it.any(|entry| entry.field == "occurred_at")
    };
    let found = entries.iter().filter_map(|entry| {
        let event = match (judges_typed(entry), moves_time(entry.change)) {
            (Some(judged), false) => judged,
            _ if !corrects_clock(entry) => return None,
            (_, true) => HistoryEvent::ClockCorrected,
            (_, false) => HistoryEvent::ClockChecked,
        };
        Some((entry.change, event))
    });
    found.collect()
}

/// What a contact found out about a typed time that nobody could judge.
fn judges_typed(entry: &HistoryEntry) -> Option<HistoryEvent> {
    let is = |source: &'static str| move |value: &FieldValue| matches!(value, FieldValue::Text(text) if text == source);
    let ends_doubt = entry.field == "clock_source"
        && entry.before.iter().any(is(TYPED_AHEAD))
        && entry.after.iter().all(is(TYPED));
    match entry.judged.filter(|_| ends_doubt)? {
        Judged::InOrder => Some(HistoryEvent::ClockChecked),
        Judged::Ahead => Some(HistoryEvent::TimeAhead),
    }
}

/// A correction of the clock, or its check, says where the time came from; so does a person who types another one, and
/// that is a correction of the record.
fn corrects_clock(entry: &HistoryEntry) -> bool {
    let is_typed =
        |value: &FieldValue| matches!(value, FieldValue::Text(source) if is_typed_source(source));
    entry.field == "clock_source" && !entry.before.is_empty() && !entry.after.iter().any(is_typed)
}

//! From what the device knows to what the window sees.

use bitacora_core::encounter::{self as core_encounter, Merge};
use bitacora_core::enrol;
use bitacora_core::id::{DraftId, EncounterId, PersonId};
use bitacora_core::summary::People;
use bitacora_device as device;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::access::{OpenPatrol, PersonTile, Role};
use super::capture::Capture;
use super::draft::{Draft, DraftKind};
use super::error::{BackendError, ErrorCode};
use super::record::{
    Attentions, Cell, Count, Detail, FieldKind, HeldAt, HistoryEvent, HistoryLine, Mark, Missing,
    NationalityCount, PartOverTotal, Place4, Row, RowFilter, RowPage, Saved, StateFilter,
    StatedValue, Status, TwoValues,
};
use super::settings::Language;
use super::sync::SyncContact;
use crate::words;

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

impl From<core_encounter::Count> for Count {
    fn from(count: core_encounter::Count) -> Self {
        Self {
            min: count.min,
            max: count.max,
        }
    }
}

impl From<enrol::Role> for Role {
    fn from(role: enrol::Role) -> Self {
        match role {
            enrol::Role::PatrolLeader => Self::PatrolLeader,
            enrol::Role::Medic => Self::Medic,
            enrol::Role::ProtectionFocal => Self::ProtectionFocal,
            enrol::Role::PostCommander => Self::PostCommander,
            // The least of them, and what a role of a newer build is shown as.
            _ => Self::PatrolMember,
        }
    }
}

impl From<Role> for enrol::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::PatrolMember => Self::PatrolMember,
            Role::PatrolLeader => Self::PatrolLeader,
            Role::Medic => Self::Medic,
            Role::ProtectionFocal => Self::ProtectionFocal,
            Role::PostCommander => Self::PostCommander,
        }
    }
}

impl From<&device::PersonTile> for PersonTile {
    fn from(tile: &device::PersonTile) -> Self {
        Self {
            person_id: tile.person_id.to_string(),
            name: tile.sign.clone(),
            attempts_left: tile.attempts_left,
            wait_seconds: number(tile.wait_seconds),
        }
    }
}

impl From<&device::OpenPatrol> for OpenPatrol {
    fn from(patrol: &device::OpenPatrol) -> Self {
        Self {
            patrol_id: patrol.patrol_id.to_string(),
            code: patrol.code.clone(),
            trail: patrol.defaults.trail_id.clone(),
            setting: patrol.defaults.setting.clone(),
            direction: patrol.defaults.direction.clone(),
            departed_at: moment(patrol.departed_at),
            people: Vec::new(),
            encounters: number(patrol.encounters),
        }
    }
}

impl From<device::Place> for Place4 {
    fn from(place: device::Place) -> Self {
        match place {
            device::Place::OnPhone => Self::OnPhone,
            device::Place::AtPost => Self::AtPost,
            device::Place::AtHq => Self::AtHq,
        }
    }
}

impl From<device::Mark> for Mark {
    fn from(mark: device::Mark) -> Self {
        match mark {
            device::Mark::Incomplete => Self::Incomplete,
            device::Mark::TwoValues => Self::TwoValues,
            device::Mark::Refused => Self::Refused,
            device::Mark::ClockDoubt => Self::ClockDoubt,
            device::Mark::Voided => Self::Voided,
            device::Mark::ChangedAfterReview => Self::ChangedAfterReview,
            device::Mark::PartOverTotal => Self::PartOverTotal,
        }
    }
}

impl From<core_encounter::Status> for Status {
    fn from(status: core_encounter::Status) -> Self {
        match status {
            core_encounter::Status::Draft => Self::Draft,
            core_encounter::Status::Complete => Self::Complete,
            core_encounter::Status::Submitted => Self::Submitted,
            core_encounter::Status::Reviewed => Self::Reviewed,
            core_encounter::Status::Returned => Self::Returned,
            core_encounter::Status::Flagged => Self::Flagged,
            core_encounter::Status::ChangedAfterReview => Self::ChangedAfterReview,
            core_encounter::Status::Voided => Self::Voided,
            core_encounter::Status::Merged => Self::Merged,
            core_encounter::Status::Withdrawn => Self::Withdrawn,
        }
    }
}

impl From<&device::Row> for Row {
    fn from(row: &device::Row) -> Self {
        let summary = &row.summary;
        let People {
            men,
            women,
            boys,
            girls,
            unknown,
            total,
        } = summary.people;
        let nationality = |(code, people): (&String, &People)| NationalityCount {
            code: code.clone(),
            people: people.total.into(),
        };
        Self {
            encounter_id: summary.encounter_id.to_string(),
            short_code: summary.short_code.clone(),
            occurred_at: summary.occurred_at.to_rfc3339(),
            saved_at: moment(row.saved_at),
            received_at: row.received_at.map(moment),
            people: total.into(),
            nationalities: summary.nationalities.iter().map(nationality).collect(),
            men: men.into(),
            women: women.into(),
            boys: boys.into(),
            girls: girls.into(),
            unknown: unknown.into(),
            place: row.place.into(),
            marks: row.marks.iter().map(|mark| (*mark).into()).collect(),
            status: summary.status.into(),
            author: row.author_name.clone(),
            author_is_me: row.author_is_me,
            patrol_id: summary.patrol_id.map(|id| id.to_string()),
            patrol_code: row.patrol_code.clone(),
            device: row.device_name.clone(),
        }
    }
}

/// Returns what is missing in a record, by rule.
pub(crate) fn missing(row: &device::Row) -> Vec<Missing> {
    let missing = row.summary.missing.iter();
    // The interface has a sentence for each rule; the message names the rule for all others.
    missing
        .map(|(rule, field)| Missing {
            rule: rule.clone(),
            field: field.clone(),
            message: format!("{rule}: {field}"),
        })
        .collect()
}

impl From<&device::Saved> for Saved {
    fn from(saved: &device::Saved) -> Self {
        Self {
            row: (&saved.row).into(),
            undo_until: moment(saved.undo_until),
            missing: missing(&saved.row),
        }
    }
}

impl TryFrom<RowFilter> for device::RowFilter {
    type Error = BackendError;

    fn try_from(filter: RowFilter) -> Result<Self, BackendError> {
        let day = filter.day.as_deref().map(day).transpose()?;
        let patrol_id = filter
            .patrol_id
            .as_deref()
            .map(|text| id("patrol_id", text))
            .transpose()?;
        Ok(Self {
            patrol_id,
            day,
            state: match filter.state {
                StateFilter::All => device::RowState::All,
                StateFilter::Unreceived => device::RowState::Unreceived,
                StateFilter::Incomplete => device::RowState::Incomplete,
                StateFilter::TwoValues => device::RowState::TwoValues,
                StateFilter::ToReview => device::RowState::ToReview,
                StateFilter::Refused => device::RowState::Refused,
                StateFilter::Voided => device::RowState::Voided,
            },
            nationality: filter.nationality,
            cell: filter.cell.map(|cell| match cell {
                Cell::Men => device::Cell::Men,
                Cell::Women => device::Cell::Women,
                Cell::Boys => device::Cell::Boys,
                Cell::Girls => device::Cell::Girls,
                Cell::Unknown => device::Cell::Unknown,
            }),
            text: filter.text,
            offset: filter.offset.into(),
            limit: filter.limit,
        })
    }
}

/// Reads a local day, `2026-03-14`.
pub(crate) fn day(text: &str) -> Result<chrono::NaiveDate, BackendError> {
    text.parse()
        .map_err(|_| BackendError::invalid("day", "expected a day such as 2026-03-14"))
}

impl From<&device::RowPage> for RowPage {
    fn from(page: &device::RowPage) -> Self {
        Self {
            rows: page.rows.iter().map(Row::from).collect(),
            total: number(page.total),
        }
    }
}

impl TwoValues {
    /// Returns a field with its values in words.
    pub(crate) fn of(
        conflict: &device::FieldConflict,
        may_choose: bool,
        language: Language,
    ) -> Self {
        let path = &conflict.field;
        let is_count = [
            "composition",
            "group_estimate",
            "families",
            "needs",
            "items_given",
        ]
        .iter()
        .any(|name| path.split('/').next() == Some(name));
        let stated = |by: &device::StatedBy| StatedValue {
            value: by.stated.value.to_json(),
            text: words::value(path, &by.stated.value, language),
            author: by.author_name.clone(),
            at: by.at.map(moment).unwrap_or_default(),
            choice: by.stated.change.to_string(),
        };
        Self {
            field: path.clone(),
            label: words::field(path, language),
            kind: match conflict.merge {
                Merge::Both if is_count => FieldKind::Count,
                Merge::Both => FieldKind::Stated,
                _ => FieldKind::Descriptive,
            },
            values: conflict.values.iter().map(stated).collect(),
            may_choose,
        }
    }
}

impl HistoryLine {
    /// Returns a line of a record's history in words.
    fn of(line: &device::HistoryLine, language: Language) -> Result<Self, BackendError> {
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
                .map(|path| words::field(path, language)),
            before: words::values(path, &line.before, language),
            after: event.or_else(|| words::values(path, &line.after, language)),
            reason,
        })
    }
}

impl Detail {
    /// Returns one record in full, in words.
    pub(crate) fn of(detail: &device::Detail, language: Language) -> Result<Self, BackendError> {
        let summary = &detail.row.summary;
        let attention = |(category, people): (&String, &core_encounter::Count)| Attentions {
            category: category.clone(),
            people: (*people).into(),
        };
        let part = |(code, part, total): &(String, u32, u32)| PartOverTotal {
            code: code.clone(),
            part: *part,
            total: *total,
        };
        let held = |held: &device::HeldAt| HeldAt {
            place: held.place.into(),
            since: held.since.map(moment),
            device: None,
        };
        let history = detail
            .history
            .iter()
            .map(|line| HistoryLine::of(line, language));
        let unknown = detail.encounter.unknown.iter().map(|(path, register)| {
            let all: Vec<_> = register
                .values
                .iter()
                .map(|stated| stated.value.clone())
                .collect();
            (
                path.clone(),
                words::values(path, &all, language).unwrap_or_default(),
            )
        });
        let may_choose = detail.rights.may_choose;
        let two_values = detail
            .conflicts
            .iter()
            .map(|field| TwoValues::of(field, may_choose, language));
        Ok(Self {
            row: (&detail.row).into(),
            version: detail.encounter.version.to_string(),
            capture: Capture::from_core(&detail.encounter.capture())?,
            two_values: two_values.collect(),
            missing: missing(&detail.row),
            parts_over_total: summary.parts_over_total.iter().map(part).collect(),
            attentions: summary.attentions.iter().map(attention).collect(),
            held: detail.held.iter().map(held).collect(),
            history: history.collect::<Result<_, _>>()?,
            refused_reason: detail.refused.clone(),
            may_edit: detail.rights.may_edit,
            may_void: detail.rights.may_void,
            may_review: detail.rights.may_review,
            unknown_fields: unknown.collect(),
        })
    }
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

impl SyncContact {
    /// Returns one contact with the server.
    pub(crate) fn of(contact: &device::Contact) -> Self {
        Self {
            at: moment(contact.at),
            ok: contact.ok,
            sent: contact.sent,
            received: contact.received,
            code: contact
                .code
                .as_deref()
                .map(|code| word(code).unwrap_or(ErrorCode::Internal)),
        }
    }
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

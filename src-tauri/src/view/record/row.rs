//! One record in a list: where it is, what to know about it, who is in it.

use bitacora_core::encounter as core;
use bitacora_core::summary::{Figures, People};
use bitacora_device as device;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::view::convert::moment;

/// Where a record is: exactly one of four words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Place4 {
    /// *Borrador*.
    Draft,
    /// *Guardado en este teléfono*.
    OnPhone,
    /// *Recibido en el puesto*.
    AtPost,
    /// *Recibido en la sede*.
    AtHq,
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

/// What a person should know about a record besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// *Falta completar*.
    Incomplete,
    /// *Dos valores*.
    TwoValues,
    /// *No aceptado*.
    Refused,
    /// Its time came from a clock that nobody could check.
    ClockDoubt,
    /// *Anulado*.
    Voided,
    /// Edited after approval.
    ChangedAfterReview,
    /// *Devuelto*, and not corrected since.
    Returned,
    /// A typed part is larger than the total.
    PartOverTotal,
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
            device::Mark::Returned => Self::Returned,
            device::Mark::PartOverTotal => Self::PartOverTotal,
        }
    }
}

/// Where a record stands in review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Something is missing to be complete.
    Draft,
    /// Nothing is missing.
    Complete,
    /// Handed in by a leader.
    Submitted,
    /// Approved as it is.
    Reviewed,
    /// Given back.
    Returned,
    /// Marked for a look.
    Flagged,
    /// Edited after approval.
    ChangedAfterReview,
    /// Voided with a reason.
    Voided,
    /// Merged into another.
    Merged,
    /// Undone within ten seconds of saving.
    Withdrawn,
}

impl From<core::Status> for Status {
    fn from(status: core::Status) -> Self {
        match status {
            core::Status::Draft => Self::Draft,
            core::Status::Complete => Self::Complete,
            core::Status::Submitted => Self::Submitted,
            core::Status::Reviewed => Self::Reviewed,
            core::Status::Returned => Self::Returned,
            core::Status::Flagged => Self::Flagged,
            core::Status::ChangedAfterReview => Self::ChangedAfterReview,
            core::Status::Voided => Self::Voided,
            core::Status::Merged => Self::Merged,
            core::Status::Withdrawn => Self::Withdrawn,
        }
    }
}

/// A number; two different ends while two values wait for a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
pub struct Count {
    /// The least it can be.
    pub min: u32,
    /// The most it can be.
    pub max: u32,
}

impl From<core::Count> for Count {
    fn from(count: core::Count) -> Self {
        Self {
            min: count.min,
            max: count.max,
        }
    }
}

/// People of one nationality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NationalityCount {
    /// ISO 3166-1 alpha-3.
    pub code: String,
    /// How many.
    pub people: Count,
}

/// One record in a list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Row {
    /// Which.
    pub encounter_id: String,
    /// Radio- and paper-safe code.
    pub short_code: String,
    /// When it happened.
    pub occurred_at: String,
    /// When it was saved.
    pub saved_at: String,
    /// When the post received all of it.
    pub received_at: Option<String>,
    /// People in all.
    pub people: Count,
    /// People by nationality.
    pub nationalities: Vec<NationalityCount>,
    /// Adult men.
    pub men: Count,
    /// Adult women.
    pub women: Count,
    /// Boys.
    pub boys: Count,
    /// Girls.
    pub girls: Count,
    /// Age group or sex not known.
    pub unknown: Count,
    /// Where it is.
    pub place: Place4,
    /// What else to know.
    pub marks: Vec<Mark>,
    /// Where it stands in review.
    pub status: Status,
    /// Who wrote it, by name.
    pub author: String,
    /// Whether that is the person who is unlocked.
    pub author_is_me: bool,
    /// The patrol.
    pub patrol_id: Option<String>,
    /// Its short code.
    pub patrol_code: Option<String>,
    /// The device, by name.
    pub device: String,
}

impl<F: Figures> From<&device::Line<'_, F>> for Row {
    fn from(line: &device::Line<'_, F>) -> Self {
        let (figures, heading) = (line.figures, &line.heading);
        let People {
            men,
            women,
            boys,
            girls,
            unknown,
            total,
        } = *figures.people();
        let nationality = |(code, people): (&str, People)| NationalityCount {
            code: code.to_owned(),
            people: people.total.into(),
        };
        Self {
            encounter_id: heading.encounter_id.to_string(),
            short_code: heading.short_code.to_owned(),
            occurred_at: heading.occurred_at.to_rfc3339(),
            saved_at: moment(line.saved_at),
            received_at: line.received_at.map(moment),
            people: total.into(),
            nationalities: figures.nationalities().map(nationality).collect(),
            men: men.into(),
            women: women.into(),
            boys: boys.into(),
            girls: girls.into(),
            unknown: unknown.into(),
            place: line.place.into(),
            marks: line.marks().map(Mark::from).collect(),
            status: figures.status().into(),
            author: line.author_name.to_owned(),
            author_is_me: line.author_is_me,
            patrol_id: heading.patrol_id.map(|id| id.to_string()),
            patrol_code: line.patrol_code.map(str::to_owned),
            device: line.device_name.to_owned(),
        }
    }
}

impl From<&device::Row> for Row {
    fn from(row: &device::Row) -> Self {
        Self::from(&row.line())
    }
}

/// A rule of completeness that is not met. Never blocks saving.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Missing {
    /// E01 to E09.
    pub rule: String,
    /// The field.
    pub field: String,
    /// What is wrong with it, where the rule has several reasons: future, early, patrol, declined.
    pub reason: Option<String>,
    /// What is missing, in words.
    pub message: String,
}

/// Returns what is missing in a record, by rule.
pub(crate) fn missing(row: &device::Row) -> Vec<Missing> {
    broken(&row.summary.missing)
}

/// Returns rules that are not met, as a store names them.
pub(crate) fn broken(rules: &[(String, String)]) -> Vec<Missing> {
    // The interface has a sentence for each rule; the message names the rule for all others.
    rules
        .iter()
        .map(|(rule, field)| {
            let (field, reason) = bitacora_core::rule::field_and_reason(field);
            Missing {
                rule: rule.clone(),
                field: field.to_owned(),
                reason: reason.map(str::to_owned),
                message: format!("{rule}: {field}"),
            }
        })
        .collect()
}

/// A record was committed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Saved {
    /// The record.
    pub row: Row,
    /// Until when it can be undone.
    pub undo_until: String,
    /// Nothing was altered, so nothing was written and nothing can be undone.
    pub unchanged: bool,
    /// What is missing to be complete.
    pub missing: Vec<Missing>,
}

impl From<&device::Saved> for Saved {
    fn from(saved: &device::Saved) -> Self {
        Self {
            row: (&saved.row).into(),
            undo_until: moment(saved.undo_until),
            unchanged: saved.unchanged,
            missing: missing(&saved.row),
        }
    }
}

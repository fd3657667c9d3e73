//! Records: rows of a list, one in full, and what may be done with it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use specta::Type;
use specta_typescript::Unknown;

use super::capture::Capture;

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
    /// A typed part is larger than the total.
    PartOverTotal,
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

/// A number; two different ends while two values wait for a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
pub struct Count {
    /// The least it can be.
    pub min: u32,
    /// The most it can be.
    pub max: u32,
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

/// A rule of completeness that is not met. Never blocks saving.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Missing {
    /// E01 to E09.
    pub rule: String,
    /// The field.
    pub field: String,
    /// What is missing, in words.
    pub message: String,
}

/// A record was committed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Saved {
    /// The record.
    pub row: Row,
    /// Until when it can be undone.
    pub undo_until: String,
    /// What is missing to be complete.
    pub missing: Vec<Missing>,
}

/// Which records a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum StateFilter {
    /// All of them.
    All,
    /// Not yet received at the post.
    Unreceived,
    /// Something is missing.
    Incomplete,
    /// Two values wait for a choice.
    TwoValues,
    /// Nobody approved it yet.
    ToReview,
    /// The server did not take it.
    Refused,
    /// Voided.
    Voided,
}

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Adult men.
    Men,
    /// Adult women.
    Women,
    /// Boys.
    Boys,
    /// Girls.
    Girls,
    /// Not known.
    Unknown,
}

/// Which part of the records a list shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RowFilter {
    /// Of one patrol.
    pub patrol_id: Option<String>,
    /// Of one local day, `2026-03-14`.
    pub day: Option<String>,
    /// In one state.
    pub state: StateFilter,
    /// With people of one nationality.
    pub nationality: Option<String>,
    /// With people in one column.
    pub cell: Option<Cell>,
    /// With this in the short code.
    pub text: Option<String>,
    /// How many to pass over.
    pub offset: u32,
    /// How many to return.
    pub limit: u32,
}

/// A part of a list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RowPage {
    /// The rows asked for.
    pub rows: Vec<Row>,
    /// How many there are in all.
    pub total: u32,
}

/// One of several values of a field, with who stated it.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct StatedValue {
    /// As in a capture.
    #[specta(type = Unknown)]
    pub value: Value,
    /// For people.
    pub text: String,
    /// Who, by name.
    pub author: String,
    /// When.
    pub at: String,
    /// What `choose` takes.
    pub choice: String,
}

/// How the values of a field are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A number of people.
    Count,
    /// Another fact that somebody must decide.
    Stated,
    /// Words; one is shown, the other is a tap away.
    Descriptive,
}

/// A field that two devices stated differently.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TwoValues {
    /// Which field.
    pub field: String,
    /// Its name for people.
    pub label: String,
    /// How it is treated.
    pub kind: FieldKind,
    /// All values.
    pub values: Vec<StatedValue>,
    /// Whether this person may choose.
    pub may_choose: bool,
}

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

/// A place that holds the record.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct HeldAt {
    /// Which kind of place.
    pub place: Place4,
    /// Since when.
    pub since: Option<String>,
    /// Which device, by name.
    pub device: Option<String>,
}

/// A typed part that is larger than the group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PartOverTotal {
    /// The assistance or need.
    pub code: String,
    /// What was typed.
    pub part: u32,
    /// The people in all.
    pub total: u32,
}

/// Attentions of one category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Attentions {
    /// The category's code.
    pub category: String,
    /// How many people.
    pub people: Count,
}

/// One record in full.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Detail {
    /// As in the list.
    pub row: Row,
    /// What the person sees; edits and choices are authored on it.
    pub version: String,
    /// What was stated; of two values the one shown first.
    pub capture: Capture,
    /// Fields with more than one value.
    pub two_values: Vec<TwoValues>,
    /// What is missing to be complete.
    pub missing: Vec<Missing>,
    /// Typed parts larger than the group.
    pub parts_over_total: Vec<PartOverTotal>,
    /// Attentions by category.
    pub attentions: Vec<Attentions>,
    /// Where it is held, and since when.
    pub held: Vec<HeldAt>,
    /// What happened to it.
    pub history: Vec<HistoryLine>,
    /// Why the server did not take it.
    pub refused_reason: Option<String>,
    /// Whether this person may correct it.
    pub may_edit: bool,
    /// Whether this person may void it.
    pub may_void: bool,
    /// Whether this person may review it.
    pub may_review: bool,
    /// Fields of a newer build, kept and shown as they are.
    pub unknown_fields: BTreeMap<String, String>,
}

/// A choice between two values.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Choice {
    /// Of which record.
    pub encounter_id: String,
    /// Of which field.
    pub field: String,
    /// The version that the person saw.
    pub version: String,
    /// One of the values, by its `choice`.
    pub choice: Option<String>,
    /// Another value in their place, as in a capture.
    #[specta(type = Option<Unknown>)]
    pub other: Option<Value>,
}

/// A record is voided.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct VoidRequest {
    /// Which.
    pub encounter_id: String,
    /// The version that the person saw.
    pub version: String,
    /// Code list `void_reason`.
    pub reason: String,
}

/// What a reviewer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ReviewEvent {
    /// Handed in.
    Submitted,
    /// Approved as it is.
    Approved,
    /// Given back with a reason.
    Returned,
    /// Marked for a look, with a reason.
    Flagged,
    /// Taken up again.
    Reopened,
}

/// A record is reviewed.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct ReviewRequest {
    /// Which.
    pub encounter_id: String,
    /// The version that the person saw.
    pub version: String,
    /// What is said.
    pub event: ReviewEvent,
    /// Why.
    pub reason: Option<String>,
}

/// Records whose time was corrected in one act.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct Repaired {
    /// How many.
    pub repaired: u32,
}

/// Records whose corrected time was taken back.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct Restored {
    /// How many.
    pub restored: u32,
}

/// A patrol leaves.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct LeaveRequest {
    /// Trail of the post.
    pub trail_id: Option<String>,
    /// Code list `setting`.
    pub setting: Option<String>,
    /// Code list `direction`.
    pub direction: Option<String>,
    /// Who goes.
    pub people: Vec<String>,
}

/// A patrol is back.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct ReturnRequest {
    /// Whether it says that it met nobody.
    pub zero_encounters: bool,
}

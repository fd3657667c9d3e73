//! What the commander sees: the day's table, what waits for a decision, the teams.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::access::Role;
use super::record::{Attentions, Count, Missing, Row, TwoValues};

/// People of one nationality on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TableRow {
    /// ISO 3166-1 alpha-3; empty in the row of totals.
    pub nationality: String,
    /// Adult men.
    pub men: Count,
    /// Adult women.
    pub women: Count,
    /// Boys.
    pub boys: Count,
    /// Girls.
    pub girls: Count,
    /// Not known.
    pub unknown: Count,
    /// All of them.
    pub total: Count,
}

/// A team whose records of the day may not be here yet.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MissingTeam {
    /// Its device.
    pub device_id: String,
    /// The device's name.
    pub name: String,
    /// When it was last heard of.
    pub last_contact_at: Option<String>,
    /// Its open patrol.
    pub patrol_code: Option<String>,
}

/// Why a record is not in the figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LeftOutReason {
    /// Voided.
    Void,
    /// Something is missing.
    Incomplete,
    /// Its save was undone.
    Withdrawn,
    /// It was for practice.
    Practice,
}

/// Records that are not in the figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LeftOut {
    /// Why.
    pub reason: LeftOutReason,
    /// How many.
    pub count: u32,
}

/// How much waits for a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
pub struct ToDecide {
    /// Records with two values.
    pub two_values: u32,
    /// Incomplete records.
    pub incomplete: u32,
    /// Pairs that may be one group.
    pub possible_repeats: u32,
    /// Records that the server did not take.
    pub refused: u32,
}

/// *Hoy en el puesto*.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Today {
    /// The local day, `2026-03-14`.
    pub day: String,
    /// What the figures know.
    pub as_of: String,
    /// People in all.
    pub people: Count,
    /// Records that count.
    pub encounters: u32,
    /// Of these, approved ones.
    pub reviewed: u32,
    /// People by nationality.
    pub table: Vec<TableRow>,
    /// The sums.
    pub totals: TableRow,
    /// Attentions by category.
    pub attentions: Vec<Attentions>,
    /// Teams from which records are expected.
    pub teams_expected: u32,
    /// Those not heard of yet.
    pub teams_missing: Vec<MissingTeam>,
    /// What the figures leave out.
    pub left_out: Vec<LeftOut>,
    /// What waits for a decision.
    pub to_decide: ToDecide,
}

/// Two records that may be of one group.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Repeat {
    /// The earlier.
    pub a: Row,
    /// The later.
    pub b: Row,
    /// Minutes between them.
    pub minutes_apart: u32,
    /// Metres between them, if both had a fix.
    pub metres_apart: Option<u32>,
}

/// A record with its undecided fields.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Undecided {
    /// The record.
    pub row: Row,
    /// Its fields with two values.
    pub fields: Vec<TwoValues>,
    /// What the person sees; a choice is authored on it.
    pub version: String,
}

/// A record in which something is missing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Incomplete {
    /// The record.
    pub row: Row,
    /// What.
    pub missing: Vec<Missing>,
}

/// A record that the server did not take.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Refused {
    /// The record.
    pub row: Row,
    /// Why.
    pub reason: String,
}

/// *Por decidir*.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Decide {
    /// Records with two values.
    pub two_values: Vec<Undecided>,
    /// Records in which something is missing.
    pub incomplete: Vec<Incomplete>,
    /// Pairs that may be one group.
    pub possible_repeats: Vec<Repeat>,
    /// Records that the server did not take.
    pub refused: Vec<Refused>,
}

/// A device of the post with the people on it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Team {
    /// Which.
    pub device_id: String,
    /// Its name.
    pub name: String,
    /// Who is on it.
    pub people: Vec<String>,
    /// Its role.
    pub role: Role,
    /// Since when.
    pub enrolled_at: String,
    /// When it was last heard of.
    pub last_contact_at: Option<String>,
    /// Records received from it.
    pub received: u32,
    /// Seconds by which its clock is off.
    pub clock_offset_seconds: Option<i32>,
    /// Since when it is cut off.
    pub revoked_at: Option<String>,
    /// Six digits to compare, while it enrols.
    pub digits: Option<String>,
    /// Whether it is this one.
    pub this_device: bool,
}

/// A code for a further device is asked for.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct EnrolCodeRequest {
    /// What the device may do.
    pub role: Role,
    /// How it will be called.
    pub name: String,
}

/// A code by which one device can enrol.
#[derive(Clone, Serialize, Deserialize, Type)]
pub struct EnrolCode {
    /// To type.
    pub code: String,
    /// To scan.
    pub qr_svg: String,
    /// Until when.
    pub expires_at: String,
    /// What the device may do.
    pub role: Role,
    /// How it will be called.
    pub name: String,
}

//! *Hoy en el puesto*: the day in figures, what they leave out, who is missing.

use bitacora_report::coverage::Why;
use bitacora_report::daily::{Cells, Reason, Table};
use bitacora_report::figure::Figure;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::view::convert::{moment, number};
use crate::view::record::{Attentions, Count};

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

/// Why a team is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum MissingWhy {
    /// It has never exchanged anything.
    Never,
    /// Its patrol has left and is not back.
    PatrolOut,
    /// It was last heard long ago.
    Silent,
    /// The server has heard it; this device has long not received what the server has.
    NotReceived,
    /// It was revoked: what it still held will never come.
    Revoked,
}

impl From<Why> for MissingWhy {
    fn from(why: Why) -> Self {
        match why {
            Why::Never => Self::Never,
            Why::PatrolOut => Self::PatrolOut,
            Why::Silent => Self::Silent,
            Why::NotReceived => Self::NotReceived,
            Why::Revoked => Self::Revoked,
        }
    }
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
    /// Why it is missing.
    pub why: MissingWhy,
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
    /// Merged into another as a duplicate.
    Merged,
    /// The server did not take it: no other device has it.
    Refused,
    /// Nobody has approved it, in a table of reviewed records only.
    NotReviewed,
    /// Edited after approval, in a table of reviewed records only.
    ChangedAfterReview,
}

impl From<Reason> for LeftOutReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Incomplete => Self::Incomplete,
            Reason::Void => Self::Void,
            Reason::Merged => Self::Merged,
            Reason::Refused => Self::Refused,
            Reason::NotReviewed => Self::NotReviewed,
            Reason::ChangedAfterReview => Self::ChangedAfterReview,
        }
    }
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
    /// The day that it is at the post.
    pub today: String,
    /// The last day before the one shown that has records here.
    pub day_before: Option<String>,
    /// Whether only approved records count.
    pub only_reviewed: bool,
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
    /// Of those that count, records of which the post has not received everything yet.
    pub unreceived: u32,
    /// Of those that count, records whose time comes from a clock that nobody could check.
    pub clock_doubt: u32,
    /// Teams from which records are expected.
    pub teams_expected: u32,
    /// Those not heard of yet.
    pub teams_missing: Vec<MissingTeam>,
    /// When the server last said which teams there are; nothing if it never did.
    pub teams_as_of: Option<String>,
    /// What the figures leave out.
    pub left_out: Vec<LeftOut>,
    /// What waits for a decision.
    pub to_decide: ToDecide,
}

/// The days around a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Days {
    /// The one that is shown.
    pub(crate) shown: NaiveDate,
    /// The one that it is at the post.
    pub(crate) now: NaiveDate,
    /// The last one before it that has records.
    pub(crate) before: Option<NaiveDate>,
}

impl From<Figure> for Count {
    fn from(figure: Figure) -> Self {
        Self {
            min: number(figure.min),
            max: number(figure.max),
        }
    }
}

impl TableRow {
    fn of(nationality: &str, people: &Cells) -> Self {
        Self {
            nationality: nationality.to_owned(),
            men: people.men.into(),
            women: people.women.into(),
            boys: people.boys.into(),
            girls: people.girls.into(),
            unknown: people.unknown.into(),
            total: people.total.into(),
        }
    }
}

impl Today {
    /// Returns a day's table as the screen shows it.
    pub(crate) fn of(table: &Table, days: Days, to_decide: ToDecide) -> Self {
        let attentions = table.attentions.iter().map(|one| Attentions {
            category: one.category.clone(),
            people: one.people.into(),
        });
        let missing = table.coverage.teams_missing.iter().map(|team| MissingTeam {
            device_id: team.device_id.to_string(),
            name: team.name.clone(),
            last_contact_at: team.last_contact_at.map(moment),
            why: team.why.into(),
            patrol_code: team.patrol_code.clone(),
        });
        let left_out = table.left_out.iter().map(|one| LeftOut {
            reason: one.reason.into(),
            count: number(one.records),
        });
        Self {
            day: days.shown.to_string(),
            today: days.now.to_string(),
            day_before: days.before.map(|day| day.to_string()),
            only_reviewed: table.only_reviewed,
            as_of: table.as_of.to_rfc3339(),
            people: table.totals.total.into(),
            encounters: number(table.encounters),
            reviewed: number(table.reviewed),
            table: table
                .rows
                .iter()
                .map(|row| TableRow::of(&row.nationality, &row.people))
                .collect(),
            totals: TableRow::of("", &table.totals),
            attentions: attentions.collect(),
            teams_expected: number(table.coverage.teams_expected),
            teams_missing: missing.collect(),
            teams_as_of: table.coverage.teams_as_of.map(moment),
            unreceived: number(table.unreceived),
            clock_doubt: number(table.clock_doubt),
            left_out: left_out.collect(),
            to_decide,
        }
    }
}

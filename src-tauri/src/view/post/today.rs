//! *Hoy en el puesto*: the day in figures, what they leave out, who is missing.

use bitacora_report::coverage::Why;
use bitacora_report::daily::{Cells, Reason, Table};
use bitacora_report::figure::Figure;
use bitacora_report::period::Period;
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
    /// Another device has its identity: what it records stays on it until it is enrolled again.
    Copied,
    /// The server has heard it after this device last received what the server has.
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
            Why::Copied => Self::Copied,
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

/// A patrol that was out on these days and is not known to be back: of what it recorded nobody has heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MissingPatrol {
    /// The patrol.
    pub patrol_id: String,
    /// Its code.
    pub code: String,
    /// When it left.
    pub departed_at: String,
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
    /// Edited after approval, in a table of reviewed records only, where what was approved is not known here.
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

impl From<LeftOutReason> for Reason {
    fn from(reason: LeftOutReason) -> Self {
        match reason {
            LeftOutReason::Incomplete => Self::Incomplete,
            LeftOutReason::Void => Self::Void,
            LeftOutReason::Merged => Self::Merged,
            LeftOutReason::Refused => Self::Refused,
            LeftOutReason::NotReviewed => Self::NotReviewed,
            LeftOutReason::ChangedAfterReview => Self::ChangedAfterReview,
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
    /// Pairs that may be one group, and stand out.
    pub possible_repeats: u32,
    /// All pairs that meet the rule of possible repeats, those included.
    pub meet_repeat_rule: u32,
    /// Records that the server did not take.
    pub refused: u32,
}

/// *Hoy en el puesto*.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Today {
    /// The local day, `2026-03-14`; of several the last.
    pub day: String,
    /// The first of the days.
    pub from: String,
    /// How many there are.
    pub days: u32,
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
    /// Of these, counted as they were approved: a change waits for approval. Only where only approved records count.
    pub as_approved: u32,
    /// People by nationality.
    pub table: Vec<TableRow>,
    /// The sums.
    pub totals: TableRow,
    /// Attentions by category.
    pub attentions: Vec<Attentions>,
    /// Of those that count, records of which one of two times lies on a day outside: each is nobody, or all its people.
    pub undecided_day: u32,
    /// Of those that count, records of which the post has not received everything yet.
    pub unreceived: u32,
    /// Of those that count, records whose time comes from a clock that nobody could check.
    pub clock_doubt: u32,
    /// Records of the post that are here and do not count whose time comes from such a clock: some may be of these days.
    pub clock_doubt_elsewhere: u32,
    /// Of those that count, records in which a typed part is larger than the group.
    pub parts_over_total: u32,
    /// Teams from which records are expected.
    pub teams_expected: u32,
    /// Those not heard of yet.
    pub teams_missing: Vec<MissingTeam>,
    /// Patrols of these days that are out as far as is known here.
    pub patrols_missing: Vec<MissingPatrol>,
    /// When the server last said which teams there are; nothing if it never did.
    pub teams_as_of: Option<String>,
    /// From when on this device has received what the post has, if the days begin before: of what is older not
    /// everything is here.
    pub received_from: Option<String>,
    /// What the figures leave out.
    pub left_out: Vec<LeftOut>,
    /// What waits for a decision.
    pub to_decide: ToDecide,
}

/// The days around a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Days {
    /// Those that are shown.
    pub(crate) shown: Period,
    /// The one that it is at the post.
    pub(crate) now: NaiveDate,
    /// The last one before them that has records.
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
        let patrols = table
            .coverage
            .patrols_missing
            .iter()
            .map(|patrol| MissingPatrol {
                patrol_id: patrol.patrol_id.to_string(),
                code: patrol.code.clone(),
                departed_at: moment(patrol.departed_at),
            });
        let left_out = table.left_out.iter().map(|one| LeftOut {
            reason: one.reason.into(),
            count: number(one.records),
        });
        Self {
            day: days.shown.to().to_string(),
            from: days.shown.from().to_string(),
            days: number((days.shown.to() - days.shown.from()).num_days() + 1),
            today: days.now.to_string(),
            day_before: days.before.map(|day| day.to_string()),
            only_reviewed: table.only_reviewed,
            as_of: table.as_of.to_rfc3339(),
            people: table.totals.total.into(),
            encounters: number(table.encounters),
            reviewed: number(table.reviewed),
            as_approved: number(table.as_approved),
            table: table
                .rows
                .iter()
                .map(|row| TableRow::of(&row.nationality, &row.people))
                .collect(),
            totals: TableRow::of("", &table.totals),
            attentions: attentions.collect(),
            teams_expected: number(table.coverage.teams_expected),
            teams_missing: missing.collect(),
            patrols_missing: patrols.collect(),
            teams_as_of: table.coverage.teams_as_of.map(moment),
            received_from: table.coverage.received_from.map(moment),
            undecided_day: number(table.undecided_day),
            unreceived: number(table.unreceived),
            clock_doubt: number(table.clock_doubt),
            clock_doubt_elsewhere: number(table.clock_doubt_elsewhere),
            parts_over_total: number(table.parts_over_total),
            left_out: left_out.collect(),
            to_decide,
        }
    }
}

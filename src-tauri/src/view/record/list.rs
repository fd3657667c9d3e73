//! Which part of the records a list shows.

use bitacora_device as device;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::row::Row;
use crate::view::convert::{day, id, number};
use crate::view::error::BackendError;
use crate::view::post::LeftOutReason;

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
    /// The time comes from a clock that nobody could check.
    ClockDoubt,
    /// Voided.
    Voided,
    /// Two times wait for a choice, one of a day outside; only of what a table counts.
    OtherDay,
    /// Counted as it was approved, with a change that waits for approval; only of what a table counts.
    AsApproved,
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

/// Which of the records of its days a figure of a table counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Every complete record that is not void.
    All,
    /// Of these, approved ones, as they were approved.
    OnlyReviewed,
}

/// Which part of the records a list shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RowFilter {
    /// Of one patrol.
    pub patrol_id: Option<String>,
    /// Of one local day, `2026-03-14`.
    pub day: Option<String>,
    /// How many local days end with it; more than one only of what a table counts.
    pub days: u32,
    /// In one state.
    pub state: StateFilter,
    /// With people of one nationality.
    pub nationality: Option<String>,
    /// With people in one column.
    pub cell: Option<Cell>,
    /// Only what the table of these days counts in that nationality and column; needs a day.
    pub counted: Option<Counted>,
    /// With people reached in this category of assistance; only of what a table counts.
    #[serde(default)]
    #[specta(optional)]
    pub category: Option<String>,
    /// Which that table leaves out for this reason, in place of those that it counts.
    #[serde(default)]
    #[specta(optional)]
    pub left_out: Option<LeftOutReason>,
    /// With this in the short code, or with this folio of a paper strip.
    pub text: Option<String>,
    /// How many to pass over.
    pub offset: u32,
    /// How many to return.
    pub limit: u32,
}

impl RowFilter {
    /// Returns whether it asks for what only a table can tell.
    pub(crate) const fn is_of_a_table(&self) -> bool {
        self.category.is_some()
            || self.left_out.is_some()
            || matches!(self.state, StateFilter::AsApproved)
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
                // Which are counted as they were approved, the table's fold tells.
                StateFilter::All | StateFilter::AsApproved => device::RowState::All,
                StateFilter::Unreceived => device::RowState::Unreceived,
                StateFilter::Incomplete => device::RowState::Incomplete,
                // Which of those with two values may be of another day, the table's fold tells.
                StateFilter::TwoValues | StateFilter::OtherDay => device::RowState::TwoValues,
                StateFilter::ToReview => device::RowState::ToReview,
                StateFilter::Refused => device::RowState::Refused,
                StateFilter::ClockDoubt => device::RowState::ClockDoubt,
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

/// A part of a list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RowPage {
    /// The rows asked for.
    pub rows: Vec<Row>,
    /// How many there are in all.
    pub total: u32,
}

impl From<device::Page<Row>> for RowPage {
    fn from(page: device::Page<Row>) -> Self {
        Self {
            rows: page.rows,
            total: number(page.total),
        }
    }
}

//! Which part of the records a list shows.

use bitacora_device as device;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::row::Row;
use crate::view::convert::{day, id, number};
use crate::view::error::BackendError;

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

/// Which of a day's records a figure of its table counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Every complete record that is not void.
    All,
    /// Of these, approved ones.
    OnlyReviewed,
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
    /// Only what the day's table counts in that nationality and column; needs a day.
    pub counted: Option<Counted>,
    /// With this in the short code.
    pub text: Option<String>,
    /// How many to pass over.
    pub offset: u32,
    /// How many to return.
    pub limit: u32,
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

//! What a list is narrowed to.

use bitacora_core::id::PatrolId;
use chrono::NaiveDate;

/// Rows of one page when nobody says how many.
pub const PAGE_ROWS: u32 = 50;
/// Rows of one page at most.
pub const PAGE_ROWS_MAX: u32 = 500;

/// Which records a list shows, newest saved first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFilter {
    /// Of one patrol.
    pub patrol_id: Option<PatrolId>,
    /// Of one local day of the post; one with two times is of the day of each, and one that changed since it was
    /// approved also of that with which it was.
    pub day: Option<NaiveDate>,
    /// In one state.
    pub state: RowState,
    /// With people of one nationality.
    pub nationality: Option<String>,
    /// With people in one cell (of that nationality, if one is given).
    pub cell: Option<Cell>,
    /// Whose short code contains this, or whose paper strip has this folio (case and spaces aside).
    pub text: Option<String>,
    /// How many to leave out from the newest.
    pub offset: u64,
    /// How many at most, capped at [`PAGE_ROWS_MAX`].
    pub limit: u32,
}

impl Default for RowFilter {
    fn default() -> Self {
        Self {
            patrol_id: None,
            day: None,
            state: RowState::All,
            nationality: None,
            cell: None,
            text: None,
            offset: 0,
            limit: PAGE_ROWS,
        }
    }
}

/// A state that lists can be narrowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RowState {
    /// Everything but withdrawn records.
    #[default]
    All,
    /// Something is not received yet.
    Unreceived,
    /// Something is missing to be complete.
    Incomplete,
    /// Two values to choose between.
    TwoValues,
    /// Waits for a review.
    ToReview,
    /// A change was refused.
    Refused,
    /// Void.
    Voided,
    /// The time comes from an unchecked clock.
    ClockDoubt,
}

/// One of the five columns of the day's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// Adult men.
    Men,
    /// Adult women.
    Women,
    /// Boys.
    Boys,
    /// Girls.
    Girls,
    /// Age group or sex not known.
    Unknown,
}

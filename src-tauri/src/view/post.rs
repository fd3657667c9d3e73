//! What the commander sees: the day's table, what waits for a decision, the teams.

mod decide;
mod team;
mod today;

pub use decide::{Decide, Incomplete, Refused, Repeat, Repeats, Undecided};
pub use team::{EnrolCode, EnrolCodeRequest, Team, Teams};
pub(crate) use today::Days;
pub use today::{
    LeftOut, LeftOutReason, MissingPatrol, MissingTeam, MissingWhy, TableRow, ToDecide, Today,
};

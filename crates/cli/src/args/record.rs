//! Arguments of the commands on records.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Arguments of `edit`.
#[derive(Args)]
pub struct EditArgs {
    /// Short code or identifier.
    pub id: String,
    /// A file with the merge patch, or - for standard input.
    #[arg(value_name = "FILE|-")]
    pub file: PathBuf,
    /// The version that you saw (`version` in `show --json`); the current one if absent.
    #[arg(long, value_name = "VERSION")]
    pub at: Option<String>,
}

/// Arguments of `list`.
#[derive(Args)]
pub struct ListArgs {
    /// Only this local day of the post.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub day: Option<String>,
    /// Only records with people of this nationality (alpha-3).
    #[arg(long, value_name = "CODE")]
    pub nationality: Option<String>,
    /// Only this patrol.
    #[arg(long, value_name = "ID")]
    pub patrol: Option<String>,
    /// Only records in this state.
    #[arg(long, value_enum, default_value = "all")]
    pub state: RecordState,
    /// Words or a short code to find.
    #[arg(long, value_name = "TEXT")]
    pub find: Option<String>,
    /// At most so many.
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
}

/// States to list by.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RecordState {
    /// Everything that is in lists.
    All,
    /// Not yet received at the post.
    Unreceived,
    /// Something is missing to be complete.
    Incomplete,
    /// Two values to choose between.
    TwoValues,
    /// Handed in and not yet reviewed.
    ToReview,
    /// Not accepted by the server.
    Refused,
    /// Voided.
    Voided,
}

/// Arguments of `resolve`.
#[derive(Args)]
pub struct ResolveArgs {
    /// Short code or identifier.
    pub id: String,
    /// The field, as `conflicts` names it.
    pub field: String,
    /// One of the values, the beginning of its change, or with --other a new value.
    pub choice: String,
    /// Take CHOICE as a value that neither device stated.
    #[arg(long)]
    pub other: bool,
    /// The version that you saw; the current one if absent.
    #[arg(long, value_name = "VERSION")]
    pub at: Option<String>,
}

/// Arguments of `review`.
#[derive(Args)]
pub struct ReviewArgs {
    /// Short code or identifier.
    pub id: String,
    /// What to do.
    #[arg(value_enum)]
    pub event: ReviewEvent,
    /// Why; needed to return, flag or void.
    #[arg(long, required_if_eq_any([("event", "return"), ("event", "flag"), ("event", "void")]))]
    pub reason: Option<String>,
    /// The version that you saw; the current one if absent.
    #[arg(long, value_name = "VERSION")]
    pub at: Option<String>,
}

/// Events of the review.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReviewEvent {
    /// Hand in (leader).
    Submit,
    /// Approve the version seen (commander).
    Approve,
    /// Give back (commander, leader).
    Return,
    /// Mark for a look (commander).
    Flag,
    /// The look is done (commander).
    Unflag,
    /// Open again before it is handed in.
    Reopen,
    /// Take out of every figure.
    Void,
}

impl ReviewEvent {
    /// Returns the code of the list `review_event`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Submit => "submitted",
            Self::Approve => "approved",
            Self::Return => "returned",
            Self::Flag => "flagged",
            Self::Unflag => "unflagged",
            Self::Reopen => "reopened",
            Self::Void => "voided",
        }
    }
}

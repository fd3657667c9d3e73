//! Arguments of the commands on records.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Arguments of `edit`.
#[derive(Args)]
pub(crate) struct EditArgs {
    /// Short code or identifier.
    pub(crate) id: String,
    /// A file with the merge patch, or - for standard input.
    #[arg(value_name = "FILE|-")]
    pub(crate) file: PathBuf,
    /// The version that you saw (`version` in `show --json`); the current one if absent.
    #[arg(long, value_name = "VERSION")]
    pub(crate) at: Option<String>,
}

/// Arguments of `list`.
#[derive(Args)]
pub(crate) struct ListArgs {
    /// Only this local day of the post.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) day: Option<String>,
    /// Only records with people of this nationality (alpha-3).
    #[arg(long, value_name = "CODE")]
    pub(crate) nationality: Option<String>,
    /// Only this patrol: its code, as `patrol list` prints it, or its identifier.
    #[arg(long, value_name = "CODE|ID")]
    pub(crate) patrol: Option<String>,
    /// Only records in this state.
    #[arg(long, value_enum, default_value = "all")]
    pub(crate) state: RecordState,
    /// Only records whose short code contains this, such as 0314-7Q, or whose paper strip has this folio.
    #[arg(long, value_name = "TEXT")]
    pub(crate) find: Option<String>,
    /// At most so many, 1 or more.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
}

/// States to list by.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RecordState {
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
    /// The time comes from a clock that nobody could check.
    ClockDoubt,
}

/// Arguments of `resolve`.
#[derive(Args)]
pub(crate) struct ResolveArgs {
    /// Short code or identifier.
    pub(crate) id: String,
    /// The field, as `conflicts` names it.
    pub(crate) field: String,
    /// One of the values, the beginning of its change, or with --other a new value.
    pub(crate) choice: String,
    /// Take CHOICE as a value that neither device stated.
    #[arg(long)]
    pub(crate) other: bool,
    /// The version that you saw; the current one if absent.
    #[arg(long, value_name = "VERSION")]
    pub(crate) at: Option<String>,
}

/// Arguments of `review`.
#[derive(Args)]
pub(crate) struct ReviewArgs {
    /// Short code or identifier.
    pub(crate) id: String,
    /// What to do.
    #[arg(value_enum)]
    pub(crate) event: ReviewEvent,
    /// Why; needed to return, flag or void.
    #[arg(long, required_if_eq_any([("event", "return"), ("event", "flag"), ("event", "void")]))]
    pub(crate) reason: Option<String>,
    /// The version that you saw; the current one if absent.
    #[arg(long, value_name = "VERSION")]
    pub(crate) at: Option<String>,
}

/// Events of the review.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReviewEvent {
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
    /// Open again: its author before it is handed in, a leader or the commander also afterwards. Undoes a voiding by its
    /// author; one by a leader or the commander stands.
    Reopen,
    /// Take out of every figure.
    Void,
}

impl ReviewEvent {
    /// Returns the code of the list `review_event`.
    pub(crate) const fn code(self) -> &'static str {
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

//! Arguments of the commands that make files.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Arguments of `report`.
#[derive(Args)]
pub(crate) struct ReportArgs {
    /// Which table.
    #[arg(value_enum)]
    pub(crate) name: ReportName,
    /// A day (2023-08-14), a range (2023-08-14..2023-08-20), a month (2023-08), today or yesterday.
    #[arg(long, default_value = "today", value_name = "PERIOD")]
    pub(crate) period: String,
    /// Another post than this device's, of which it has records. Which teams are missing there is not known here.
    #[arg(long, value_name = "CODE")]
    pub(crate) post: Option<String>,
    /// Only what a commander has reviewed, as it was approved: a later change counts once it is approved too.
    #[arg(long)]
    pub(crate) only_reviewed: bool,
    /// Do not ask the server which teams are missing.
    #[arg(long)]
    pub(crate) offline: bool,
    /// How to write it.
    #[arg(long, value_enum)]
    pub(crate) format: Option<ReportFormat>,
    /// Language of the printed table.
    #[arg(long, value_enum, default_value = "es")]
    pub(crate) language: ReportLanguage,
}

/// The tables.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportName {
    /// People by nationality, attentions by category, what is missing.
    Daily,
}

/// Forms of a table.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For reading and paper.
    Text,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
}

/// Languages of a printed table.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportLanguage {
    /// Spanish.
    Es,
    /// English.
    En,
}

/// Arguments of `export`.
#[derive(Args)]
pub(crate) struct ExportArgs {
    /// How to write it.
    #[arg(long, value_enum, default_value = "csv")]
    pub(crate) format: ExportFormat,
    /// A file to make; standard output if absent (sealed: a new file in this folder). An existing file is not replaced.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// Forms of an export.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// One line a record, for spreadsheets.
    Csv,
    /// Captures, one a line, for `import`.
    Jsonl,
    /// What the post has not received, encrypted for its server.
    Sealed,
}

/// Arguments of `repeats`.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct RepeatsArgs {
    /// A day, a range or a month; the last seven days if absent.
    #[arg(long, value_name = "PERIOD")]
    pub(crate) period: Option<String>,
    /// List every pair that meets the rule; without it those that stand out.
    #[arg(long, conflicts_with = "distinct")]
    pub(crate) all: bool,
    /// List instead the pairs that somebody has told apart.
    #[arg(long)]
    pub(crate) distinct: bool,
    /// What to settle; a list if absent.
    #[command(subcommand)]
    pub(crate) command: Option<RepeatsCommand>,
}

/// What a leader or the commander says about a pair.
#[derive(Subcommand)]
pub(crate) enum RepeatsCommand {
    /// They are other people: both count, and the pair is suggested no more, on any device
    #[command(after_help = "Example:\n  bitacora repeats distinct BCH-0314-7QK-3 BCH-0314-M2P-8")]
    Distinct {
        /// Short code or identifier.
        first: String,
        /// Short code or identifier.
        second: String,
    },
    /// Take that back
    #[command(after_help = "Example:\n  bitacora repeats undo BCH-0314-7QK-3 BCH-0314-M2P-8")]
    Undo {
        /// Short code or identifier.
        first: String,
        /// Short code or identifier.
        second: String,
    },
}

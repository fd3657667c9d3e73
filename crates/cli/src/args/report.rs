//! Arguments of the commands that make files.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Arguments of `report`.
#[derive(Args)]
pub(crate) struct ReportArgs {
    /// Which table.
    #[arg(value_enum)]
    pub(crate) name: ReportName,
    /// A day (2023-08-14), a range (2023-08-14..2023-08-20), a month (2023-08), today or yesterday.
    #[arg(long, default_value = "today", value_name = "PERIOD")]
    pub(crate) period: String,
    /// Another post than this device's.
    #[arg(long, value_name = "CODE")]
    pub(crate) post: Option<String>,
    /// Only what a commander has reviewed.
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
    /// A file to make; standard output if absent. An existing file is not replaced.
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
}

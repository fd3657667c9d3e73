//! What can be typed. Every command carries its meaning, an example, and what to expect.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

mod record;
mod report;
mod team;

pub(crate) use record::{EditArgs, ListArgs, RecordState, ResolveArgs, ReviewArgs};
pub(crate) use report::{
    ExportArgs, ExportFormat, RepeatsArgs, RepeatsCommand, ReportArgs, ReportFormat,
    ReportLanguage, ReportName,
};
pub(crate) use team::{PatrolCommand, PersonCommand};

const AFTER_HELP: &str = "\
First steps, without any server:
  export BITACORA_VAULT=$HOME/bitacora BITACORA_PIN=482915
  bitacora init --name 'Cabo 17' --post PA-BCH
  echo '{\"composition\":{\"VEN\":{\"AA+M\":3,\"AA+F\":2,\"AC+M\":1}},\"assistance\":{\"water\":\"all\"},
         \"needs\":{},\"position\":\"no_fix\",\"setting\":\"river\"}' | bitacora record -
  bitacora list
  bitacora report daily --period today

Later, at the post:
  bitacora enrol --server https://192.168.1.10:8444 --code K7QX2M9P
  bitacora sync

Results go to standard output (as JSON with --json), messages to standard error.
Exit codes: 0 done, 1 refused (the message says what and why), 2 the command line was not understood.
A record is named by its short code (BCH-0314-7QK-3) or by its identifier.";

/// Records encounters of a border patrol on this machine, with or without a network.
///
/// The same device as the app on a phone: an encrypted vault in a folder, saved durably before a command says so,
/// merged with other devices through the post's server.
#[derive(Parser)]
#[command(name = "bitacora", version, after_help = AFTER_HELP, max_term_width = 100, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// What applies to every command.
    #[command(flatten)]
    pub(crate) global: Global,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where the vault is, who opens it, and how to answer.
#[derive(Args)]
pub(crate) struct Global {
    /// Folder of the vault.
    #[arg(long, global = true, env = "BITACORA_VAULT", value_name = "DIR")]
    pub(crate) vault: Option<PathBuf>,
    /// File whose first line is the PIN or passphrase. Otherwise BITACORA_PIN, otherwise a prompt.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) pin_file: Option<PathBuf>,
    /// Who opens the vault, by name or identifier; not needed if one person uses it.
    #[arg(long, global = true, env = "BITACORA_PERSON", value_name = "NAME|ID")]
    pub(crate) person: Option<String>,
    /// Answer with JSON on standard output.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make a vault and its first person; prints the recovery code once
    #[command(
        after_help = "Example:\n  bitacora --vault ~/bitacora init --name 'Cabo 17' --post PA-BCH\n\n\
        The PIN has at least 6 digits, or is a passphrase of at least 10 characters. The recovery code sets a new PIN \
        if it is forgotten; it is shown only now."
    )]
    Init {
        /// Name or rank as the others know it.
        #[arg(long)]
        name: String,
        /// Code of the post, such as PA-BCH; needed only until the device is enrolled.
        #[arg(long, value_name = "CODE")]
        post: Option<String>,
    },
    /// Join a post's server with a single-use code
    #[command(
        after_help = "Example:\n  bitacora enrol --server https://192.168.1.10:8444 --code K7QX2M9P\n\n\
        The commander gets the code from `bitacora-server enrol-code`. Afterwards compare the 6 digits with those that \
        the commander sees. What was recorded before is kept and handed in with the first sync."
    )]
    Enrol {
        /// The server, https://HOST:PORT; the text of a QR code says it itself.
        #[arg(long, value_name = "URL")]
        server: Option<String>,
        /// The 8 characters, or the whole text of the QR code.
        #[arg(long)]
        code: String,
    },
    /// Record one encounter from a capture as JSON
    #[command(
        after_help = "Examples:\n  bitacora record group.json\n  bitacora record - < group.json\n\n\
        `bitacora schema` prints every field. Nothing is required: what is missing to be complete is said, and the \
        record is saved all the same."
    )]
    Record {
        /// A file, or - for standard input.
        #[arg(value_name = "FILE|-")]
        file: PathBuf,
    },
    /// Record many encounters from JSON lines or CSV; every line answers by itself
    #[command(
        after_help = "Examples:\n  bitacora import day.jsonl\n  bitacora import paper.csv\n\n\
        JSON lines hold one capture a line. CSV has a header of field paths, such as\n  \
        occurred_at,setting,position,composition/VEN/AA+M,assistance/water,needs\n  \
        2023-08-14T07:21:00-05:00,river,no_fix,3,all,none\n\n\
        A line that is not accepted is reported with its number, field and reason; the rest goes in, and the exit code \
        is 1. Correct those lines and import the same file again: a line whose `encounter_id` is here, or that says the \
        same as a record that was here before, is passed over."
    )]
    Import {
        /// A file ending in .csv, .jsonl or .ndjson; - reads JSON lines from standard input.
        #[arg(value_name = "FILE|-")]
        file: PathBuf,
    },
    /// Correct a record by a merge patch of capture fields
    #[command(
        after_help = "Example:\n  echo '{\"composition\":{\"VEN\":{\"AA+M\":4}}}' | bitacora edit BCH-0314-7QK-3 -\n\n\
        Only the fields named are written; null removes one. With --at the correction is made on the version that you \
        saw, so that what arrived meanwhile stays beside it as a second value instead of being replaced."
    )]
    Edit(EditArgs),
    /// List records, the one saved last first
    #[command(
        after_help = "Examples:\n  bitacora list\n  bitacora list --day 2023-08-14 --nationality HTI\n  \
        bitacora list --state unreceived --json\n  bitacora list --patrol BCH-0814-2"
    )]
    List(ListArgs),
    /// Show a record: values, two values, history, and where it is held
    #[command(after_help = "Example:\n  bitacora show BCH-0314-7QK-3 --json")]
    Show {
        /// Short code or identifier.
        id: String,
    },
    /// List the fields in which two devices stated different values
    #[command(after_help = "Example:\n  bitacora conflicts\n\nChoose with `bitacora resolve`.")]
    Conflicts,
    /// Choose between two values of a field
    #[command(
        after_help = "Examples:\n  bitacora resolve BCH-0314-7QK-3 composition/VEN/AA+M 9\n  \
        bitacora resolve BCH-0314-7QK-3 composition/VEN/AA+M 3fa9c1\n\n\
        CHOICE is one of the values as `conflicts` shows it, the beginning (6 or more digits) of the change that stated \
        it, or another value with --other. The patrol's leader and the commander may choose."
    )]
    Resolve(ResolveArgs),
    /// Submit, approve, return, flag, reopen or void a record
    #[command(after_help = "Examples:\n  bitacora review BCH-0314-7QK-3 approve\n  \
        bitacora review BCH-0314-7QK-3 return --reason 'falta el entorno'")]
    Review(ReviewArgs),
    /// Take back a save within 10 seconds; the record leaves every list on every device
    #[command(after_help = "Example:\n  bitacora undo BCH-0314-7QK-3")]
    Undo {
        /// Short code or identifier.
        id: String,
    },
    /// Void a record with a reason; it stays in history and in no figure
    #[command(
        after_help = "Example:\n  bitacora void BCH-0314-7QK-3 --reason duplicate\n\n\
        Reasons: test, duplicate, error, or words of your own."
    )]
    Void {
        /// Short code or identifier.
        id: String,
        /// Why.
        #[arg(long)]
        reason: String,
        /// The version that you saw (`version` in `show --json`); the current one if absent.
        #[arg(long, value_name = "VERSION")]
        at: Option<String>,
    },
    /// Exchange with the post's server what either side lacks
    #[command(after_help = "Examples:
  bitacora sync
  bitacora sync --until-done
  bitacora sync --for-absent

\
        A cut link costs at most the frame that was under way; the next sync goes on from there. What builds on something \
        that the post did not accept is written anew and goes with the next exchange: --until-done waits for it.

\
        --for-absent is for a server that took the place of a lost one, when every device that still exists has joined \
        it and synced: this one then hands in the records of phones that are gone, in their authors' names. An approval \
        or a choice among them that is more than a member may say is kept aside.

\
        Exit code 1 if the post has not received everything that is for it, or did not accept something this time. What \
        it did not accept before is said again, with exit code 0.")]
    Sync {
        /// Go on after a cut, and until nothing is left to hand in.
        #[arg(long)]
        until_done: bool,
        /// With --until-done: give up after so many tries.
        #[arg(long, default_value_t = 50, value_name = "N")]
        tries: u32,
        /// Hand in as well what devices wrote that are gone with the former server, as far as this one has read it.
        #[arg(long)]
        for_absent: bool,
    },
    /// Say who, where, how many records are not yet received, and the last contact
    #[command(after_help = "Example:\n  bitacora status --json")]
    Status,
    /// Make a table from the records
    #[command(after_help = "Examples:\n  bitacora report daily --period today\n  \
        bitacora report daily --period 2023-08-14 --format csv > day.csv\n  \
        bitacora report daily --period 2023-08 --only-reviewed --format json\n\n\
        Two values that nobody has chosen between make a range (48–49; in files min, max and the number of records to \
        decide), never a chosen number. With --only-reviewed a record that changed after its review counts as it was \
        approved (in files: as_approved says how many such records there are) until the change is approved.")]
    Report(ReportArgs),
    /// List pairs of records that may tell of the same people, and settle them
    #[command(
        after_help = "Examples:\n  bitacora repeats\n  bitacora repeats --period 2023-08-14 --json\n  \
        bitacora repeats --all\n  bitacora repeats distinct BCH-0314-7QK-3 BCH-0314-M2P-8\n  \
        bitacora repeats undo BCH-0314-7QK-3 BCH-0314-M2P-8\n\n\
        By another patrol, 20 minutes to 24 hours later, the same direction, a walkable distance, the same \
        nationalities, totals within a quarter. Many pairs meet this by chance; all are counted. Those that stand out are \
        listed, the strongest first: few other records are as near to either of the two. --all lists the others after \
        them (a * marks those that stand out). Both count; nothing is merged. If they are the same people, void one of them with `bitacora void CODE --reason duplicate`."
    )]
    Repeats(RepeatsArgs),
    /// Write records to a file: for a spreadsheet, for import elsewhere, or sealed for the post
    #[command(
        after_help = "Examples:\n  bitacora export --format csv --out records.csv\n  \
        bitacora export --format jsonl > captures.jsonl\n  \
        bitacora export --format sealed --out /media/usb\n\n\
        csv: one line a record, for a spreadsheet; `counts` as in a table, `held` where all of it is (on_phone, at_post, \
        at_hq), `refused` if the post did not accept something of it. jsonl: captures that `bitacora import` reads, without \
        the void ones. \
        sealed: what the post has not received, in a file that only its server can open, for a day without a network; \
        the operator hands it in with `bitacora-server hand-in FILE`."
    )]
    Export(ExportArgs),
    /// Check that every record's history, snapshot and row agree
    #[command(
        after_help = "Example:\n  bitacora verify\n\nExit code 1 if anything does not agree."
    )]
    Verify,
    /// Make rows and snapshots again from the change log
    #[command(after_help = "Example:\n  bitacora rebuild\n\nA sound vault comes out the same.")]
    Rebuild,
    /// Print the JSON Schema of a capture
    #[command(after_help = "Example:\n  bitacora schema > capture.schema.json\n\nNeeds no vault.")]
    Schema,
    /// Add a person to this vault, or set a new PIN
    #[command(subcommand)]
    Person(PersonCommand),
    /// Leave on a patrol, or come back
    #[command(subcommand)]
    Patrol(PatrolCommand),
    /// List the unfinished forms of this person on this device
    #[command(after_help = "Example:\n  bitacora drafts")]
    Drafts,
    /// Correct the times of records that were made under a wrong clock
    #[command(
        after_help = "Example:\n  bitacora clock repair\n  bitacora clock undo\n\n\
        Possible after a contact with the server has shown how far the clock was off. The first time is kept in history."
    )]
    Clock {
        /// What to do.
        #[arg(value_enum)]
        what: ClockAct,
    },
}

/// What to do about a wrong clock.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ClockAct {
    /// Correct all records concerned.
    Repair,
    /// Take the last correction back.
    Undo,
}

//! One file per group of commands; each converts, calls the device, converts.

mod change;
mod file;
mod look;
mod people;
mod record;
mod repeats;
mod sync;
mod table;
mod vault;

use crate::args::{Cli, Command};
use crate::failure::Failure;
use crate::output::Output;

/// Runs what was typed.
pub(crate) fn run(cli: Cli) -> Result<(), Failure> {
    let Cli { global, command } = cli;
    let out = Output { json: global.json };
    match command {
        Command::Init { name, post } => vault::init(&global, out, name, post.as_deref()),
        Command::Verify => vault::verify(&global, out),
        Command::Rebuild => vault::rebuild(&global, out),
        Command::Patrol(command) => people::patrol(&global, out, &command),
        Command::Enrol { server, code } => sync::enrol(&global, out, server.as_deref(), &code),
        Command::Sync {
            until_done,
            tries,
            for_absent,
        } => sync::sync(
            &global,
            out,
            if until_done { tries.max(1) } else { 1 },
            for_absent,
        ),
        Command::Status => vault::status(&global, out),
        Command::Schema => vault::schema(),
        Command::Record { file } => record::record(&global, out, &file),
        Command::Import { file } => record::import(&global, out, &file),
        Command::Edit(args) => change::edit(&global, out, &args),
        Command::Resolve(args) => change::resolve(&global, out, &args),
        Command::Review(args) => change::review(&global, out, &args),
        Command::Void { id, reason, at } => change::void(&global, out, &id, &reason, at.as_deref()),
        Command::Undo { id } => change::undo(&global, out, &id),
        Command::Clock { what } => change::clock(&global, out, what),
        Command::List(args) => look::list(&global, out, &args),
        Command::Show { id } => look::show(&global, out, &id),
        Command::Conflicts => look::conflicts(&global, out),
        Command::Drafts => look::drafts(&global, out),
        Command::Repeats(args) => repeats::repeats(&global, out, &args),
        Command::Report(args) => table::report(&global, out, &args),
        Command::Export(args) => file::export(&global, out, &args),
        Command::Person(command) => people::person(&global, out, command),
    }
}

//! The device on a command line, for post laptops, scripts and tests.
//!
//! `bitacora` opens the vault for one command, does it, and locks it again. It converts what was typed, calls
//! `bitacora-device`, and converts the answer: no rule of a record, no SQL and no cryptography lives here. Two commands
//! at once never share a vault; the second says that it is open.
//!
//! Answers go to standard output, messages to standard error; the exit code is 0, 1 or 2 (see [`failure`]).

mod args;
mod command;
mod failure;
mod import;
mod output;
mod pin;
mod session;
mod view;

use std::process::ExitCode;

use bitacora_core::panics;
use clap::Parser;
use clap::error::ErrorKind;

use crate::args::Cli;
use crate::failure::USAGE;

fn main() -> ExitCode {
    panics::hide_words();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(asked) => {
            // Help and version are answers; everything else was not understood.
            let answered = matches!(
                asked.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            );
            let _ = asked.print();
            return if answered {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(USAGE)
            };
        }
    };
    match command::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::say(format_args!("bitacora: {failure}"));
            ExitCode::from(failure.code())
        }
    }
}

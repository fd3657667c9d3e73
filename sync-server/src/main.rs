//! `bitacora-server`: the sync server of a post.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use bitacora_core::panics;
use bitacora_server::command::{self, Arguments};
use clap::Parser as _;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    panics::hide_words();
    // Standard output belongs to answers; what happens goes to standard error.
    let arguments = Arguments::parse();
    let usual = if arguments.serves() {
        "bitacora_server=info,warn"
    } else {
        "error"
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(colours)
        .init();
    #[cfg(feature = "failpoints")]
    let _scenario = fail::FailScenario::setup();
    command::run(arguments)
}

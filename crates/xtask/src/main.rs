//! The one front door of the project: `cargo xtask run | test | check | bench | setup`.
//!
//! Each command first installs what the machine lacks and says what it does, counts its steps,
//! keeps the whole output of each in a log, and shows it in full only when the step fails.
//! Only the standard library, `anyhow` and `clap`: this compiles before anything can be shown.

mod bench;
mod check;
mod machine;
mod node;
mod project;
mod run;
mod sources;
mod step;
mod test;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Set up, run, test and measure Bitácora.
#[derive(Parser)]
#[command(name = "cargo xtask", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build, start a sync server and open the app; without a display, do the same job on the command line
    Run(run::RunArguments),
    /// Everything that CI runs: the checks, all tests, and the app in a real window
    Test,
    /// The fast part of `test`: formatting, lints, types, arrows between crates, licences
    Check,
    /// Measure the budgets; one JSON line per measure on stdout
    Bench,
    /// Install what building, running and testing need, and nothing else
    Setup,
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Test => test::test(),
        Command::Check => check::check(),
        Command::Bench => bench::bench(),
        Command::Setup => setup(),
    }
}

/// Installs everything that any of the other commands would install.
fn setup() -> Result<()> {
    let mut steps = step::Steps::start("setup", machine::STEPS)?;
    machine::prepare(&mut steps, machine::Needs::Testing)?;
    steps.finish("This machine can build, run and test Bitácora.");
    Ok(())
}

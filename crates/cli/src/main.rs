//! The device on a command line, for post laptops, scripts and tests.

mod args;
mod failure;
mod import;
mod pin;

fn main() {
    let _ = <args::Cli as clap::Parser>::parse();
}

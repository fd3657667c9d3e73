//! The command line of the server.

mod devices;
mod enrol_code;
mod hand_in;
mod inspect;
mod output;
mod reached;
mod serve;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use bitacora_core::enrol::ServerUrl;
use clap::{Parser, Subcommand};

use crate::server::{Config, Server};
use crate::settings::{Settings, SettingsError};
use crate::store::DataFolder;
use output::Output;

/// Sync server of a post: takes the records of its devices and gives each what it lacks.
#[derive(Debug, Parser)]
#[command(name = "bitacora-server", version, after_help = AFTER)]
pub struct Arguments {
    /// Folder with the server's data
    #[arg(
        long,
        global = true,
        env = "BITACORA_SERVER_DATA",
        default_value = "bitacora-server-data",
        value_name = "DIR"
    )]
    data: PathBuf,
    /// Configuration file [default: bitacora-server.toml in the data folder]
    #[arg(
        long,
        global = true,
        env = "BITACORA_SERVER_CONFIG",
        value_name = "FILE"
    )]
    config: Option<PathBuf>,
    /// Answer in JSON on standard output
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

const AFTER: &str = "\
First start:
  bitacora-server serve --post PA-BCH --post-name \"Bajo Chiquito\"
Then, beside it, a code for the commander's device:
  bitacora-server enrol-code --role post_commander --name \"Puesto 1\"

Exit codes: 0 done, 1 refused or failed, 2 wrong usage.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve devices until stopped; the first start makes the data folder
    #[command(
        after_help = "Example:\n  bitacora-server serve --data /srv/bitacora --post PA-BCH --post-name \"Bajo Chiquito\"\n\n\
        Later starts need --data only. Stop it with Ctrl-C or SIGTERM."
    )]
    Serve(serve::Serve),
    /// Issue a single-use code that enrols one device within 15 minutes
    #[command(
        after_help = "Example:\n  bitacora-server enrol-code --data /srv/bitacora --role patrol_member --name \"Cabo 17\" --qr code.svg\n\n\
        On the device: bitacora enrol --server https://10.20.0.5:8444 --code K7QX2M9P"
    )]
    EnrolCode(enrol_code::EnrolCode),
    /// List the devices: people, last contact, what was received, clock, digits
    #[command(after_help = "Example:\n  bitacora-server devices --data /srv/bitacora")]
    Devices,
    /// Cut a device off; its next request is refused
    #[command(after_help = "Example:\n  bitacora-server revoke --data /srv/bitacora \"Cabo 17\"")]
    Revoke(devices::Revoke),
    /// Take in a file of sealed records that a device wrote for this server
    #[command(
        after_help = "Example:\n  bitacora-server hand-in --data /srv/bitacora /media/usb/registros-PA-BCH-20230814-180400.bitacora\n\n\
        Exit code 1 if something in it was refused, or not all of it could be read; the rest is taken all the same. \
        `bitacora-server quarantine` lists what was refused."
    )]
    HandIn(hand_in::HandIn),
    /// List changes that were put aside, with the reason
    #[command(after_help = "Example:\n  bitacora-server quarantine --data /srv/bitacora --json")]
    Quarantine,
    /// Check chains, signatures, receipts, snapshots and rows; alters nothing
    #[command(
        after_help = "Example:\n  bitacora-server verify --data /srv/bitacora\n\nExit code 1 if anything does not fit."
    )]
    Verify,
    /// Say whether the store can be opened and read, and what is in it
    #[command(
        after_help = "Example:\n  bitacora-server health --data /srv/bitacora --json\n\nExit code 1 while nobody serves, and while the quarantine of a device is full."
    )]
    Health,
    /// Print a post's table of a day
    #[command(
        after_help = "Example:\n  bitacora-server table --data /srv/bitacora --day 2023-08-14\n\n\
        A post that this server does not serve is an error that names those that it does."
    )]
    Table(table::Table),
}

/// Runs the command line; returns the exit code.
pub fn run(arguments: Arguments) -> ExitCode {
    let output = Output::new(arguments.json);
    match arguments.run(&output) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            output.error(&error);
            // A setting is as good as a flag: what it must look like is a matter of usage.
            let is_usage = error.downcast_ref::<SettingsError>().is_some();
            ExitCode::from(if is_usage { 2 } else { 1 })
        }
    }
}

impl Arguments {
    /// Returns whether this process will serve, and so should say what happens.
    pub const fn serves(&self) -> bool {
        matches!(self.command, Command::Serve(_))
    }

    /// Runs the command; false if it was done and the answer is a refusal.
    fn run(&self, output: &Output) -> anyhow::Result<bool> {
        match &self.command {
            Command::Serve(serve) => serve.run(self, output),
            Command::EnrolCode(command) => command.run(self, output),
            Command::Devices => devices::list(&self.look()?, output),
            Command::Revoke(command) => command.run(&self.open()?, output),
            Command::HandIn(command) => command.run(&self.open()?, output),
            Command::Quarantine => inspect::quarantine(&self.look()?, output),
            Command::Verify => inspect::verify(&self.look()?, output),
            Command::Health => inspect::health(&self.look()?, output),
            Command::Table(command) => command.run(&self.look()?, output),
        }
    }

    fn folder(&self) -> DataFolder {
        DataFolder::new(&self.data)
    }

    fn settings(&self) -> anyhow::Result<Settings> {
        let path = self
            .config
            .clone()
            .unwrap_or_else(|| self.folder().config());
        Settings::read(&path, self.config.is_some())
            .with_context(|| format!("in {}", path.display()))
    }

    /// Opens the store of an existing server to change it, also beside a serving process.
    fn open(&self) -> anyhow::Result<Server> {
        self.open_for(None)
    }

    fn open_for(&self, public_url: Option<ServerUrl>) -> anyhow::Result<Server> {
        let mut config = Config::new(self.folder());
        config.public_url = public_url;
        self.opened(config)
    }

    /// Opens it to read.
    fn look(&self) -> anyhow::Result<Server> {
        let mut config = Config::new(self.folder());
        config.only_looks = true;
        self.opened(config)
    }

    fn opened(&self, config: Config) -> anyhow::Result<Server> {
        Server::open(config).with_context(|| format!("data folder {}", self.data.display()))
    }
}

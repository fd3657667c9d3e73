//! The built programs, run as a person or a script runs them.

#![expect(
    clippy::indexing_slicing,
    reason = "JSON values are indexed: what is not there reads as null and never panics"
)]

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// Packages whose programs are run.
const PACKAGES: [&str; 2] = ["bitacora-cli", "bitacora-server"];

/// Returns the folder of the built programs: beside the program that asks, whichever profile it was built in.
pub fn folder() -> Result<PathBuf> {
    let own = std::env::current_exe().context("asking where this program is")?;
    let beside = own.parent().context("this program is in no folder")?;
    // Test programs lie one folder deeper.
    let is_test = beside.file_name() == Some(OsStr::new("deps"));
    Ok(if is_test {
        beside.parent().unwrap_or(beside)
    } else {
        beside
    }
    .to_owned())
}

/// Returns a program's path; says how to build it if it is not there.
pub fn program(name: &str) -> Result<PathBuf> {
    let path = folder()?.join(name);
    ensure!(
        path.exists(),
        "{} is not built; run `cargo build --workspace --bins`",
        path.display()
    );
    Ok(path)
}

/// Set by whoever has just built every program; building them alone would compile what they share once more.
const BUILT: &str = "BITACORA_PROGRAMS_BUILT";

/// Builds the programs once for all tests of a process, so that no test runs yesterday's.
pub fn build() -> Result<()> {
    static OUTCOME: OnceLock<Result<(), String>> = OnceLock::new();
    OUTCOME
        .get_or_init(|| build_now().map_err(|error| format!("{error:#}")))
        .clone()
        .map_err(anyhow::Error::msg)
}

fn build_now() -> Result<()> {
    if std::env::var_os(BUILT).is_some() {
        return Ok(());
    }
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["build", "--quiet", "--bins"])
        .args(PACKAGES.iter().flat_map(|name| ["--package", name]));
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    // The cargo that runs the tests left variables about this package; build scripts watch them.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&name);
        }
    }
    let built = cargo
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .context("starting cargo")?;
    ensure!(
        built.status.success(),
        "the programs do not build: {}",
        String::from_utf8_lossy(&built.stderr)
    );
    Ok(())
}

/// A device on the command line: `bitacora` with a vault and a PIN of its own.
#[derive(Clone)]
pub struct CommandLine {
    program: PathBuf,
    vault: PathBuf,
    pin: String,
    person: Option<String>,
}

/// What a run of a program said.
pub struct Said {
    /// Exit code; `None` if it was killed.
    pub code: Option<i32>,
    /// Standard output.
    pub answer: String,
    /// Standard error.
    pub message: String,
}

impl CommandLine {
    /// Returns the device of a folder; `init` makes it.
    pub fn of(vault: &Path, pin: &str) -> Result<Self> {
        Ok(Self {
            program: program("bitacora")?,
            vault: vault.to_owned(),
            pin: pin.to_owned(),
            person: None,
        })
    }

    /// Returns the same device for another of its people.
    pub fn as_person(&self, name: &str, pin: &str) -> Self {
        Self {
            program: self.program.clone(),
            vault: self.vault.clone(),
            pin: pin.to_owned(),
            person: Some(name.to_owned()),
        }
    }

    /// Returns a command that is ready to run.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .env_clear()
            .env("BITACORA_VAULT", &self.vault)
            .env("BITACORA_PIN", &self.pin);
        if let Some(person) = &self.person {
            command.env("BITACORA_PERSON", person);
        }
        command
    }

    /// Runs a command with text on its standard input.
    pub fn run_with<S: AsRef<OsStr>>(&self, arguments: &[S], input: &str) -> Result<Said> {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("starting bitacora")?;
        if let Some(mut stdin) = child.stdin.take() {
            // A command that refuses before reading closes the pipe; that is its answer.
            let _ = stdin.write_all(input.as_bytes());
        }
        Ok(Said::from(
            child.wait_with_output().context("waiting for bitacora")?,
        ))
    }

    /// Runs a command.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<Said> {
        self.run_with(arguments, "")
    }

    /// Runs a command that must be done, and returns its JSON.
    pub fn json<S: AsRef<OsStr>>(&self, arguments: &[S], input: &str) -> Result<Value> {
        let mut all: Vec<&OsStr> = arguments.iter().map(AsRef::as_ref).collect();
        all.push(OsStr::new("--json"));
        let said = self.run_with(&all, input)?;
        if said.code != Some(0) {
            bail!("`bitacora {:?}` was refused: {}", all, said.message.trim());
        }
        serde_json::from_str(&said.answer)
            .with_context(|| format!("`bitacora {all:?}` answered no JSON"))
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self {
            code: output.status.code(),
            answer: text(output.stdout),
            message: text(output.stderr),
        }
    }
}

/// A sync server in a process of its own; it is stopped when dropped.
pub struct ServerProcess {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    data: PathBuf,
}

impl ServerProcess {
    /// Starts `bitacora-server` for a post on an address, with its data in a folder, and waits until it listens.
    pub fn start(data: &Path, listen: &str, post: &str, post_name: &str) -> Result<Self> {
        let mut command = Command::new(program("bitacora-server")?);
        command
            .arg("--json")
            .arg("--data")
            .arg(data)
            .args(["serve", "--listen", listen]);
        command
            .args(["--post", post, "--post-name", post_name])
            .env("RUST_LOG", "error");
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .context("starting bitacora-server")?;
        let mut line = String::new();
        let stdout = child
            .stdout
            .take()
            .context("bitacora-server has no standard output")?;
        BufReader::new(stdout)
            .read_line(&mut line)
            .context("reading what bitacora-server says")?;
        let said: Value = serde_json::from_str(&line).context("bitacora-server did not start")?;
        let address = said["listening"]
            .as_str()
            .context("bitacora-server does not say where it listens")?
            .parse()?;
        Ok(Self {
            child,
            address,
            data: data.to_owned(),
        })
    }

    /// Returns a single-use code that enrols a device.
    pub fn code(&self, role: &str, name: &str) -> Result<String> {
        let said = self.run(&["enrol-code", "--role", role, "--name", name])?;
        Ok(said["code"]
            .as_str()
            .context("bitacora-server gave no code")?
            .to_owned())
    }

    /// Runs a command of the operator beside the serving process and returns its JSON.
    pub fn run(&self, arguments: &[&str]) -> Result<Value> {
        let mut command = Command::new(program("bitacora-server")?);
        let output = command
            .arg("--json")
            .arg("--data")
            .arg(&self.data)
            .args(arguments)
            .output()?;
        let said = Said::from(output);
        ensure!(
            said.code == Some(0),
            "`bitacora-server {arguments:?}` was refused: {}",
            said.message.trim()
        );
        serde_json::from_str(&said.answer)
            .with_context(|| format!("`bitacora-server {arguments:?}` answered no JSON"))
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // The server keeps every promise through a kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

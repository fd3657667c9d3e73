//! What a fresh Debian machine with Rust and Node lacks, and how it gets it.
//!
//! Every part looks first and does nothing when nothing is missing, so that each command can
//! begin with it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::node;
use crate::project;
use crate::sources;
use crate::step::Steps;

/// How many steps [`prepare`] counts.
pub(crate) const STEPS: usize = 5;

/// The version of the bridge between WebDriver and the app's window that the tests are written for.
const TAURI_DRIVER: &str = "2.0.6";

/// What the machine must be able to do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Build the server and the command line.
    Programs,
    /// Also build the app and its interface.
    Window,
    /// Also drive the app in a window and the interface in a browser.
    Testing,
}

/// What a Chromium may be called; the browser tests look for the same (`ui/tests/browser/chromium.ts`).
const BROWSERS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
];

/// Names a browser for the tests that is not in the search path.
const BROWSER_VARIABLE: &str = "BITACORA_BROWSER";

/// A Debian package, what it is for, and programs of which one makes it unnecessary.
struct Package {
    name: &'static str,
    purpose: &'static str,
    needs: Needs,
    or_programs: &'static [&'static str],
}

const PACKAGES: [Package; 9] = [
    package(
        "build-essential",
        "the C compiler and linker",
        Needs::Programs,
    ),
    package(
        "pkg-config",
        "finds the system's libraries",
        Needs::Programs,
    ),
    package("libssl-dev", "the cipher under SQLCipher", Needs::Programs),
    package("libwebkit2gtk-4.1-dev", "the app's window", Needs::Window),
    package("librsvg2-dev", "the app's icon", Needs::Window),
    package("xvfb", "a display for the window tests", Needs::Testing),
    package(
        "webkit2gtk-driver",
        "drives the window in tests",
        Needs::Testing,
    ),
    package(
        "libfaketime",
        "a wrong clock for the window tests",
        Needs::Testing,
    ),
    Package {
        name: "chromium",
        purpose: "a browser for the interface's tests",
        needs: Needs::Testing,
        or_programs: &BROWSERS,
    },
];

const fn package(name: &'static str, purpose: &'static str, needs: Needs) -> Package {
    Package {
        name,
        purpose,
        needs,
        or_programs: &[],
    }
}

/// Installs what is missing for `needs`, as [`STEPS`] steps. Errors say what could not be had.
pub(crate) fn prepare(steps: &mut Steps, needs: Needs) -> Result<()> {
    system_packages(steps, needs)?;
    interface_packages(steps, needs)?;
    rust_packages(steps, needs)?;
    webdriver(steps, needs)?;
    rust_components(steps, needs)
}

/// Builds fetch what they need by themselves; the test of licences and sources reads the packages of
/// every platform.
fn rust_packages(steps: &mut Steps, needs: Needs) -> Result<()> {
    let title = "Rust packages";
    if needs != Needs::Testing {
        steps.nothing_to_do(title, "builds fetch their own");
        return Ok(());
    }
    steps.run(title, cargo().args(["fetch", "--locked"]))
}

fn system_packages(steps: &mut Steps, needs: Needs) -> Result<()> {
    let title = "system packages";
    let missing: Vec<&Package> = PACKAGES
        .iter()
        .filter(|package| package.is_for(needs) && !package.is_here())
        .collect();
    if missing.is_empty() {
        steps.nothing_to_do(title, "all here");
        return Ok(());
    }
    if find_program("apt-get").is_none() {
        let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
        bail!(
            "this machine has no apt-get; install what gives these packages: {}",
            names.join(" ")
        );
    }
    for package in &missing {
        steps.say(&format!(
            "apt installs {}: {}",
            package.name, package.purpose
        ));
    }
    let mut script = String::from(
        "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends",
    );
    for package in &missing {
        script.push(' ');
        script.push_str(package.name);
    }
    steps.run(title, &mut as_root(steps, &script)?)
}

impl Package {
    fn is_for(&self, needs: Needs) -> bool {
        match self.needs {
            Needs::Programs => true,
            Needs::Window => needs != Needs::Programs,
            Needs::Testing => needs == Needs::Testing,
        }
    }

    fn is_here(&self) -> bool {
        let is_named = self.or_programs == BROWSERS && std::env::var_os(BROWSER_VARIABLE).is_some();
        if is_named
            || self
                .or_programs
                .iter()
                .any(|name| find_program(name).is_some())
        {
            return true;
        }
        let answer = Command::new("dpkg-query")
            .args(["--show", "--showformat=${db:Status-Status}", self.name])
            .stderr(Stdio::null())
            .output();
        answer.is_ok_and(|answer| answer.stdout == b"installed")
    }
}

/// Returns the command that runs a shell line as root, by sudo if needed. Sudo asks in the terminal.
fn as_root(steps: &Steps, script: &str) -> Result<Command> {
    let user = Command::new("id")
        .arg("-u")
        .output()
        .context("asking who I am (id -u)")?;
    if user.stdout.trim_ascii() == b"0" {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        return Ok(command);
    }
    if find_program("sudo").is_none() {
        bail!("not root and no sudo here; as root run: {script}");
    }
    steps.say("asks sudo for the right to install");
    let asked = Command::new("sudo")
        .arg("--validate")
        .status()
        .context("starting sudo")?;
    if !asked.success() {
        bail!("sudo refused; as root run: {script}");
    }
    let mut command = Command::new("sudo");
    command.args(["sh", "-c", script]);
    Ok(command)
}

fn interface_packages(steps: &mut Steps, needs: Needs) -> Result<()> {
    let title = "interface packages";
    if needs == Needs::Programs {
        steps.nothing_to_do(title, "not needed without a window");
        return Ok(());
    }
    node::expect_usable()?;
    let (locked, installed) = (
        project::ui().join("package-lock.json"),
        project::ui().join("node_modules/.package-lock.json"),
    );
    if sources::is_current_file(&installed, &locked) {
        steps.nothing_to_do(title, "all here");
        return Ok(());
    }
    steps.run(
        title,
        Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(project::ui()),
    )?;
    // npm keeps the old time when nothing changed; the next start would install again.
    let time = std::time::SystemTime::now();
    let file = std::fs::File::options().append(true).open(&installed);
    file.and_then(|file| file.set_modified(time))
        .context("marking the interface's packages as installed")
}

fn webdriver(steps: &mut Steps, needs: Needs) -> Result<()> {
    let title = "tauri-driver";
    if needs != Needs::Testing {
        steps.nothing_to_do(title, "only tests need it");
        return Ok(());
    }
    let listed = Command::new("cargo").args(["install", "--list"]).output();
    let line = format!("tauri-driver v{TAURI_DRIVER}:");
    let here = listed.is_ok_and(|listed| String::from_utf8_lossy(&listed.stdout).contains(&line));
    if here {
        steps.nothing_to_do(title, "here");
        return Ok(());
    }
    let mut install = cargo();
    install.args([
        "install",
        "tauri-driver",
        "--version",
        TAURI_DRIVER,
        "--locked",
    ]);
    steps.run(title, &mut install)
}

fn rust_components(steps: &mut Steps, needs: Needs) -> Result<()> {
    let title = "rustfmt and clippy";
    let here = ["fmt", "clippy"].iter().all(|tool| {
        let answer = cargo()
            .args([tool, "--version"])
            .stderr(Stdio::null())
            .output();
        answer.is_ok_and(|answer| answer.status.success())
    });
    if here || needs != Needs::Testing {
        steps.nothing_to_do(title, if here { "here" } else { "only tests need them" });
        return Ok(());
    }
    steps.run(
        title,
        Command::new("rustup").args(["component", "add", "rustfmt", "clippy"]),
    )
}

/// Returns cargo as a person would start it.
///
/// The cargo that started this program left variables about this package behind. Build scripts of
/// other packages watch them, and would be built again each time the front door is used.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new("cargo");
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let about_this_package = ["CARGO_PKG_", "CARGO_BIN_", "CARGO_MANIFEST_"]
            .iter()
            .any(|start| text.starts_with(start));
        if about_this_package || text == "CARGO" || text == "LD_LIBRARY_PATH" {
            command.env_remove(&name);
        }
    }
    command.current_dir(project::root());
    command
}

/// Returns where a program is in the search path.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| Path::is_file(file))
}

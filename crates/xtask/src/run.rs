//! `run`: the job from end to end, in a window if there is a display.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::check;
use crate::machine::{self, Needs, cargo};
use crate::project;
use crate::step::Steps;

/// How long the server may take until it answers.
const SERVER_START_MAX: Duration = Duration::from_secs(30);

/// The post of the server that `run` starts.
const POST: &str = "PA-BCH";

#[derive(Args)]
pub(crate) struct RunArguments {
    /// Fill a post with a generated busy day first, and open the app as its commander
    #[arg(long)]
    demo: bool,
    /// Do the job on the command line even if there is a display
    #[arg(long)]
    no_window: bool,
    /// Where the sync server listens
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:47114")]
    listen: SocketAddr,
}

/// Builds what is needed and does the job.
pub(crate) fn run(arguments: &RunArguments) -> Result<()> {
    let window = !arguments.no_window && has_display();
    let needs = if window {
        Needs::Window
    } else {
        Needs::Programs
    };
    let mut steps = Steps::start("run", machine::STEPS + if window { 2 } else { 1 })?;
    machine::prepare(&mut steps, needs)?;
    if window {
        check::interface(&mut steps)?;
    }
    // The same selection as in `test`, so that nothing is compiled twice.
    let mut build = cargo();
    build.args(["build", "--workspace", "--bins"]);
    if !window {
        build.args(["--exclude", "bitacora-app"]);
    }
    steps.run("build", &mut build)?;
    match (window, arguments.demo) {
        (true, demo) => with_window(arguments.listen, demo),
        (false, demo) => without_window(demo),
    }
}

/// Returns whether a window can be opened here.
fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// The same job through the command line, in a folder of its own each time.
fn without_window(demo: bool) -> Result<()> {
    eprintln!("No display here: the same job runs through the command line.");
    let (name, folder) = if demo {
        ("demo", "demo")
    } else {
        ("story", "story")
    };
    let state = project::state().join(folder);
    finish(
        Command::new(project::program(name))
            .arg("--state")
            .arg(fresh(&state)?),
        name,
    )
}

/// Starts the server and opens the app with an invitation to it.
fn with_window(listen: SocketAddr, demo: bool) -> Result<()> {
    if demo {
        let state = project::state().join("demo");
        finish(
            Command::new(project::program("demo"))
                .arg("--state")
                .arg(fresh(&state)?),
            "demo",
        )?;
        let _server = Server::start(listen, &state.join("server"))?;
        return open_app(&state.join("commander"), None);
    }
    let state = project::state().join("run");
    let (data, app) = (state.join("server"), state.join("app"));
    fs::create_dir_all(&app).with_context(|| format!("making {}", app.display()))?;
    let _server = Server::start(listen, &data)?;
    // As long as nobody has begun there; a window that was only looked at leaves settings behind.
    if !app.join("vault").exists() {
        eprintln!(
            "The server listens on {listen}. The app has an invitation: choose \"Tengo código\"."
        );
        return open_app(&app, Some(&invitation(&data, listen)?));
    }
    open_app(&app, None)
}

/// Has the server make a code for a commander's laptop; returns it as a QR would say it.
fn invitation(data: &Path, listen: SocketAddr) -> Result<String> {
    let mut code = Command::new(project::program("bitacora-server"));
    code.args([
        "enrol-code",
        "--role",
        "post_commander",
        "--name",
        "Comandante",
    ]);
    code.args(["--post", POST, "--json"]);
    code.args(["--url", &format!("https://{listen}")]);
    let made = code
        .arg("--data")
        .arg(data)
        .output()
        .with_context(|| format!("starting {code:?}"))?;
    if !made.status.success() {
        bail!(
            "enrol-code: {}",
            String::from_utf8_lossy(&made.stderr).trim()
        );
    }
    let made: serde_json::Value = serde_json::from_slice(&made.stdout).context("enrol-code")?;
    let text = made.get("invitation").and_then(serde_json::Value::as_str);
    Ok(text.context("enrol-code made no invitation")?.to_owned())
}

/// Opens the app on a state folder, the first time with an invitation, and waits until its window is closed.
fn open_app(state: &Path, invitation: Option<&str>) -> Result<()> {
    let mut app = Command::new(project::program("bitacora-app"));
    app.env("BITACORA_STATE", state);
    app.envs(invitation.map(|text| ("BITACORA_INVITATION", text)));
    finish(&mut app, "bitacora-app")
}

/// Empties a folder that belongs to `run` alone and returns it.
fn fresh(folder: &Path) -> Result<&Path> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("emptying {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder)
}

/// Runs a program in the foreground to its end.
fn finish(command: &mut Command, name: &str) -> Result<()> {
    let status = command
        .current_dir(project::root())
        .status()
        .with_context(|| format!("starting {command:?}"))?;
    if !status.success() {
        bail!("{name} ended with {status}");
    }
    Ok(())
}

/// A sync server that stops when this is dropped.
struct Server(Child);

impl Server {
    /// Starts the server and waits until it takes connections.
    fn start(listen: SocketAddr, data: &Path) -> Result<Self> {
        // Asked first: whoever listens there already would answer in the new server's place.
        TcpListener::bind(listen).with_context(|| {
            format!("{listen} is in use; close what listens there or name another with --listen")
        })?;
        let mut command = Command::new(project::program("bitacora-server"));
        command
            .arg("serve")
            .arg("--listen")
            .arg(listen.to_string())
            .arg("--data")
            .arg(data);
        // What a post is called is asked once, when its folder is made.
        if !data.exists() {
            command.args(["--post", POST, "--post-name", "Bajo Chiquito"]);
            command.args(["--tz", "America/Panama"]);
        }
        let mut server = Self(command.spawn().context("starting bitacora-server")?);
        let started = Instant::now();
        while TcpStream::connect_timeout(&listen, Duration::from_secs(1)).is_err() {
            if let Some(status) = server.0.try_wait()? {
                bail!("the server ended with {status}; what it said is above");
            }
            if started.elapsed() > SERVER_START_MAX {
                bail!("the server does not answer on {listen} after {SERVER_START_MAX:?}");
            }
            pause();
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The server keeps every promise through a kill; there is nothing to wait for.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Waits a moment between two tries to connect.
#[expect(
    clippy::disallowed_methods,
    reason = "a listening port cannot be waited for, only tried"
)]
fn pause() {
    std::thread::sleep(Duration::from_millis(50));
}

//! `run`: the job from end to end, in a window if there is a display.

mod folder;
mod server;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::check;
use crate::machine::{self, Needs, cargo};
use crate::project;
use crate::step::Steps;
use folder::fresh;
use server::{Server, invitation};

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
    if !window {
        eprintln!("No display here: the same job runs through the command line.");
    }
    match (window, arguments.demo) {
        (true, demo) => with_window(arguments.listen, demo),
        (false, true) => fill_demo(arguments.listen).map(drop),
        (false, false) => without_window(),
    }
}

/// Returns whether a window can be opened here.
fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// The same job through the command line, in a folder of its own each time.
fn without_window() -> Result<()> {
    let state = project::state().join("story");
    let mut story = Command::new(project::program("story"));
    finish(story.arg("--state").arg(fresh(&state)?), "story")
}

/// Fills a post with the demo's day, with its server at this address; returns its folder.
fn fill_demo(listen: SocketAddr) -> Result<PathBuf> {
    server::expect_free(listen)?;
    let state = project::state().join("demo");
    let mut demo = Command::new(project::program("demo"));
    demo.arg("--state").arg(fresh(&state)?);
    finish(demo.args(["--listen", &listen.to_string()]), "demo")?;
    Ok(state)
}

/// Starts the server and opens the app with an invitation to it.
fn with_window(listen: SocketAddr, demo: bool) -> Result<()> {
    if demo {
        let state = fill_demo(listen)?;
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

/// Opens the app on a state folder, the first time with an invitation, and waits until its window is closed.
fn open_app(state: &Path, invitation: Option<&str>) -> Result<()> {
    let mut app = Command::new(project::program("bitacora-app"));
    app.env("BITACORA_STATE", state);
    app.envs(invitation.map(|text| ("BITACORA_INVITATION", text)));
    finish(&mut app, "bitacora-app")
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

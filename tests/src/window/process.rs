//! Programs around the app, and the app itself, as processes that end when the test does.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};

/// A program in a process group of its own. Dropping it kills the group.
pub(super) struct Running(Child);

impl Running {
    /// Starts a program without input.
    pub(super) fn start(command: &mut Command) -> Result<Self> {
        let child = command.stdin(Stdio::null()).process_group(0).spawn();
        Ok(Self(
            child.with_context(|| format!("starting {command:?}"))?,
        ))
    }

    /// Returns the program's piped output, once.
    pub(super) fn output(&mut self) -> Option<ChildStdout> {
        self.0.stdout.take()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // What cannot be killed has ended already.
        kill(&format!("-{}", self.0.id())).ok();
        self.0.wait().ok();
    }
}

/// Returns the app as the debug build leaves it.
///
/// Errors if it was not built: the tests drive the app from outside and do not depend on it.
pub(super) fn app() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    // target/debug/deps/window-HASH
    let app = own
        .ancestors()
        .nth(2)
        .map(|folder| folder.join("bitacora-app"));
    match app {
        Some(app) if app.is_file() => Ok(app),
        _ => bail!("bitacora-app is not built: cargo build --workspace --all-targets"),
    }
}

/// Kills the app that runs on a state folder, at once and without a warning, and waits until it
/// is gone. Errors if none runs there.
pub(super) fn kill_app(state: &Path) -> Result<()> {
    let app = app()?;
    let mark = format!("BITACORA_STATE={}", state.display());
    let mut found = false;
    for entry in fs::read_dir("/proc")?.flatten() {
        let process = entry.path();
        let ours = fs::read_link(process.join("exe")).is_ok_and(|exe| exe == app)
            && fs::read(process.join("environ")).is_ok_and(|environ| {
                environ
                    .split(|byte| *byte == 0)
                    .any(|set| set == mark.as_bytes())
            });
        if ours {
            found = true;
            kill(&entry.file_name().to_string_lossy())?;
            while fs::read_link(process.join("exe")).is_ok() {
                std::thread::yield_now();
            }
        }
    }
    if !found {
        bail!("no app runs on {}", state.display());
    }
    Ok(())
}

/// Kills a process, or with a minus before it a group.
fn kill(target: &str) -> Result<()> {
    let status = Command::new("kill")
        .args(["-KILL", "--", target])
        .stderr(Stdio::null())
        .status()?;
    if !status.success() {
        bail!("kill -KILL {target}: {status}");
    }
    Ok(())
}

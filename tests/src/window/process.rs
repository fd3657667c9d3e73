//! Programs around the app, and the app itself, as processes that end when the test does.

use std::fs;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::SystemTime;

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
    for process in apps(state)? {
        kill(&process)?;
        wait_until_gone(&process);
    }
    Ok(())
}

/// Returns the process of every app that runs on a state folder. Errors if none does.
fn apps(state: &Path) -> Result<Vec<String>> {
    let app = app()?;
    let mark = format!("BITACORA_STATE={}", state.display());
    let is_ours = |process: &Path| {
        fs::read_link(process.join("exe")).is_ok_and(|exe| exe == app)
            && fs::read(process.join("environ")).is_ok_and(|environ| {
                environ
                    .split(|byte| *byte == 0)
                    .any(|set| set == mark.as_bytes())
            })
    };
    let found: Vec<String> = fs::read_dir("/proc")?
        .flatten()
        .filter(|entry| is_ours(&entry.path()))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    if found.is_empty() {
        bail!("no app runs on {}", state.display());
    }
    Ok(found)
}

fn wait_until_gone(process: &str) {
    while fs::read_link(Path::new("/proc").join(process).join("exe")).is_ok() {
        std::thread::yield_now();
    }
}

/// A kill that is ready before its moment: what takes time is done, only the word is missing.
pub(super) struct Sword {
    app: Vec<String>,
    shell: Child,
    word: ChildStdin,
}

impl Sword {
    /// Finds the app of a state folder and makes ready to kill it.
    pub(super) fn over(state: &Path) -> Result<Self> {
        let app = apps(state)?;
        let mut shell = Command::new("sh")
            .args(["-c", "read -r word; kill -KILL \"$@\"", "sh"])
            .args(&app)
            .stdin(Stdio::piped())
            .spawn()?;
        let word = shell.stdin.take().context("the shell has an input")?;
        Ok(Self { app, shell, word })
    }

    /// Kills the app and returns when it was dead at the latest.
    pub(super) fn fall(mut self) -> Result<SystemTime> {
        self.word.write_all(b"now\n")?;
        self.shell.wait()?;
        let dead = SystemTime::now();
        self.app.iter().for_each(|process| wait_until_gone(process));
        Ok(dead)
    }
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

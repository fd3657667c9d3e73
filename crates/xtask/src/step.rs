//! Steps: counted, timed, logged, and silent unless they fail.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::project;

/// How often a running step says where it is on a terminal, which can rewrite its line.
const TICK_TERMINAL: Duration = Duration::from_millis(500);
/// The same in a log file, where every word stays.
const TICK_LOG: Duration = Duration::from_secs(30);
/// Width to which the last line of a running step is cut, in characters.
const LINE_CHARS_MAX: usize = 72;

/// The steps of one command, announced as `[3/9] title`.
pub(crate) struct Steps {
    done: usize,
    total: usize,
    started: Instant,
    log: File,
    log_path: PathBuf,
    /// What the test runners said last, repeated at the end.
    closing: Vec<String>,
}

impl Steps {
    /// Opens the log `target/xtask/NAME.log`. Errors if the folder cannot be written.
    pub(crate) fn start(name: &str, total: usize) -> Result<Self> {
        let folder = project::target().join("xtask");
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        let log_path = folder.join(format!("{name}.log"));
        let log =
            File::create(&log_path).with_context(|| format!("opening {}", log_path.display()))?;
        Ok(Self {
            done: 0,
            total,
            started: Instant::now(),
            log,
            log_path,
            closing: Vec::new(),
        })
    }

    /// Counts a step that turned out to need nothing.
    pub(crate) fn nothing_to_do(&mut self, title: &str, why: &str) {
        self.done += 1;
        eprintln!("[{}/{}] {title}: {why}", self.done, self.total);
    }

    /// Says something about the step that comes next, such as what will be installed.
    pub(crate) fn say(&self, text: &str) {
        eprintln!("      {text}");
    }

    /// Runs a command as the next step. On failure shows its whole output and returns an error.
    pub(crate) fn run(&mut self, title: &str, command: &mut Command) -> Result<()> {
        self.done += 1;
        let label = format!("[{}/{}] {title}", self.done, self.total);
        eprintln!("{label} …");
        let started = Instant::now();
        writeln!(self.log, "== {label}: {command:?}")?;
        let (ok, output) = self.watch(&label, command)?;
        if !ok {
            io::stderr().write_all(&output)?;
            bail!(
                "{title} failed after {}; its output is above and in {}",
                elapsed(started),
                self.log_path.display()
            );
        }
        clear_line();
        eprintln!("{label}: done in {}", elapsed(started));
        Ok(())
    }

    /// Like [`Steps::run`], for a command that runs tests: keeps the runner's closing lines.
    pub(crate) fn run_tests(&mut self, title: &str, command: &mut Command) -> Result<()> {
        let before = fs::metadata(&self.log_path)?.len();
        self.run(title, command)?;
        let log = fs::read(&self.log_path)?;
        let own = log.get(usize::try_from(before)?..).unwrap_or_default();
        self.closing.push(format!("{title}:"));
        self.closing
            .extend(closing_lines(&String::from_utf8_lossy(own)));
        Ok(())
    }

    /// Says that everything is done, and repeats what the test runners said last.
    pub(crate) fn finish(&self, sentence: &str) {
        eprintln!(
            "{sentence} ({}, log in {})",
            elapsed(self.started),
            self.log_path.display()
        );
        for line in &self.closing {
            println!("{line}");
        }
    }

    /// Runs the command to its end, copying every line into the log and showing signs of life.
    fn watch(&mut self, label: &str, command: &mut Command) -> Result<(bool, Vec<u8>)> {
        let started = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting {command:?}"))?;
        let (sender, lines) = mpsc::channel();
        if let Some(pipe) = child.stdout.take() {
            read_lines(pipe, sender.clone());
        }
        if let Some(pipe) = child.stderr.take() {
            read_lines(pipe, sender);
        }
        let terminal = io::stderr().is_terminal();
        let tick = if terminal { TICK_TERMINAL } else { TICK_LOG };
        let (mut output, mut last, mut shown) = (Vec::new(), String::new(), Instant::now());
        loop {
            match lines.recv_timeout(tick) {
                Ok(line) => {
                    self.log.write_all(&line)?;
                    last = String::from_utf8_lossy(&line).trim().to_owned();
                    output.extend(line);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if shown.elapsed() >= tick {
                shown = Instant::now();
                sign_of_life(terminal, label, started, &last);
            }
        }
        Ok((child.wait()?.success(), output))
    }
}

/// Sends each line of a pipe, with its end, until the pipe closes.
fn read_lines(pipe: impl Read + Send + 'static, sender: Sender<Vec<u8>>) {
    thread::spawn(move || {
        let mut reader = BufReader::new(pipe);
        let mut line = Vec::new();
        while matches!(reader.read_until(b'\n', &mut line), Ok(count) if count > 0) {
            if sender.send(std::mem::take(&mut line)).is_err() {
                return;
            }
        }
    });
}

/// Shows how long a step has run and the last thing it said.
fn sign_of_life(terminal: bool, label: &str, started: Instant, last: &str) {
    let last: String = last.chars().take(LINE_CHARS_MAX).collect();
    if terminal {
        eprint!("\r\x1b[2K      {} {last}", elapsed(started));
        // A terminal that cannot be flushed shows the line a moment later.
        io::stderr().flush().ok();
    } else {
        eprintln!("{label}: {} {last}", elapsed(started));
    }
}

/// Removes the rewritten line of a running step from a terminal.
fn clear_line() {
    if io::stderr().is_terminal() {
        eprint!("\r\x1b[2K");
    }
}

/// Returns the time since `started` for people: `9 s`, `3 min 05 s`.
fn elapsed(started: Instant) -> String {
    let seconds = started.elapsed().as_secs();
    if seconds < 60 {
        format!("{seconds} s")
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

/// Returns the lines in which cargo's and the interface's test runners say how it went.
fn closing_lines(output: &str) -> Vec<String> {
    let starts = ["test result:", "Test Files ", "Tests ", "Browser tests"];
    output
        .lines()
        .map(str::trim)
        .filter(|line| starts.iter().any(|start| line.starts_with(start)))
        // A binary without tests says nothing about the project.
        .filter(|line| !line.contains(" 0 passed; 0 failed; 0 ignored"))
        .map(|line| format!("  {line}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::closing_lines;

    #[test]
    fn only_runners_closing_lines_are_repeated() {
        let output = "running 2 tests\ntest a ... ok\n\ntest result: ok. 2 passed; 0 failed; 0 ignored\n\
                      test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured\n      Tests  9 passed (9)\n";
        assert_eq!(
            closing_lines(output),
            [
                "  test result: ok. 2 passed; 0 failed; 0 ignored",
                "  Tests  9 passed (9)"
            ],
            "the end of a run names every runner that ran something, and nothing else"
        );
    }
}

//! A display without a screen.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use tokio::time::timeout;

use super::PATIENCE;
use super::process::Running;

/// An Xvfb of its own, on a display number that it chose itself.
pub(super) struct Display {
    /// `:7`
    pub(super) name: String,
    _server: Running,
}

impl Display {
    /// Starts Xvfb and waits until it says which display it serves.
    pub(super) async fn start() -> Result<Self> {
        let mut command = Command::new("Xvfb");
        command
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1400x1000x24",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut server =
            Running::start(&mut command).context("Xvfb (cargo xtask setup installs it)")?;
        let Some(output) = server.output() else {
            bail!("Xvfb has no output to read")
        };
        let answer = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(output).read_line(&mut line).map(|_| line)
        });
        let number = timeout(PATIENCE, answer)
            .await
            .context("Xvfb does not say which display it serves")???;
        if number.trim().is_empty() {
            bail!("Xvfb ended without serving a display");
        }
        Ok(Self {
            name: format!(":{}", number.trim()),
            _server: server,
        })
    }
}

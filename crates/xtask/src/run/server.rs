//! The sync server of a `run`.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::folder;
use crate::project;

/// How long the server may take until it answers.
const SERVER_START_MAX: Duration = Duration::from_secs(30);

/// The post of the server that `run` starts.
const POST: &str = "PA-BCH";

/// Errors if something listens there already: it would answer in the new server's place.
pub(super) fn expect_free(listen: SocketAddr) -> Result<()> {
    TcpListener::bind(listen).map(drop).with_context(|| {
        format!("{listen} is in use; close what listens there or name another with --listen")
    })
}

/// A sync server that stops when this is dropped.
pub(super) struct Server(Child);

impl Server {
    /// Starts the server and waits until it takes connections.
    pub(super) fn start(listen: SocketAddr, data: &Path) -> Result<Self> {
        expect_free(listen)?;
        let mut command = Command::new(project::program("bitacora-server"));
        command
            .arg("serve")
            .arg("--listen")
            .arg(listen.to_string())
            .arg("--data")
            .arg(data);
        // What a post is called is asked once, when the server is made.
        if !folder::is_made(data) {
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

/// Has the server make a code for a commander's laptop; returns it as a QR would say it.
pub(super) fn invitation(data: &Path, listen: SocketAddr) -> Result<String> {
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

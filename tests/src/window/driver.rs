//! The bridge from WebDriver to the app's window.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use super::PATIENCE;
use super::display::Display;
use super::process::{self, Running};

/// What makes the window draw the same on every machine, without a graphics card. WebKit's own
/// switches for that (`WEBKIT_DISABLE_…`) are left alone: with them a screenshot is never answered.
const DRAWING: [(&str, &str); 3] = [
    ("GDK_BACKEND", "x11"),
    ("LIBGL_ALWAYS_SOFTWARE", "1"),
    ("GTK_OVERLAY_SCROLLING", "0"),
];

/// A running `tauri-driver`. Dropping it ends it, WebKit's driver and the app.
pub(super) struct Driver {
    port: u16,
    state: PathBuf,
    _process: Running,
}

impl Driver {
    /// Starts the driver on free ports; the app inherits its environment, and what is added to it.
    pub(super) async fn start(
        display: &Display,
        state: &Path,
        name: &str,
        surroundings: &[(&str, String)],
    ) -> Result<Self> {
        let (port, native_port) = free_ports()?;
        let log = artifact(&format!("{name}.log"))?;
        let log = File::options().create(true).append(true).open(&log)?;
        let mut command = Command::new(program());
        command
            .args([
                "--port",
                &port.to_string(),
                "--native-port",
                &native_port.to_string(),
            ])
            .env("DISPLAY", &display.name)
            .env_remove("WAYLAND_DISPLAY")
            .envs(DRAWING)
            .env("BITACORA_STATE", state)
            .env("NO_AT_BRIDGE", "1")
            .envs(surroundings.iter().map(|(name, value)| (name, value)))
            .stdout(log.try_clone()?)
            .stderr(log);
        let process =
            Running::start(&mut command).context("tauri-driver (cargo xtask setup installs it)")?;
        let driver = Self {
            port,
            state: state.to_owned(),
            _process: process,
        };
        // The driver starts WebKit's, which is slower and answers all but the first word.
        for (name, port) in [("tauri-driver", port), ("WebKitWebDriver", native_port)] {
            wait_until_listening(name, port).await?;
        }
        Ok(driver)
    }

    /// Asks the driver to start the app, and returns the session in its window.
    pub(super) async fn open_app(&self) -> Result<Client> {
        let app = process::app()?;
        // No `browserName`: the driver would look for a browser of that name.
        let wanted = json!({ "tauri:options": { "application": app } });
        let serde_json::Value::Object(wanted) = wanted else {
            bail!("capabilities are an object")
        };
        let url = format!("http://127.0.0.1:{}", self.port);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let session = builder.capabilities(wanted).connect(&url);
        Ok(timeout(PATIENCE, session).await.context("no session")??)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The app leaves the driver's group; without this it would outlive a failed test. If none
        // runs, it was killed or closed before.
        process::kill_app(&self.state).ok();
    }
}

/// Returns where cargo installs `tauri-driver`, or its bare name for the search path.
fn program() -> PathBuf {
    let cargo_home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| {
            let home = std::env::var_os("HOME").map(PathBuf::from)?;
            Some(home.join(".cargo"))
        });
    let installed = cargo_home.map(|home| home.join("bin/tauri-driver"));
    installed
        .filter(|path| path.is_file())
        .unwrap_or_else(|| PathBuf::from("tauri-driver"))
}

async fn wait_until_listening(name: &str, port: u16) -> Result<()> {
    let started = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        if started.elapsed() > PATIENCE {
            bail!("{name} does not listen on port {port}");
        }
        sleep(super::page::GLANCE).await;
    }
    Ok(())
}

/// Returns two ports that were free a moment ago, never the same.
fn free_ports() -> Result<(u16, u16)> {
    let bound = || TcpListener::bind(("127.0.0.1", 0));
    let (one, other) = (bound()?, bound()?);
    Ok((one.local_addr()?.port(), other.local_addr()?.port()))
}

/// Returns the path of a file for people to look at after the tests.
pub(super) fn artifact(name: &str) -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../artifacts/window");
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder.join(name))
}

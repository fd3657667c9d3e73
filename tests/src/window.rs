//! The built app in a real window, driven from outside by WebDriver.
//!
//! A [`Window`] is one run of the app on a state folder: a display of its own (Xvfb), the driver
//! (`tauri-driver`, which starts WebKit's), the app that the driver starts, and a client. Nothing
//! sleeps: every question waits for its condition, up to [`PATIENCE`].
//!
//! ```no_run
//! # async fn story() -> anyhow::Result<()> {
//! use bitacora_tests::window::Window;
//! let state = tempfile::tempdir()?;
//! let window = Window::open(state.path(), "first_start").await?;
//! window.tap("Empezar sin código").await?;
//! window.picture("after_start").await?;
//! window.kill()?;
//! # Ok(()) }
//! ```

mod clock;
mod display;
mod driver;
mod finger;
mod page;
mod process;

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use fantoccini::Client;

use display::Display;
use driver::Driver;

/// How long a condition may take on a slow, busy machine before a test says that it does not hold.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The app in its window. Dropping it ends the app, the driver and the display.
pub struct Window {
    client: Client,
    /// Taps since the window was opened or the count was taken.
    taps: Cell<u32>,
    /// The test's name, which begins the names of its pictures.
    name: String,
    state: PathBuf,
    // Dropped in this order: who holds the app goes before who shows it.
    driver: Driver,
    _display: Display,
}

impl Window {
    /// Opens the app on a state folder. `name` is the test's, for pictures and messages.
    ///
    /// Errors if Xvfb, the driver or the app does not start; the message says which.
    pub async fn open(state: &Path, name: &str) -> Result<Self> {
        Self::open_in(state, name, &[]).await
    }

    /// Opens the app on a device whose clock begins at a local time, `2019-01-01 00:00:00`. The clock that nobody
    /// can set goes on as always.
    pub async fn open_at(state: &Path, name: &str, time: &str) -> Result<Self> {
        Self::open_in(state, name, &clock::wrong(time)?).await
    }

    /// Opens the app in an environment with something added to it.
    pub async fn open_in(
        state: &Path,
        name: &str,
        surroundings: &[(&str, String)],
    ) -> Result<Self> {
        let display = Display::start().await?;
        let driver = Driver::start(&display, state, name, surroundings).await?;
        let client = driver
            .open_app()
            .await
            .context("the app did not open its window")?;
        let window = Self {
            client,
            taps: Cell::new(0),
            name: name.to_owned(),
            state: state.to_owned(),
            driver,
            _display: display,
        };
        window
            .wait_for(
                "the page is loaded",
                "return document.readyState === 'complete'",
            )
            .await?;
        Ok(window)
    }

    /// Returns the WebDriver client, for what has no method here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Gives the window a size in CSS pixels. Under Xvfb no window manager adds a frame: the window is the page.
    pub async fn sized(&self, width: u32, height: u32) -> Result<()> {
        self.client.set_window_rect(0, 0, width, height).await?;
        let fits = format!("return innerWidth === {width} && innerHeight === {height}");
        self.wait_for(&format!("the page is {width} x {height}"), &fits)
            .await?;
        // The page knows its size before it has drawn itself in it.
        let drawn = "const [done] = arguments; requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";
        self.client.execute_async(drawn, vec![]).await?;
        Ok(())
    }

    /// Kills the app as a dead battery would, with everything around it.
    pub fn kill(self) -> Result<()> {
        process::kill_app(&self.state)
    }

    /// Taps a key and kills the app as soon as an element is in the page. Returns how long after that it was
    /// dead at the latest, by the clock that page and test share.
    pub async fn kill_at(self, tapped: &str, element: &str) -> Result<Duration> {
        let sword = process::Sword::over(&self.state)?;
        self.wait_there(tapped).await?;
        tokio::time::sleep(finger::DEAF).await;
        self.touch(tapped).await?;
        let seen = self.seen(element).await?;
        let dead = sword.fall()?;
        Ok(dead.duration_since(seen).unwrap_or_default())
    }

    /// Returns how often [`Window::tap`] was used since the last call.
    pub fn taps_taken(&self) -> u32 {
        self.taps.replace(0)
    }

    /// Ends the session in an orderly way: the window is closed as a person would close it.
    pub async fn close(self) -> Result<()> {
        self.client
            .clone()
            .close()
            .await
            .context("closing the window")?;
        drop(self.driver);
        Ok(())
    }
}

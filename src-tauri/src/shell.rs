//! What the window's commands share: the device if somebody is unlocked, the settings, the exchange.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use bitacora_core::enrol::Invitation;
use bitacora_device::{Device, DeviceError, Environment};
use tauri::{AppHandle, Emitter};

use crate::gnss::Gnss;
use crate::instance::Instance;
use crate::settings::SettingsFile;
use crate::since::Since;
use crate::view::access::AppStatus;
use crate::view::error::{BackendError, ErrorCode};
use crate::view::event::RecordsChanged;
use crate::view::settings::Language;
use crate::view::sync::SyncState;

/// What every command answers with.
pub(crate) type Answer<T> = Result<T, BackendError>;

/// The shell's state. Cloning it is cheap; all clones are one.
#[derive(Clone)]
pub struct Shell(Arc<Inner>);

struct Inner {
    state: PathBuf,
    settings: SettingsFile,
    instance: Instance,
    environment: Environment,
    gnss: Gnss,
    invitation: OnceLock<Invitation>,
    open: Mutex<Option<Device>>,
    sync: Mutex<SyncState>,
    /// Held while the window is told a status.
    telling: Mutex<()>,
    /// Wakes the exchange before its time.
    wake: tokio::sync::Notify,
    /// When a person last touched the window.
    touched: Mutex<Since>,
    window: Mutex<Option<AppHandle>>,
}

impl Shell {
    /// Looks at a state folder; makes nothing in it.
    pub fn new(state: PathBuf, environment: Environment) -> Self {
        Self(Arc::new(Inner {
            settings: SettingsFile::new(state.join("settings.json")),
            instance: Instance::new(&state),
            touched: Mutex::new(Since::now(&environment)),
            gnss: Gnss::new(environment.clone()),
            state,
            environment,
            invitation: OnceLock::new(),
            open: Mutex::default(),
            sync: Mutex::default(),
            telling: Mutex::default(),
            wake: tokio::sync::Notify::new(),
            window: Mutex::default(),
        }))
    }

    /// Gives the shell the window that it tells what happened.
    pub(crate) fn show_in(&self, app: AppHandle) {
        *guard(&self.0.window) = Some(app);
    }

    /// Gives the shell what the app was opened with: the text of a QR. Words of anything else are left alone.
    pub(crate) fn invite(&self, text: &str) {
        match text.parse() {
            Ok(invitation) => drop(self.0.invitation.set(invitation)),
            Err(error) => tracing::warn!(%error, "BITACORA_INVITATION is not used."),
        }
    }

    /// Returns the text of the QR that the app was opened with.
    pub(crate) fn invitation(&self) -> Option<String> {
        self.0.invitation.get().map(ToString::to_string)
    }

    /// Returns the folder of the vault.
    pub(crate) fn vault(&self) -> PathBuf {
        self.0.state.join("vault")
    }

    /// Returns the folder in which files for people are put.
    pub(crate) fn files(&self) -> &Path {
        &self.0.state
    }

    /// Returns time and randomness.
    pub(crate) fn environment(&self) -> Environment {
        self.0.environment.clone()
    }

    /// Returns the receiver.
    pub(crate) fn gnss(&self) -> &Gnss {
        &self.0.gnss
    }

    /// Lets the device compare its clock with satellites, if a receiver says what time it is and somebody is in.
    pub(crate) fn take_time(&self) {
        let (Some(time), Some(device)) = (self.gnss().time(), self.open_device()) else {
            return;
        };
        match device.note_satellite_time(time) {
            Ok(true) => {
                self.tell_records();
                self.tell_status();
                self.sync_soon();
            }
            Ok(false) | Err(DeviceError::Locked) => {}
            Err(error) => tracing::warn!(%error, "The time of satellites was not noted."),
        }
    }

    /// Returns the settings file.
    pub(crate) fn settings(&self) -> &SettingsFile {
        &self.0.settings
    }

    /// Returns the language in which values are put into words.
    pub(crate) fn language(&self) -> Language {
        self.0.settings.read().language
    }

    /// Returns the device; errors with `locked` if nobody is in.
    pub(crate) fn device(&self) -> Answer<Device> {
        self.open_device().ok_or_else(BackendError::locked)
    }

    /// Returns the device if somebody is unlocked.
    pub(crate) fn open_device(&self) -> Option<Device> {
        guard(&self.0.open)
            .clone()
            .filter(|device| !device.is_locked())
    }

    /// Takes over a device that was just unlocked, and lets the exchange begin.
    pub(crate) fn opened(&self, device: Device) {
        *guard(&self.0.open) = Some(device);
        self.touch();
        self.sync_soon();
    }

    /// Drops the keys and empties the window.
    pub(crate) fn lock(&self) {
        if let Some(device) = guard(&self.0.open).take() {
            device.lock();
        }
        *guard(&self.0.sync) = SyncState::default();
        self.tell("locked", ());
        // Last of all, so that no status from before the lock is the last that the window hears.
        self.tell_status();
    }

    /// Errors with `already_open` if another window has this state folder.
    pub(crate) fn alone(&self) -> Answer<()> {
        self.0.instance.take()
    }

    /// Notes that a person is there. What the window reads by itself is no touch.
    pub(crate) fn touch(&self) {
        *guard(&self.0.touched) = Since::now(&self.0.environment);
    }

    /// Returns how long nobody has touched the window, sleep of the device included.
    pub(crate) fn untouched(&self) -> Duration {
        guard(&self.0.touched).elapsed(&self.0.environment)
    }

    /// Returns how the exchange stands.
    pub(crate) fn sync_state(&self) -> SyncState {
        guard(&self.0.sync).clone()
    }

    /// Changes how the exchange stands, and tells the window.
    pub(crate) fn set_sync_state(&self, change: impl FnOnce(&mut SyncState)) {
        change(&mut guard(&self.0.sync));
        self.tell_status();
    }

    /// Lets the next exchange begin now.
    pub(crate) fn sync_soon(&self) {
        self.0.wake.notify_one();
    }

    /// Waits until somebody wants an exchange.
    pub(crate) async fn sync_wanted(&self) {
        self.0.wake.notified().await;
    }

    /// Runs what needs no device away from the window's thread.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Self) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        let shell = self.clone();
        let work = tauri::async_runtime::spawn_blocking(move || act(&shell));
        // A panic in a command is a fault of ours; the window stays, the store rolled back.
        let fault = |_| BackendError::new(ErrorCode::Internal, "this action stopped unexpectedly");
        let answer = work.await.map_err(fault)?;
        answer.map_err(|error| error.in_words(self.language()))
    }

    /// Asks the device something.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Device, Language) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        self.work(move |shell| act(&shell.device()?, shell.language()))
            .await
    }

    /// Lets the device do something that changes where it stands, and tells the window.
    pub(crate) async fn act<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Device, Language) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        let answer = self.ask(act).await?;
        self.tell_status();
        self.sync_soon();
        Ok(answer)
    }

    /// Tells the window that any record may have changed underneath it.
    pub(crate) fn tell_records(&self) {
        let changed = RecordsChanged {
            encounter_ids: Vec::new(),
            all: true,
        };
        self.tell("records_changed", changed);
    }

    /// Tells the window where the app stands.
    pub(crate) fn tell_status(&self) {
        let shell = self.clone();
        tauri::async_runtime::spawn_blocking(move || {
            // One at a time, so that the window never ends with an older status than the one that is true.
            let _telling = guard(&shell.0.telling);
            if let Ok(status) = AppStatus::of(&shell) {
                shell.tell("status_changed", status);
            }
        });
    }

    fn tell(&self, name: &str, payload: impl serde::Serialize + Clone) {
        let window = guard(&self.0.window).clone();
        if let Some(window) = window
            && let Err(error) = window.emit(name, payload)
        {
            tracing::warn!(event.name = name, %error, "The window did not take an event.");
        }
    }
}

impl From<DeviceError> for BackendError {
    fn from(error: DeviceError) -> Self {
        Self {
            code: error.code().into(),
            message: error.to_string(),
            field: error.field().map(str::to_owned),
            about: Some(error.about()).filter(|about| !about.is_empty()),
        }
    }
}

/// A panic elsewhere left a whole value: each is replaced at once, never half changed.
fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

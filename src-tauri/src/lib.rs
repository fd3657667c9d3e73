//! The Tauri shell: commands convert, call, convert.
//!
//! The window asks by commands ([`command`](crate::command)) and is told by events
//! ([`view::event`]); both speak in the plain values of [`view`]. Everything that touches a file, a
//! key or the network happens in `bitacora-device`, away from the window's thread. There is no SQL,
//! no document and no secret here, and the window is granted its own commands and nothing else.
//!
//! [`bindings`] writes the contract for the interface from the same types.

pub mod bindings;
pub mod view;

mod auto_lock;
mod command;
mod export;
mod gnss;
mod instance;
mod settings;
mod shell;
mod since;
mod sync;
mod today;
mod window;
mod words;

use std::path::PathBuf;

use bitacora_core::panics;
use bitacora_device::Environment;
use tauri::{App, Manager, RunEvent, WindowEvent};

pub use shell::Shell;

/// Runs the app until its window is closed.
///
/// The state folder is `BITACORA_STATE` if set, else the platform's folder for app data. `BITACORA_INVITATION` holds
/// the text of a post's QR, for a device that is made ready by somebody else: whoever takes it joins with one key.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    panics::hide_words();
    // Warnings go to the terminal; contents, names and positions are never logged.
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(std::io::stderr)
        .init();
    let app = tauri::Builder::default()
        .invoke_handler(command::handler())
        .setup(|app| Ok(set_up(app)?))
        .build(tauri::generate_context!());
    match app {
        Ok(app) => app.run(|app, event| {
            // Back in front: whatever waited for a link is tried now.
            if let RunEvent::WindowEvent {
                event: WindowEvent::Focused(true),
                ..
            } = event
                && let Some(shell) = app.try_state::<Shell>()
            {
                shell.sync_soon();
            }
        }),
        Err(error) => {
            tracing::error!(%error, "The window could not be opened.");
            std::process::exit(1);
        }
    }
}

fn set_up(app: &mut App) -> tauri::Result<()> {
    let state = match std::env::var_os("BITACORA_STATE") {
        Some(state) => PathBuf::from(state),
        None => app.path().app_data_dir()?,
    };
    let shell = Shell::new(state, Environment::system());
    shell.show_in(app.handle().clone());
    if let Ok(text) = std::env::var("BITACORA_INVITATION") {
        shell.invite(&text);
    }
    window::open(app, shell.settings().read())?;
    let told = shell.clone();
    shell.gnss().listen(move || told.take_time());
    auto_lock::watch(shell.clone());
    sync::drive(shell.clone());
    app.manage(shell);
    Ok(())
}

//! When the exchange with the server runs: at an unlock, on return, after a save, by hand, and again
//! while something is not received yet. It never stands between an officer and *Guardar*: the device
//! holds its store for one transaction at a time, never over the network.

use std::time::Duration;

use bitacora_device::{Device, DeviceError, SyncProgress};
use chrono::Utc;
use tokio::time::timeout;

use crate::shell::Shell;
use crate::view::convert::{moment, number};
use crate::view::error::BackendError;
use crate::view::sync::SyncPhase;

/// The first wait after an exchange that failed or left something unreceived.
const WAIT_MIN: Duration = Duration::from_secs(15);
/// The longest wait while something is unreceived.
const WAIT_MAX: Duration = Duration::from_secs(5 * 60);

/// Runs exchanges until the app ends.
pub(crate) fn drive(shell: Shell) {
    tauri::async_runtime::spawn(async move {
        let mut wait = WAIT_MIN;
        loop {
            let asked = timeout(wait, shell.sync_wanted()).await.is_ok();
            let Some(device) = shell.open_device() else {
                continue;
            };
            if !is_due(&device, asked) {
                continue;
            }
            // What somebody did is tried soon again; what only time brought, ever later.
            let next = if asked {
                WAIT_MIN
            } else {
                (wait * 2).min(WAIT_MAX)
            };
            let went_through = exchange(&shell, &device, next).await;
            wait = if went_through { WAIT_MIN } else { next };
        }
    });
}

/// An exchange is due if somebody asks for one, or something waits to be received.
fn is_due(device: &Device, asked: bool) -> bool {
    let status = device.status();
    status.is_ok_and(|status| status.enrolled && (asked || status.records.unreceived > 0))
}

/// Runs one exchange and tells the window how it goes, and when the next one is due if it fails. Returns whether it
/// went through.
async fn exchange(shell: &Shell, device: &Device, next: Duration) -> bool {
    shell.set_sync_state(|state| {
        state.phase = SyncPhase::Connecting;
        (state.sent, state.received, state.next_try_at) = (0, 0, None);
    });
    let watching = shell.clone();
    let result = device.sync(move |progress| show(&watching, progress)).await;
    match result {
        Ok(outcome) => {
            shell.set_sync_state(|state| {
                state.phase = SyncPhase::Idle;
                state.error = None;
                (state.error_word, state.error_message) = (None, None);
            });
            if outcome.progress.received > 0 || outcome.progress.sent > 0 {
                shell.tell_records();
            }
            // The day's sentence names the teams that it lacks, also where no record came.
            if learn_teams(device).await {
                shell.tell_records();
            }
            true
        }
        Err(error) => {
            failed(shell, error, next);
            false
        }
    }
}

fn show(shell: &Shell, progress: SyncProgress) {
    shell.set_sync_state(|state| {
        state.phase = if progress.received > 0 {
            SyncPhase::Receiving
        } else {
            SyncPhase::Sending
        };
        state.sent = number(progress.sent);
        state.to_send = number(progress.to_send);
        state.received = number(progress.received);
    });
}

fn failed(shell: &Shell, error: DeviceError, next: Duration) {
    let error = BackendError::from(error);
    shell.set_sync_state(|state| {
        state.phase = SyncPhase::Failed;
        state.error = Some(error.code);
        state.error_word = error.field;
        state.error_message = Some(error.message);
        state.next_try_at = Some(moment(Utc::now() + next));
    });
}

/// A commander's day says which teams it lacks: their last contacts are asked for while there is a link, and kept.
/// Returns whether they were.
async fn learn_teams(device: &Device) -> bool {
    let commands = device
        .status()
        .is_ok_and(|status| status.role.administers_devices());
    if !commands {
        return false;
    }
    let learnt = device.teams().await;
    if let Err(error) = &learnt {
        tracing::debug!(%error, "The list of teams stays as it was.");
    }
    learnt.is_ok()
}

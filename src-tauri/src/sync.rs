//! When the exchange with the server runs: at an unlock, on return, after a save, by hand, and again
//! while something is not received yet. A commander's laptop also looks from time to time for what teams have
//! handed in: the day stands open on it for hours. It never stands between an officer and *Guardar*: the device
//! holds its store for one transaction at a time, never over the network.

use std::time::Duration;

use bitacora_device::{Device, DeviceError, SyncProgress};
use chrono::Utc;
use tokio::time::{Instant, timeout};

use crate::shell::Shell;
use crate::view::convert::{moment, number};
use crate::view::error::BackendError;
use crate::view::sync::SyncPhase;

/// The first wait after an exchange that failed or left something unreceived.
const WAIT_MIN: Duration = Duration::from_secs(15);
/// The longest wait while something is unreceived.
const WAIT_MAX: Duration = Duration::from_secs(5 * 60);

/// How old a commander's day may become while the window stands open.
const LOOK_EVERY: Duration = Duration::from_secs(5 * 60);

/// Runs exchanges until the app ends.
pub(crate) fn drive(shell: Shell) {
    tauri::async_runtime::spawn(async move {
        let (mut wait, mut tried_at) = (WAIT_MIN, Instant::now());
        loop {
            let asked = timeout(wait, shell.sync_wanted()).await.is_ok();
            let Some(device) = shell.open_device() else {
                continue;
            };
            if !is_due(&device, asked, tried_at.elapsed()) {
                continue;
            }
            tried_at = Instant::now();
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

fn is_due(device: &Device, asked: bool, since_the_last: Duration) -> bool {
    device.status().is_ok_and(|status| {
        let waits = status.records.waiting() > 0;
        let commands = status.role.administers_devices();
        // What a person has not compared is no failure to try again.
        let may = asked || status.comparison.is_none();
        status.enrolled && may && (asked || waits || looks(commands, since_the_last))
    })
}

/// Returns whether it is time to look for what others have handed in, though nothing of this device's own waits.
fn looks(commands: bool, since_the_last: Duration) -> bool {
    commands && since_the_last >= LOOK_EVERY
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_stands_open_at_the_post_is_never_older_than_five_minutes() {
        assert!(
            looks(true, LOOK_EVERY),
            "the commander's laptop looks again"
        );
        assert!(!looks(true, LOOK_EVERY / 2), "not all the time");
        assert!(
            !looks(false, LOOK_EVERY * 9),
            "a phone with nothing to send stays silent"
        );
        assert!(
            LOOK_EVERY >= WAIT_MAX,
            "what waits is never tried more seldom"
        );
    }
}

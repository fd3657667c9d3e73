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
            let next = next_wait(asked, wait);
            let went_through = exchange(&shell, &device, next).await;
            wait = wait_after(went_through && !has_due(&device), next);
        }
    });
}

/// What somebody did is tried soon again; what only time brought, ever later.
fn next_wait(asked: bool, wait: Duration) -> Duration {
    if asked {
        WAIT_MIN
    } else {
        (wait * 2).min(WAIT_MAX)
    }
}

/// Returns how long to wait when all is handed in, or when the exchange failed or left something unreceived: then ever
/// longer.
fn wait_after(is_done: bool, next: Duration) -> Duration {
    if is_done { WAIT_MIN } else { next }
}

/// Returns whether something waits to be handed in.
fn has_due(device: &Device) -> bool {
    device.status().is_ok_and(|status| status.records.due() > 0)
}

/// What an exchange that nobody asks for depends on.
#[derive(Debug, Clone, Copy)]
struct Standing {
    /// Something is not received.
    waits: bool,
    /// The day stands open here.
    commands: bool,
    /// What a person has not compared is no failure to try again.
    uncompared: bool,
}

impl Standing {
    /// Returns where a device stands; `None` if it has no server.
    fn of(device: &Device) -> Option<Self> {
        let status = device.status().ok().filter(|status| status.enrolled)?;
        Some(Self {
            waits: status.records.due() > 0,
            commands: status.role.administers_devices(),
            uncompared: status.comparison.is_some(),
        })
    }

    /// Returns how long after the last exchange the next one runs by itself, `wait` being the present wait for what is
    /// not received; `None` if none does.
    fn again_after(self, wait: Duration) -> Option<Duration> {
        match self {
            Self {
                uncompared: true, ..
            } => None,
            Self { waits: true, .. } => Some(wait),
            // What others have handed in is looked for, though nothing of this device's own waits.
            Self { commands: true, .. } => Some(wait.max(LOOK_EVERY)),
            _ => None,
        }
    }
}

fn is_due(device: &Device, asked: bool, since_the_last: Duration) -> bool {
    Standing::of(device).is_some_and(|standing| {
        let again = standing.again_after(Duration::ZERO);
        asked || again.is_some_and(|after| since_the_last >= after)
    })
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
            let again = Standing::of(device).and_then(|standing| standing.again_after(next));
            failed(shell, error, again);
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

/// Tells why an exchange failed, and when the next one runs if one does.
fn failed(shell: &Shell, error: DeviceError, again: Option<Duration>) {
    let error = BackendError::from(error);
    shell.set_sync_state(|state| {
        state.phase = SyncPhase::Failed;
        state.error = Some(error.code);
        state.error_word = error.field;
        state.error_message = Some(error.message);
        state.next_try_at = again.map(|after| moment(Utc::now() + after));
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
    fn what_an_exchange_leaves_unreceived_is_tried_ever_later_like_one_that_failed() {
        let left_something = |wait| wait_after(false, next_wait(false, wait));
        let waits: Vec<_> =
            std::iter::successors(Some(WAIT_MIN), |wait| Some(left_something(*wait)))
                .map(|wait| wait.as_secs())
                .take(7)
                .collect();
        assert_eq!(waits, [15, 30, 60, 120, 240, 300, 300], "seconds");
        let by_hand = next_wait(true, WAIT_MAX);
        assert_eq!(
            wait_after(false, by_hand),
            WAIT_MIN,
            "what somebody did, soon"
        );
        assert_eq!(wait_after(true, WAIT_MAX), WAIT_MIN, "and once all is in");
    }

    #[test]
    fn a_day_that_stands_open_at_the_post_is_never_older_than_five_minutes() {
        let silent = Standing {
            waits: false,
            commands: false,
            uncompared: false,
        };
        let again = |standing: Standing| standing.again_after(WAIT_MIN);
        assert_eq!(again(silent), None, "a phone with nothing to send");
        let commands = Standing {
            commands: true,
            ..silent
        };
        assert_eq!(again(commands), Some(LOOK_EVERY), "not all the time");
        for standing in [silent, commands] {
            let waits = Standing {
                waits: true,
                ..standing
            };
            assert_eq!(again(waits), Some(WAIT_MIN), "what waits, soon");
            let uncompared = Standing {
                uncompared: true,
                ..waits
            };
            assert_eq!(again(uncompared), None, "a person comes first");
        }
        assert!(
            LOOK_EVERY >= WAIT_MAX,
            "what waits is never tried more seldom"
        );
    }
}

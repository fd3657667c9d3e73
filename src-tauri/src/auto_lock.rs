//! Nobody touched anything for as long as the post allows: the device locks itself.

use std::time::Duration;

use crate::shell::Shell;

/// How often the clock is looked at.
const EVERY: Duration = Duration::from_secs(5);

/// Watches until the app ends.
pub(crate) fn watch(shell: Shell) {
    tauri::async_runtime::spawn(async move {
        let mut ticks = tokio::time::interval(EVERY);
        loop {
            ticks.tick().await;
            let shell = shell.clone();
            // Reading the minutes takes the store for a moment; a save under way goes first.
            tauri::async_runtime::spawn_blocking(move || lock_if_idle(&shell))
                .await
                .ok();
        }
    });
}

fn lock_if_idle(shell: &Shell) {
    let Some(device) = shell.open_device() else {
        return;
    };
    let Ok(status) = device.status() else { return };
    if shell.untouched() >= Duration::from_secs(u64::from(status.lock_minutes) * 60) {
        shell.lock();
    }
}

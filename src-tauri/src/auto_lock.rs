//! Nobody touched the window for as long as the post allows: the device locks itself.
//!
//! It does so always: a phone is lost on the way home as well as on the trail. An open patrol only
//! means that nobody on the phone can allow more than the post does.

use std::time::Duration;

use bitacora_device::DeviceError;

use crate::shell::Shell;
use crate::view::status::LOCK_MINUTES;

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

/// A person touched the window. That puts the lock off, unless its time had come already: [`EVERY`] stands still while
/// the device sleeps, so the first touch after that comes before the next look at the clock.
pub(crate) fn touched(shell: &Shell) {
    if !lock_if_idle(shell) {
        shell.touch();
    }
}

/// Locks the device if nobody touched it for as long as is allowed; returns whether it did.
fn lock_if_idle(shell: &Shell) -> bool {
    let Some(device) = shell.open_device() else {
        return false;
    };
    let is_due = shell.untouched() >= allowed(device.lock_minutes());
    if is_due {
        shell.lock();
    }
    is_due
}

/// Returns how long nobody need touch the window. A store that does not say it keeps no phone open: then the minutes
/// hold that a post has by default.
fn allowed(minutes: Result<u32, DeviceError>) -> Duration {
    let minutes = minutes.unwrap_or_else(|error| {
        tracing::warn!(%error, "The minutes until the lock were not read.");
        LOCK_MINUTES
    });
    Duration::from_secs(u64::from(minutes) * 60)
}

#[cfg(test)]
mod tests {
    use bitacora_device::{DeviceError, KdfCost, Leaving, NewPerson, PatrolDefaults, Vault};
    use tempfile::TempDir;

    use super::{allowed, lock_if_idle, touched};
    use crate::shell::Shell;
    use crate::since::asleep::Minutes;

    struct Phone {
        shell: Shell,
        clock: Minutes,
        _state: TempDir,
    }

    impl Phone {
        fn unlocked() -> Self {
            let state = TempDir::new().unwrap();
            let clock = Minutes::default();
            let environment = clock.environment().with_kdf(KdfCost::FOR_TESTS);
            let shell = Shell::new(state.path().to_owned(), environment.clone());
            let new = NewPerson {
                name: "Cabo 17".into(),
                pin: "482913".into(),
                post: None,
                tz: None,
            };
            let (device, _) = Vault::create(&shell.vault(), &new, environment).unwrap();
            shell.opened(device);
            Self {
                shell,
                clock,
                _state: state,
            }
        }

        fn passes(&self, minutes: u64) {
            self.clock.sleep(minutes);
            lock_if_idle(&self.shell);
        }

        fn is_open(&self) -> bool {
            self.shell.open_device().is_some()
        }
    }

    #[test]
    fn ten_minutes_without_a_touch_lock_it_also_without_a_patrol() {
        let phone = Phone::unlocked();
        phone.passes(9);
        assert!(phone.is_open(), "nine minutes are allowed");
        phone.shell.touch();
        phone.passes(9);
        assert!(phone.is_open(), "a touch begins them anew");
        phone.passes(1);
        assert!(!phone.is_open(), "ten minutes untouched are too many");
    }

    #[test]
    fn the_first_touch_after_sleep_locks_it_instead_of_putting_the_lock_off() {
        let phone = Phone::unlocked();
        phone.clock.sleep(9);
        touched(&phone.shell);
        phone.clock.sleep(9);
        touched(&phone.shell);
        assert!(phone.is_open(), "each touch came in time");
        phone.clock.sleep(8 * 60);
        touched(&phone.shell);
        assert!(
            !phone.is_open(),
            "whoever wakes a phone that was found must not be in"
        );
    }

    #[test]
    fn a_store_that_does_not_say_its_minutes_keeps_no_phone_open() {
        let failed = DeviceError::invalid("lock_minutes", "it is not there");
        assert_eq!(
            allowed(Err(failed)),
            allowed(Ok(10)),
            "the default of a post holds"
        );
    }

    #[tokio::test]
    async fn what_the_window_reads_by_itself_is_no_touch() {
        let phone = Phone::unlocked();
        for _ in 0..5 {
            phone.passes(2);
            let read = phone.shell.ask(|device, _| Ok(device.drafts()?.len()));
            read.await.ok();
        }
        assert!(
            !phone.is_open(),
            "a page that refreshes itself must not keep a lost phone open"
        );
    }

    #[test]
    fn on_patrol_nobody_allows_more_than_the_post() {
        let phone = Phone::unlocked();
        let device = phone.shell.device().unwrap();
        device.set_lock_minutes(30).unwrap();
        phone.passes(20);
        assert!(phone.is_open(), "at the post thirty minutes were chosen");
        phone.shell.touch();
        let leaving = Leaving {
            defaults: PatrolDefaults::default(),
            people: Vec::new(),
        };
        device.patrol_leave(&leaving).unwrap();
        phone.passes(10);
        assert!(!phone.is_open(), "on the trail the post's ten hold");
    }
}

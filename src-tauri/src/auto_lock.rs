//! Nobody touched the window for as long as the post allows: the device locks itself.
//!
//! It does so always: a phone is lost on the way home as well as on the trail. An open patrol only
//! means that nobody on the phone can allow more than the post does.

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
    let Ok(minutes) = device.lock_minutes() else {
        return;
    };
    if shell.untouched() >= Duration::from_secs(u64::from(minutes) * 60) {
        shell.lock();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use bitacora_device::{
        Clock, Environment, KdfCost, Leaving, NewPerson, PatrolDefaults, Steady, Vault,
    };
    use chrono::{DateTime, Utc};
    use tempfile::TempDir;

    use super::lock_if_idle;
    use crate::shell::Shell;

    /// A clock of which only the steady side moves, by the minute.
    #[derive(Clone, Default)]
    struct Minutes(Arc<AtomicU64>);

    impl Clock for Minutes {
        fn now(&self) -> DateTime<Utc> {
            DateTime::UNIX_EPOCH
        }

        fn steady(&self) -> Option<Steady> {
            Some(Steady {
                start: Default::default(),
                millis: self.0.load(Ordering::SeqCst) * 60_000,
            })
        }
    }

    struct Phone {
        shell: Shell,
        clock: Minutes,
        _state: TempDir,
    }

    impl Phone {
        fn unlocked() -> Self {
            let state = TempDir::new().unwrap();
            let clock = Minutes::default();
            let environment = Environment::system()
                .with_clock(Arc::new(clock.clone()))
                .with_kdf(KdfCost::FOR_TESTS);
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
            self.clock.0.fetch_add(minutes, Ordering::SeqCst);
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

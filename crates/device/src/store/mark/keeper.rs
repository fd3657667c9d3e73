//! Brings the mark to the disk, beside the saves and never in their way.

use std::fs::File;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long a mark waits for others, so that a hundred imported records are not a hundred syncs.
pub(super) const DELAY: Duration = Duration::from_millis(200);

/// One of the places in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot(u64);

/// Keeps the file. When it is dropped, what was written is on the disk.
#[derive(Debug)]
pub(super) struct Keeper {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    file: File,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    /// Surely on the disk: not written to until another is.
    synced: Slot,
    /// On its way to the disk: not written to meanwhile.
    syncing: Option<Slot>,
    /// Written since, and the only one that may be torn.
    written: Option<Slot>,
    failed: bool,
    closing: bool,
}

impl Slot {
    /// The first place.
    pub(super) const FIRST: Self = Self(0);
    /// All places.
    pub(super) const ALL: [Self; 3] = [Self::FIRST, Self(1), Self(2)];

    /// Returns which place it is, from 0.
    pub(super) const fn number(self) -> u64 {
        self.0
    }
}

impl Keeper {
    /// Starts on a file whose newest intact slot is on the disk.
    pub(super) fn start(file: File, synced: Slot) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            file,
            state: Mutex::new(State {
                synced,
                syncing: None,
                written: None,
                failed: false,
                closing: false,
            }),
            changed: Condvar::new(),
        });
        let own = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("mark".to_owned())
            .spawn(move || own.keep())?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// Has a free slot written, and sees to it that it reaches the disk. Fails if an earlier one did not.
    pub(super) fn write(&self, put: impl FnOnce(&File, Slot) -> io::Result<()>) -> io::Result<()> {
        let mut state = self.shared.state();
        if state.failed {
            return Err(io::Error::other("an earlier mark did not reach the disk"));
        }
        let slot = state.free();
        put(&self.shared.file, slot)?;
        if state.written.replace(slot).is_none() {
            self.shared.changed.notify_all();
        }
        Ok(())
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.shared.state().closing = true;
        self.shared.changed.notify_all();
        // A thread that panicked has nothing to say that matters more than closing.
        self.thread.take().map(JoinHandle::join);
    }
}

impl State {
    fn free(&self) -> Slot {
        let is_free = |slot: &Slot| *slot != self.synced && Some(*slot) != self.syncing;
        // One slot is always free, and the same one until the disk has it.
        self.written
            .or_else(|| Slot::ALL.into_iter().find(is_free))
            .unwrap_or(Slot::FIRST)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self) {
        while let Some(slot) = self.next() {
            let synced = self.file.sync_data();
            let mut state = self.state();
            state.syncing = None;
            match synced {
                Ok(()) => state.synced = slot,
                // A sync that failed once may have dropped the page: trying again would prove nothing.
                Err(_) => {
                    state.failed = true;
                    return;
                }
            }
        }
    }

    /// Waits for something to sync; `None` when the file is closed and all is synced.
    fn next(&self) -> Option<Slot> {
        let state = self
            .changed
            .wait_while(self.state(), |state| {
                state.written.is_none() && !state.closing
            })
            .unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .changed
            .wait_timeout_while(state, DELAY, |state| !state.closing);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.syncing = state.written.take();
        state.syncing
    }
}

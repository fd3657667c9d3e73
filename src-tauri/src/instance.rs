//! One window per state folder. The vault has a lock of its own, taken at every unlock, so that two
//! programs never write one log; this one tells a person so before a PIN is typed.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::shell::Answer;
use crate::view::error::{BackendError, ErrorCode};

/// The lock of a state folder, held from the first question until the process ends, however it ends.
pub(crate) struct Instance {
    path: PathBuf,
    held: Mutex<Option<File>>,
}

impl Instance {
    /// Names the lock; takes nothing yet.
    pub(crate) fn new(state: &Path) -> Self {
        Self {
            path: state.join("window.lock"),
            held: Mutex::default(),
        }
    }

    /// Takes the folder for this process, or says that another one has it.
    pub(crate) fn take(&self) -> Answer<()> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_some() {
            return Ok(());
        }
        // A folder that cannot be written to has other answers; the vault gives them.
        let Some(file) = self.open() else {
            return Ok(());
        };
        match file.try_lock() {
            Ok(()) => {
                *held = Some(file);
                Ok(())
            }
            Err(TryLockError::WouldBlock) => Err(BackendError::new(
                ErrorCode::AlreadyOpen,
                "another window of this app is open",
            )),
            Err(TryLockError::Error(_)) => Ok(()),
        }
    }

    fn open(&self) -> Option<File> {
        fs::create_dir_all(self.path.parent()?).ok()?;
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        options.open(&self.path).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Instance;
    use crate::view::error::ErrorCode;

    #[test]
    fn the_second_window_on_a_folder_is_told_and_may_try_again() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        let (first, second) = (Instance::new(&state), Instance::new(&state));
        assert!(first.take().is_ok(), "the first has the folder");
        assert!(first.take().is_ok(), "and keeps it");
        assert_eq!(
            second.take().unwrap_err().code,
            ErrorCode::AlreadyOpen,
            "the second must not offer a PIN pad"
        );
        drop(first);
        assert!(
            second.take().is_ok(),
            "once the first is closed, trying again opens it"
        );
    }
}

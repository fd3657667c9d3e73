//! The folders in which `run` keeps what it makes.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Empties a folder that belongs to `run` alone and returns it. One whose server runs is left as it is: the app that
/// is open there would lose its vault.
pub(super) fn fresh(folder: &Path) -> Result<&Path> {
    if is_served(&folder.join("server"))? {
        bail!(
            "{} is in use by a server that runs; close its window or stop it first",
            folder.display()
        );
    }
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("emptying {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder)
}

/// Returns whether a server was made in a folder. The database gets its name when it is whole, so that a first start
/// that was cut leaves a folder without one.
pub(super) fn is_made(server: &Path) -> bool {
    server.join("server.db").is_file()
}

/// Returns whether a server serves a folder at this moment: it holds the lock then.
fn is_served(server: &Path) -> Result<bool> {
    let lock = server.join("serve.lock");
    if !lock.exists() {
        return Ok(false);
    }
    let asked = || format!("asking whether {} is in use", server.display());
    let file: File = OpenOptions::new()
        .write(true)
        .open(lock)
        .with_context(asked)?;
    match file.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error).with_context(asked),
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::unwrap_in_result,
        reason = "a failed unwrap fails the test"
    )]

    use std::path::PathBuf;

    use super::*;

    /// A folder of this test alone, gone when it ends.
    struct Place(PathBuf);

    impl Place {
        fn of(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
            fs::create_dir_all(folder.join("server")).unwrap();
            Self(folder)
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).ok();
        }
    }

    #[test]
    fn nothing_is_removed_under_a_server_that_runs() {
        let place = Place::of("served");
        let record = place.0.join("commander");
        fs::write(&record, "everything").unwrap();
        let lock = File::create(place.0.join("server/serve.lock")).unwrap();
        lock.lock().unwrap();
        let refused = fresh(&place.0).unwrap_err().to_string();
        assert!(refused.contains("in use"), "{refused}");
        assert!(record.exists(), "the app that is open has its vault");
        lock.unlock().unwrap();
        fresh(&place.0).unwrap();
        assert!(!record.exists(), "once it has stopped");
    }

    #[test]
    fn a_first_start_that_was_cut_has_made_no_server() {
        let place = Place::of("cut");
        let server = place.0.join("server");
        assert!(!is_made(&server), "a folder alone is none");
        fs::write(server.join("server.db.new"), "half").unwrap();
        assert!(!is_made(&server), "nor is one that is not whole");
        fs::write(server.join("server.db"), "whole").unwrap();
        assert!(is_made(&server));
    }
}

//! One process per vault.

use std::fs::{File, TryLockError};

use super::error::VaultError;
use super::folder::{Folder, private_file};

/// Held as long as the vault is open; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct InstanceLock {
    file: File,
}

impl InstanceLock {
    /// Takes the vault for this process.
    pub(crate) fn take(folder: &Folder) -> Result<Self, VaultError> {
        let opened = private_file()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.instance_lock());
        let file = opened.map_err(VaultError::io("the lock file"))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(VaultError::AlreadyOpen),
            Err(TryLockError::Error(source)) => Err(VaultError::Io {
                what: "the lock file",
                source,
            }),
        }
    }
}

/// A child process that was being started holds the same lock until it runs its own program: it is given up by name,
/// not by closing the file.
impl Drop for InstanceLock {
    fn drop(&mut self) {
        if let Err(error) = self.file.unlock() {
            tracing::warn!(%error, "the lock of the vault is given up with its file only");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vault_that_was_closed_is_free_though_a_child_process_has_not_let_go_of_its_files_yet() {
        let at = tempfile::tempdir().unwrap();
        let folder = Folder::new(at.path());
        let lock = InstanceLock::take(&folder).unwrap();
        // Between fork and exec a child has what its parent had open.
        let of_a_child = lock.file.try_clone().unwrap();
        assert!(InstanceLock::take(&folder).is_err(), "it is open");
        drop(lock);
        InstanceLock::take(&folder).unwrap();
        drop(of_a_child);
    }
}

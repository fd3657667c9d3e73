//! One process per vault.

use std::fs::{File, TryLockError};

use super::error::VaultError;
use super::folder::{Folder, private_file};

/// Held as long as the vault is open; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct InstanceLock {
    _file: File,
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
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(VaultError::AlreadyOpen),
            Err(TryLockError::Error(source)) => Err(VaultError::Io {
                what: "the lock file",
                source,
            }),
        }
    }
}

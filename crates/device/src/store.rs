//! The encrypted store of a device: the change log as truth, and everything derived from it.
//!
//! SQL lives below this module only. A save runs through [`Store::save`]: one transaction, then the
//! high-water mark, then the caller may say *Guardado*. What is not a save (drafts, contacts,
//! settings) runs through [`Store::keep`], which gives back reserved space on a full disk.

pub(crate) mod check;
mod cipher;
pub(crate) mod connection;
pub(crate) mod error;
pub(crate) mod function;
pub(crate) mod mark;
pub(crate) mod reserve;
pub(crate) mod saving;
mod statement;
pub(crate) mod table;
pub(crate) mod tail;
pub(crate) mod tx;
pub(crate) mod value;

use std::path::PathBuf;

use rusqlite::Connection;

pub use self::error::StoreError;
use self::mark::MarkFile;
use self::saving::Saving;
use self::table::tail_gap;
use self::tx::Tx;
use crate::environment::Environment;
use crate::error::DeviceError;
use crate::vault::{Folder, Key};

/// The open database with its mark and its reserve.
pub(crate) struct Store {
    connection: Connection,
    mark: MarkFile,
    reserve: PathBuf,
    /// A commit whose mark failed: nothing more is confirmed until the vault is opened again.
    unconfirmed: bool,
    /// The number of the next own save: after the last one, and after every number that a gap took.
    next_save: u64,
    /// Transactions since the vault was opened: what was read before the last one may be old.
    writes: u64,
}

impl Store {
    /// Makes the database, the mark and the reserve of a new vault.
    pub(crate) fn create(folder: &Folder, key: &Key) -> Result<(), DeviceError> {
        MarkFile::create(&folder.mark()).map_err(|source| StoreError::Io {
            what: "the mark",
            source,
        })?;
        let connection = connection::create(&folder.database(), key)?;
        reserve::keep(&folder.reserve());
        connection
            .close()
            .map_err(|(_, error)| StoreError::from(error))?;
        Ok(())
    }

    /// Opens the database of a vault and compares it with its mark. On a full disk the reserve is given back first:
    /// whoever knows the PIN gets in.
    pub(crate) fn open(
        folder: &Folder,
        key: &Key,
        environment: &Environment,
    ) -> Result<Self, DeviceError> {
        match Self::open_once(folder, key, environment) {
            Err(DeviceError::Store(StoreError::DiskFull))
                if reserve::release(&folder.reserve()) =>
            {
                Self::open_once(folder, key, environment)
            }
            opened => opened,
        }
    }

    fn open_once(
        folder: &Folder,
        key: &Key,
        environment: &Environment,
    ) -> Result<Self, DeviceError> {
        let mut connection = connection::open(&folder.database(), key)?;
        if let Some(bytes_max) = environment.database_bytes_max {
            connection::limit_size(&connection, bytes_max)?;
        }
        let (mark, last_save) = tail::check(&mut connection, &folder.mark(), environment.now())?;
        reserve::keep(&folder.reserve());
        // A gap that was found just now took numbers too.
        let last_save = last_save.max(tail_gap::last(&connection)?);
        Ok(Self {
            connection,
            mark,
            next_save: last_save.saturating_add(1),
            reserve: folder.reserve(),
            unconfirmed: false,
            writes: 0,
        })
    }

    /// Returns how many transactions there were: equal numbers mean that nothing changed in between.
    pub(crate) fn writes(&self) -> u64 {
        self.writes
    }

    /// Returns the number of the last own save, or of the last that a gap took; 0 if there is none.
    pub(crate) fn last_save(&self) -> u64 {
        self.next_save.saturating_sub(1)
    }

    /// Returns the connection for reading.
    pub(crate) fn read(&self) -> &Connection {
        &self.connection
    }

    /// Saves own changes: one transaction, then the mark. Nothing is kept if any of it fails.
    pub(crate) fn save<T>(
        &mut self,
        act: impl FnOnce(&mut Saving<'_>) -> Result<T, DeviceError>,
    ) -> Result<T, DeviceError> {
        if self.unconfirmed {
            return Err(StoreError::NotConfirmed(std::io::ErrorKind::Other.into()).into());
        }
        let mut saving = Saving::begin(&mut self.connection, self.next_save)?;
        let result = act(&mut saving)?;
        let mark = saving.commit()?;
        self.writes = self.writes.wrapping_add(1);
        if let Some(mark) = mark {
            self.next_save = mark.saves.saturating_add(1);
            if let Err(error) = self.mark.write(mark) {
                // An fsync that failed once may have dropped the pages: trying again would prove nothing.
                self.unconfirmed = true;
                return Err(StoreError::NotConfirmed(error).into());
            }
        }
        // Whatever gave it back, a PIN's count of tries too: a save that succeeds finds out whether there is room again.
        if !self.reserve.exists() {
            reserve::keep(&self.reserve);
        }
        Ok(result)
    }

    /// Keeps something that is no save. On a full disk the reserve is given back and it is tried once more.
    pub(crate) fn keep<T>(
        &mut self,
        act: impl Fn(&Tx<'_>) -> Result<T, DeviceError>,
    ) -> Result<T, DeviceError> {
        match self.transact(&act) {
            Err(DeviceError::Store(StoreError::DiskFull)) if reserve::release(&self.reserve) => {
                self.transact(&act)
            }
            result => result,
        }
    }

    /// Applies something that came from the server: one transaction per message.
    pub(crate) fn apply<T>(
        &mut self,
        act: impl Fn(&Tx<'_>) -> Result<T, DeviceError>,
    ) -> Result<T, DeviceError> {
        self.transact(&act)
    }

    fn transact<T>(
        &mut self,
        act: impl Fn(&Tx<'_>) -> Result<T, DeviceError>,
    ) -> Result<T, DeviceError> {
        let tx = Tx::begin(&mut self.connection)?;
        let result = act(&tx)?;
        tx.commit()?;
        self.writes = self.writes.wrapping_add(1);
        Ok(result)
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("unconfirmed", &self.unconfirmed)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod tests;

//! The server's store: one encrypted SQLite file, its key beside it in a file of its own.
//!
//! Everything that was receipted is in here before the receipt leaves. SQL lives in this folder only:
//! a file per table under `store/table`, with reads on `&Connection` and writes on `&Transaction`.
//! Commands of the operator open the same file beside a running server; SQLite's WAL keeps them apart.

mod cipher;
mod folder;
mod migrations;
mod open;
pub(crate) mod session;
mod statement;
pub(crate) mod table;
pub(crate) mod value;

pub use folder::{DataFolder, ServeLock};
pub use open::{OpenError, Setup};
pub use table::post::{PostSettings, Trail};

use parking_lot::{Mutex, MutexGuard};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use thiserror::Error;

/// The open store.
#[derive(Debug)]
pub struct Store {
    connection: Mutex<Connection>,
}

/// The database failed, or holds what this build cannot read.
#[derive(Debug, Error)]
pub enum StoreError {
    /// SQLite failed.
    #[error("the server's database failed")]
    Database(#[from] rusqlite::Error),
    /// A stored value is not what its column means.
    #[error("the server's database holds an unreadable {0}")]
    Unreadable(&'static str),
}

impl Store {
    /// Reads. The closure sees one state of the whole store.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut connection = self.lock();
        let tx = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
        read(&tx)
    }

    /// Returns the connection; whoever begins a transaction on it ends it before letting go.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Connection> {
        // Fair to those who wait: who commits and begins again at once lets them in between. A panic in another thread
        // rolled its transaction back: what is on disk is whole.
        self.connection.lock()
    }

    /// Writes in one transaction: all of it is durable when this returns, or nothing happened.
    pub(crate) fn write<T, E: From<StoreError>>(
        &self,
        write: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.lock();
        let database = |error| E::from(StoreError::Database(error));
        let tx = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(database)?;
        let written = write(&tx)?;
        tx.commit().map_err(database)?;
        Ok(written)
    }
}

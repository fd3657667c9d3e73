//! Why the store could not do what was asked.

use std::io;

use bitacora_core::document::DocumentError;
use thiserror::Error;

/// Why the store could not do what was asked. Whatever failed left nothing half done.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No space. Nothing of the action was kept.
    #[error("the disk is full; nothing was saved. Free some space and save again")]
    DiskFull,
    /// The disk can only be read. Nothing of the action was kept.
    #[error("the disk can only be read; nothing was saved")]
    ReadOnly,
    /// A newer build wrote the database.
    #[error("the records were written by a newer version of the app; update the app")]
    Newer,
    /// A build wrote the database from which no way leads to this one.
    #[error(
        "the records were written by a version of the app that is too old for this one; nothing was touched. Open them with that version and hand them in"
    )]
    TooOld,
    /// The database is damaged.
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    /// Another connection holds the database.
    #[error("the database is busy")]
    Busy,
    /// A setting that saving depends on was not taken.
    #[error("the database does not keep its promise: {0}")]
    Setting(&'static str),
    /// A stored value is not what it must be.
    #[error("the database is damaged: {what} is not readable")]
    Value {
        /// Which value.
        what: &'static str,
    },
    /// A document could not be built from its changes.
    #[error("a stored document is damaged: {0}")]
    Document(#[from] DocumentError),
    /// The commit is done but its mark could not be written.
    #[error(
        "the record was written but the device could not confirm it: {0}; lock, unlock and look for it"
    )]
    NotConfirmed(io::Error),
    /// A file beside the database failed.
    #[error("{what}: {source}")]
    Io {
        /// Which file.
        what: &'static str,
        /// The system's error.
        source: io::Error,
    },
    /// SQLite refused for another reason.
    #[error("the database refused: {0}")]
    Sql(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        // The index of the log is a file of its own, and is not given room by a write.
        let full = Some(rusqlite::ffi::SQLITE_IOERR_SHMSIZE);
        if error.sqlite_error().map(|error| error.extended_code) == full {
            return Self::DiskFull;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Corrupt(error.to_string())
            }
            _ => Self::Sql(error),
        }
    }
}

impl From<rusqlite_migration::Error> for StoreError {
    fn from(error: rusqlite_migration::Error) -> Self {
        match error {
            rusqlite_migration::Error::MigrationDefinition(
                rusqlite_migration::MigrationDefinitionError::DatabaseTooFarAhead,
            ) => Self::Newer,
            rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
            other => Self::Corrupt(other.to_string()),
        }
    }
}

//! Why a vault could not be made, looked at or opened. Each cause has a sentence of its own.

use std::io;

use bitacora_core::name::NameError;
use thiserror::Error;

use super::pin::PinProblem;
use crate::environment::NoRandomness;

/// Why a vault was not opened or changed. None of these ever deletes anything.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum VaultError {
    /// Nothing has been made here yet.
    #[error("there is no vault in this folder yet")]
    Absent,
    /// A vault is here already; making another would hide its records.
    #[error("there is already a vault in this folder")]
    AlreadyThere,
    /// The folder belongs to something else.
    #[error("this folder is not a vault: {0}")]
    NotAVault(&'static str),
    /// A newer build wrote it.
    #[error(
        "this vault was written by a newer version of the app (format {found}, this one knows {known}); update the app"
    )]
    Newer {
        /// The format found.
        found: u32,
        /// The newest format that this build knows.
        known: u32,
    },
    /// A file of the vault is not there.
    #[error("the vault is damaged: {what} is missing")]
    Missing {
        /// Which part.
        what: &'static str,
    },
    /// A folder, a link or something else is where a file belongs.
    #[error("the vault is damaged: {what} was replaced by {found}")]
    Replaced {
        /// Which part.
        what: &'static str,
        /// What is in its place.
        found: &'static str,
    },
    /// A part is there but not readable.
    #[error("the vault is damaged: {what} {problem}")]
    Damaged {
        /// Which part.
        what: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A plain SQLite file lies in place of the encrypted one. It is neither opened nor upgraded.
    #[error("the database in the vault is not encrypted; it was not opened")]
    PlainDatabase,
    /// The slot opened but the database does not accept its key.
    #[error("the key of this vault does not fit its database; one of the two was replaced")]
    KeyMismatch,
    /// A slot copied from another phone.
    #[error("this person's key slot belongs to another vault")]
    ForeignSlot,
    /// The person has no slot here.
    #[error("this person is not known on this device")]
    NoSuchPerson,
    /// Another process holds the vault.
    #[error("the vault is open in another window or program; close that one first")]
    AlreadyOpen,
    /// The PIN does not open the slot.
    #[error("the PIN is wrong; {attempts_left} attempts left")]
    WrongPin {
        /// How many tries are left before only another person or the recovery code helps.
        attempts_left: u32,
        /// How long to wait before the next try, seconds.
        wait_seconds: u64,
    },
    /// The next try is not allowed yet.
    #[error("wait {seconds} seconds before the next try")]
    Wait {
        /// How long, seconds.
        seconds: u64,
    },
    /// The PIN is closed; records are safe.
    #[error(
        "too many wrong PINs; another person of this device or the recovery code can set a new one. Nothing was deleted"
    )]
    TooManyTries,
    /// The new PIN or passphrase is not usable.
    #[error("{0}")]
    PinTooWeak(#[from] PinProblem),
    /// The person's name is not usable.
    #[error("name: {0}")]
    BadName(#[from] NameError),
    /// The recovery code has a typing error: its check characters do not fit.
    #[error("recovery_code: mistyped, compare it with the paper letter by letter")]
    RecoveryCodeMistyped,
    /// A well-formed recovery code, but not this person's.
    #[error("recovery_code: not the code of this person on this device")]
    RecoveryCodeWrong,
    /// The library was built without encryption.
    #[error("this build cannot encrypt its database; it must not be used")]
    NoCipher,
    /// The key derivation failed.
    #[error("the key could not be derived: {0}")]
    Derivation(String),
    /// No random bytes.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The file system failed.
    #[error("{what}: {source}")]
    Io {
        /// What was being read or written.
        what: &'static str,
        /// The system's error.
        source: io::Error,
    },
}

impl VaultError {
    /// Wraps a file system error with what was being done.
    pub(crate) fn io(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { what, source }
    }
}

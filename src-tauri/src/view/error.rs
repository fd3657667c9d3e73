//! Why a command was refused.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A refusal: what happened in words, and a code if the interface does something about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BackendError {
    /// What the interface acts on.
    pub code: ErrorCode,
    /// For logs and for codes without a sentence of their own; never personal data.
    pub message: String,
    /// The field of a capture or a request that is wrong, if it is one.
    pub field: Option<String>,
}

/// What happened, as far as the interface tells it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Nobody is unlocked.
    Locked,
    /// The PIN does not open this person's slot.
    WrongPin,
    /// No attempt before the waiting time is over.
    TooManyTries,
    /// The PIN is too short or too simple.
    PinTooWeak,
    /// Written by a newer build.
    VaultNewer,
    /// A file of the vault cannot be read.
    VaultDamaged,
    /// Something else lies where the vault should be.
    NotAVault,
    /// No room left on the disk.
    DiskFull,
    /// The newest saves are missing from the database.
    TailMissing,
    /// The commit failed; nothing was saved.
    NotSaved,
    /// No such record, draft or person.
    NotFound,
    /// A value is not usable.
    Invalid,
    /// This role or person may not do it.
    NotAllowed,
    /// The record has moved on in a way that asks for another look.
    StaleVersion,
    /// The server cannot be reached.
    NoNetwork,
    /// What answers is no sync server.
    ServerUnknown,
    /// The server's key is not the one that this device trusts.
    ServerKeyChanged,
    /// The server answered with a refusal.
    ServerRefused,
    /// This device was revoked.
    Revoked,
    /// The code is not right.
    CodeWrong,
    /// The code was used before.
    CodeUsed,
    /// The code is too old.
    CodeExpired,
    /// This device belongs to no server yet.
    NotEnrolled,
    /// The same thing is already going on.
    Busy,
    /// A fault of ours.
    Internal,
}

impl BackendError {
    /// Makes a refusal that concerns no field.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            field: None,
        }
    }

    /// Makes the refusal of a field's value.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self {
            code: ErrorCode::Invalid,
            message: message.into(),
            field: Some(field.to_owned()),
        }
    }

    /// Makes the answer to everything that needs an unlocked person.
    pub fn locked() -> Self {
        Self::new(ErrorCode::Locked, "nobody is unlocked on this device")
    }
}

//! What goes wrong, with the code by which a window or a program acts on it.

mod code;

use bitacora_core::document::DocumentError;
use bitacora_core::encounter::{EditError, FieldPath};
use thiserror::Error;

pub use self::code::ErrorCode;
use crate::environment::NoRandomness;
use crate::store::StoreError;
use crate::vault::VaultError;

/// The word of a correction that would choose between two values; what it is about are fields.
pub const CHOICE: &str = "choice";

/// Why a device did not do what was asked. What failed left nothing half done.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeviceError {
    /// The device was locked.
    #[error("the vault is locked")]
    Locked,
    /// The vault refused.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was named is not here.
    #[error("{what} is not on this device")]
    NotFound {
        /// What was looked for.
        what: &'static str,
    },
    /// A value is not usable.
    #[error("{field}: {reason}")]
    Invalid {
        /// The field.
        field: String,
        /// What is wrong and what is expected.
        reason: String,
    },
    /// The person may not do this.
    #[error("not allowed: {reason}")]
    NotAllowed {
        /// A word for it that an interface has a sentence for: `role`, `own_record`, `undecided`, `incomplete`,
        /// `ended`, `decided`, `patrol_out`, `patrol_back`, `own_pin`, `digits`.
        word: &'static str,
        /// Why, and who may.
        reason: &'static str,
    },
    /// A member's correction alters fields in which somebody has yet to choose between two values.
    #[error(
        "not allowed: two values stand in {}, and the patrol's leader or the commander chooses between them; leave that \
         as it is and save the rest", .fields.join(" and ")
    )]
    Choice {
        /// The fields.
        fields: Vec<FieldPath>,
    },
    /// The device was to join another post while the one before lacks changes of records that it has.
    #[error(
        "not allowed: {post} lacks changes of {records} of its records, and no other post may be told of them; sync \
         there, or take the records out into a file for it, and join again"
    )]
    FormerPost {
        /// Documents with such changes.
        records: u64,
        /// The post that lacks them, by its name.
        post: String,
    },
    /// The version seen is not one that this device has.
    #[error("the version seen is not known here; open the record again")]
    StaleVersion,
    /// The ten seconds are over, or there is nothing to undo.
    #[error("this can no longer be undone; correct or void the record instead")]
    TooLateToUndo,
    /// A capture or an edit was not taken.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The server refused, by a word of its own.
    #[error("{message}")]
    Refused {
        /// The word, of a closed list.
        word: String,
        /// A sentence in English.
        message: String,
    },
    /// The server or the way to it refused.
    #[error("{message}")]
    Server {
        /// The code to act on.
        code: ErrorCode,
        /// A sentence for the person.
        message: String,
    },
    /// A file outside the vault failed.
    #[error("{what}: {source}")]
    File {
        /// Which file.
        what: &'static str,
        /// The system's error.
        source: std::io::Error,
    },
}

impl DeviceError {
    /// Returns an error about one field.
    pub fn invalid(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Invalid {
            field: field.into(),
            reason: reason.into(),
        }
    }

    /// Returns the code to act on.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Locked => ErrorCode::Locked,
            Self::Vault(error) => vault_code(error),
            Self::Store(error) => store_code(error),
            Self::NotFound { .. } => ErrorCode::NotFound,
            Self::Invalid { .. } => ErrorCode::Invalid,
            Self::NotAllowed { .. }
            | Self::Choice { .. }
            | Self::FormerPost { .. }
            | Self::TooLateToUndo => ErrorCode::NotAllowed,
            Self::StaleVersion | Self::Edit(EditError::Document(DocumentError::UnknownVersion)) => {
                ErrorCode::StaleVersion
            }
            Self::Edit(EditError::Document(_)) => ErrorCode::Internal,
            Self::Edit(_) => ErrorCode::Invalid,
            Self::Refused { word, .. } => refusal_code(word),
            Self::Server { code, .. } => *code,
            Self::File { .. } => ErrorCode::NotSaved,
        }
    }

    /// Returns the field that the error is about, if it is about one; for what is refused or not allowed its
    /// word.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Invalid { field, .. } => Some(field),
            Self::Refused { word, .. } => Some(word),
            Self::NotAllowed { word, .. } => Some(word),
            Self::Choice { .. } => Some(CHOICE),
            Self::FormerPost { .. } => Some("former_post"),
            Self::TooLateToUndo => Some("too_late"),
            Self::Edit(EditError::Field { field, .. } | EditError::Protected { field }) => {
                Some(field)
            }
            Self::Vault(VaultError::PinTooWeak(_) | VaultError::WrongPin { .. }) => Some("pin"),
            Self::Vault(VaultError::BadName(_)) => Some("name"),
            Self::Vault(VaultError::RecoveryCodeMistyped | VaultError::RecoveryCodeWrong) => {
                Some("recovery_code")
            }
            _ => None,
        }
    }

    /// Returns what a sentence about the error names, in the order of its places; most name nothing.
    pub fn about(&self) -> Vec<String> {
        match self {
            Self::Choice { fields } => fields.clone(),
            Self::FormerPost { records, post } => vec![records.to_string(), post.clone()],
            _ => Vec::new(),
        }
    }
}

impl From<NoRandomness> for DeviceError {
    fn from(error: NoRandomness) -> Self {
        Self::Vault(error.into())
    }
}

/// Most refusals have only a sentence; these are acted on.
fn refusal_code(word: &str) -> ErrorCode {
    match word {
        "revoked" => ErrorCode::Revoked,
        "unknown_device" => ErrorCode::NotEnrolled,
        "code_used" => ErrorCode::CodeUsed,
        "code_expired" => ErrorCode::CodeExpired,
        "code_wrong" | "code_foreign" => ErrorCode::CodeWrong,
        "busy" => ErrorCode::Busy,
        _ => ErrorCode::ServerRefused,
    }
}

fn vault_code(error: &VaultError) -> ErrorCode {
    match error {
        VaultError::Absent | VaultError::NoSuchPerson => ErrorCode::NotFound,
        VaultError::AlreadyThere | VaultError::BadName(_) | VaultError::RecoveryCodeMistyped => {
            ErrorCode::Invalid
        }
        VaultError::NotAVault(_) => ErrorCode::NotAVault,
        VaultError::Newer { .. } => ErrorCode::VaultNewer,
        VaultError::Missing { .. }
        | VaultError::Replaced { .. }
        | VaultError::Damaged { .. }
        | VaultError::PlainDatabase
        | VaultError::KeyMismatch
        | VaultError::ForeignSlot => ErrorCode::VaultDamaged,
        VaultError::AlreadyOpen => ErrorCode::AlreadyOpen,
        VaultError::WrongPin { .. } | VaultError::RecoveryCodeWrong => ErrorCode::WrongPin,
        VaultError::Wait { .. } | VaultError::TooManyTries => ErrorCode::TooManyTries,
        VaultError::PinTooWeak(_) => ErrorCode::PinTooWeak,
        VaultError::Io { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
            ErrorCode::DiskFull
        }
        VaultError::Io { source, .. }
            if source.kind() == std::io::ErrorKind::ReadOnlyFilesystem =>
        {
            ErrorCode::ReadOnly
        }
        VaultError::NoCipher
        | VaultError::Derivation(_)
        | VaultError::NoRandomness(_)
        | VaultError::Io { .. } => ErrorCode::Internal,
    }
}

fn store_code(error: &StoreError) -> ErrorCode {
    match error {
        StoreError::DiskFull => ErrorCode::DiskFull,
        StoreError::ReadOnly => ErrorCode::ReadOnly,
        StoreError::Newer => ErrorCode::VaultNewer,
        StoreError::TooOld => ErrorCode::VaultTooOld,
        StoreError::Corrupt(_) | StoreError::Value { .. } | StoreError::Document(_) => {
            ErrorCode::VaultDamaged
        }
        StoreError::Busy => ErrorCode::Busy,
        StoreError::NotConfirmed(_) | StoreError::Io { .. } | StoreError::Sql(_) => {
            ErrorCode::NotSaved
        }
        StoreError::Setting(_) => ErrorCode::Internal,
    }
}

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
    /// The field of a capture or a request that is wrong, if it is one; of a server's refusal its own word.
    pub field: Option<String>,
}

macro_rules! contract {
    ($($(#[$meaning:meta])* $code:ident = $word:literal,)*) => {
        /// What happened, as far as the interface tells it apart.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
        pub enum ErrorCode {
            $($(#[$meaning])* #[serde(rename = $word)] $code,)*
        }

        impl From<bitacora_device::ErrorCode> for ErrorCode {
            fn from(code: bitacora_device::ErrorCode) -> Self {
                match code {
                    $(bitacora_device::ErrorCode::$code => Self::$code,)*
                }
            }
        }
    };
}

// The device's list is the only one; the window's type differs in what it can be written as.
bitacora_device::every_error_code!(contract);

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

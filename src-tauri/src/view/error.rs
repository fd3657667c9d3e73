//! Why a command was refused.

use bitacora_device::CHOICE;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::view::settings::Language;
use crate::words;

/// A refusal: what happened in words, and a code if the interface does something about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BackendError {
    /// What the interface acts on.
    pub code: ErrorCode,
    /// For logs and for codes without a sentence of their own; never personal data.
    pub message: String,
    /// The field of a capture or a request that is wrong, if it is one; of a server's refusal its own word.
    pub field: Option<String>,
    /// What the sentence about it names, in the order of its places: how many, whose, or which fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Vec<String>>,
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
            about: None,
        }
    }

    /// Makes the refusal of a field's value.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self {
            code: ErrorCode::Invalid,
            message: message.into(),
            field: Some(field.to_owned()),
            about: None,
        }
    }

    /// Puts what it is about into an officer's words, where these are fields.
    pub(crate) fn in_words(self, language: Language) -> Self {
        let is_of_fields = self.field.as_deref() == Some(CHOICE);
        let named = |path: String| match is_of_fields {
            true => words::field(&path, language),
            false => path,
        };
        let about = self
            .about
            .map(|about| about.into_iter().map(named).collect());
        Self { about, ..self }
    }

    /// Makes the answer to everything that needs an unlocked person.
    pub fn locked() -> Self {
        Self::new(ErrorCode::Locked, "nobody is unlocked on this device")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use bitacora_device::DeviceError;

    use super::BackendError;
    use crate::view::settings::Language::{En, Es};

    #[test]
    fn fields_are_named_as_an_officer_would_and_nothing_else_is_translated() {
        let fields = vec!["composition/VEN/AA+M".to_owned()];
        let refused = BackendError::from(DeviceError::Choice { fields });
        let said = |language| refused.clone().in_words(language).about.unwrap();
        assert_eq!(said(Es), ["Hombres, Venezuela"]);
        assert_eq!(said(En), ["Men, Venezuela"]);
        let other = BackendError::from(DeviceError::StaleVersion);
        assert_eq!(other.in_words(Es).about, None, "most name nothing");
    }
}

//! The messages of enrolment: two POSTs of JSON on a channel whose keys nobody knows yet.
//!
//! 1. `POST /v1/enrol/start`: the device sends the nameplate and its SPAKE2 message, the server answers
//!    with its own. Nothing is spent and nothing can be guessed from either message.
//! 2. `POST /v1/enrol/finish`: the device sends its proof. A wrong one spends the code. A right one
//!    enrols the device's TLS key and is answered by the server's proof with the [`Enrolment`].
//!
//! The device believes the enrolment only if the proof is right. If the answer is lost, it begins again
//! with the same code and the same key within the code's life and gets the same enrolment.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Role;
use crate::id::{OrganisationId, PersonId, PostId};

/// The largest request or answer, in bytes.
pub const MESSAGE_BYTES_MAX: usize = 4096;

/// The length of a SPAKE2 message, in bytes.
pub const PAKE_MESSAGE_BYTES: usize = 33;

/// The version of this exchange.
pub const VERSION: u32 = 1;

/// Asks for the server's SPAKE2 message.
#[derive(Clone, Serialize, Deserialize)]
pub struct StartRequest {
    /// The version of the exchange that the device speaks.
    pub version: u32,
    /// The first two characters of the code.
    pub nameplate: String,
    /// The device's SPAKE2 message.
    #[serde(with = "hex")]
    pub pake: Vec<u8>,
}

/// The server's SPAKE2 message.
#[derive(Clone, Serialize, Deserialize)]
pub struct StartAnswer {
    /// The server's SPAKE2 message.
    #[serde(with = "hex")]
    pub pake: Vec<u8>,
}

/// Proves that the device knows the code.
#[derive(Clone, Serialize, Deserialize)]
pub struct FinishRequest {
    /// The device's proof.
    #[serde(with = "hex")]
    pub proof: Vec<u8>,
    /// Who holds the device: the code's role is given to this person. A pseudonym; the name follows later.
    pub person: PersonId,
}

/// Proves that the server knows the code, and tells what the device is now.
#[derive(Clone, Serialize, Deserialize)]
pub struct FinishAnswer {
    /// The server's proof. Without it nothing else here may be believed.
    #[serde(with = "hex")]
    pub proof: Vec<u8>,
    /// What the device is now.
    pub enrolment: Enrolment,
}

/// What a device becomes by its enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The organisation's name.
    pub organisation_name: String,
    /// The post that the device belongs to.
    pub post: PostId,
    /// The post's name.
    pub post_name: String,
    /// The name under which the server's list shows the device.
    pub device_name: String,
    /// The role of the person who holds the device.
    pub role: Role,
    /// The scopes that the device subscribes to, such as `PA-BCH/operational`.
    pub scopes: Vec<String>,
}

/// Why a server refuses to enrol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Another device was enrolled with the code.
    #[error("this code was already used; ask the commander for a new one")]
    CodeUsed,
    /// Its 15 minutes are over.
    #[error("this code has expired; ask the commander for a new one")]
    CodeExpired,
    /// The proof was wrong; the code is spent.
    #[error("this code is wrong and cannot be tried again; ask the commander for a new one")]
    CodeWrong,
    /// No code with this beginning was issued here.
    #[error(
        "this server did not issue this code; check its first two characters and the server's address"
    )]
    CodeForeign,
    /// The device already belongs to this server.
    #[error("this device is already enrolled at this server")]
    AlreadyEnrolled,
    /// The device was revoked here.
    #[error("this device was revoked at this server")]
    Revoked,
    /// The second step came without the first, or much later.
    #[error("enrolment took too long; begin again with the same code")]
    NotStarted,
    /// The exchange's version is not spoken here.
    #[error("this server and this app speak different versions; update the older one")]
    Version,
    /// Too many enrolments at once.
    #[error("the server is busy with other enrolments; try again in a minute")]
    Busy,
}

/// How a refusal is answered by every endpoint: a code to act on and a sentence to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorAnswer {
    /// A word of a closed list; see the enums of refusals.
    pub code: String,
    /// What to do, in English. Without content of records.
    pub message: String,
}

impl Refusal {
    /// Every reason.
    pub const ALL: [Self; 9] = [
        Self::CodeUsed,
        Self::CodeExpired,
        Self::CodeWrong,
        Self::CodeForeign,
        Self::AlreadyEnrolled,
        Self::Revoked,
        Self::NotStarted,
        Self::Version,
        Self::Busy,
    ];

    /// Returns the word used on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CodeUsed => "code_used",
            Self::CodeExpired => "code_expired",
            Self::CodeWrong => "code_wrong",
            Self::CodeForeign => "code_foreign",
            Self::AlreadyEnrolled => "already_enrolled",
            Self::Revoked => "revoked",
            Self::NotStarted => "not_started",
            Self::Version => "version",
            Self::Busy => "busy",
        }
    }

    /// Reads the word used on the wire.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|refusal| refusal.as_str() == word)
    }
}

impl fmt::Debug for StartRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StartRequest")
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for StartAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StartAnswer(…)")
    }
}

impl fmt::Debug for FinishRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FinishRequest")
            .field("person", &self.person)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for FinishAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FinishAnswer")
            .field("enrolment", &self.enrolment)
            .finish_non_exhaustive()
    }
}

/// Bytes as lower-case hexadecimal digits in JSON.
mod hex {
    use std::fmt::Write as _;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(2 * bytes.len());
        for byte in bytes {
            write!(text, "{byte:02x}").map_err(serde::ser::Error::custom)?;
        }
        serializer.serialize_str(&text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(D::Error::custom("expected pairs of hexadecimal digits"));
        }
        let pair = |pair: &[u8]| {
            let digits = std::str::from_utf8(pair).map_err(D::Error::custom)?;
            u8::from_str_radix(digits, 16).map_err(D::Error::custom)
        };
        text.as_bytes().chunks(2).map(pair).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

    use super::*;

    #[test]
    fn messages_are_read_back() {
        let request = StartRequest {
            version: VERSION,
            nameplate: "AB".into(),
            pake: vec![0, 127, 255],
        };
        let text = serde_json::to_string(&request).unwrap();
        assert_eq!(
            text, r#"{"version":1,"nameplate":"AB","pake":"007fff"}"#,
            "docs/protocol.md shows this form"
        );
        assert_eq!(
            serde_json::from_str::<StartRequest>(&text).unwrap().pake,
            request.pake,
            "bytes must survive"
        );
    }

    #[test]
    fn odd_and_foreign_hexadecimals_are_refused() {
        for pake in ["0", "zz", "0ñ", "+1"] {
            let text = format!(r#"{{"version":1,"nameplate":"AB","pake":"{pake}"}}"#);
            assert!(
                serde_json::from_str::<StartRequest>(&text).is_err(),
                "{pake} is no byte string"
            );
        }
    }

    #[test]
    fn every_refusal_is_read_back_from_its_word() {
        for refusal in [
            Refusal::CodeUsed,
            Refusal::CodeExpired,
            Refusal::CodeWrong,
            Refusal::CodeForeign,
        ] {
            assert_eq!(
                Refusal::from_word(refusal.as_str()),
                Some(refusal),
                "each has its own sentence on the phone"
            );
        }
        assert_eq!(
            Refusal::from_word("later_word"),
            None,
            "a newer server's word is not mistaken for ours"
        );
    }
}

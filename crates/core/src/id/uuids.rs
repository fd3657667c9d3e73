//! Identifiers that are UUIDs (version 7, made on the device).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::InvalidId;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $called:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID.
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// Returns the 16 bytes.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// Rebuilds the identifier from its 16 bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// Returns the UUID.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId {
                    kind: $called,
                    expected: "a UUID such as 0198f3c2-6b1e-7c40-9a55-2f6f0a7d1e21",
                })
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "format": "uuid" })
            }
        }
    };
}

uuid_id! {
    /// One Automerge document: an encounter, a patrol, …
    DocumentId, "the document's id"
}
uuid_id! {
    /// One encounter; also the id of its document.
    EncounterId, "the encounter's id"
}
uuid_id! {
    /// One patrol; also the id of its document.
    PatrolId, "the patrol's id"
}
uuid_id! {
    /// A person of a post, by pseudonym. The name is known from the directory only.
    PersonId, "the person's id"
}
uuid_id! {
    /// An unfinished form on one device.
    DraftId, "the draft's id"
}
uuid_id! {
    /// An entry of a log inside a document (review log, …).
    EntryId, "the entry's id"
}
uuid_id! {
    /// The organisation that a server belongs to.
    OrganisationId, "the organisation's id"
}

impl From<EncounterId> for DocumentId {
    fn from(id: EncounterId) -> Self {
        Self::new(id.uuid())
    }
}

impl From<PatrolId> for DocumentId {
    fn from(id: PatrolId) -> Self {
        Self::new(id.uuid())
    }
}

impl From<DocumentId> for EncounterId {
    fn from(id: DocumentId) -> Self {
        Self::new(id.uuid())
    }
}

impl From<DocumentId> for PatrolId {
    fn from(id: DocumentId) -> Self {
        Self::new(id.uuid())
    }
}

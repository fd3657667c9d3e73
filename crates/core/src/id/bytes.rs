//! Identifiers that are raw bytes: hashes, and Automerge actors.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::InvalidId;

macro_rules! byte_id {
    ($(#[$doc:meta])* $name:ident, $length:literal, $called:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $length]);

        impl $name {
            /// Wraps the bytes.
            pub const fn new(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// Returns the bytes.
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }

            /// Reads the identifier from a slice of exactly the right length.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, InvalidId> {
                bytes.try_into().map(Self).map_err(|_| InvalidId {
                    kind: $called,
                    expected: $expected,
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}(", stringify!($name))?;
                self.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_str("…)")
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let invalid = InvalidId { kind: $called, expected: $expected };
                let mut bytes = [0; $length];
                if text.len() != 2 * $length || !text.is_ascii() {
                    return Err(invalid);
                }
                for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
                    let digits = std::str::from_utf8(pair).map_err(|_| invalid.clone())?;
                    *byte = u8::from_str_radix(digits, 16).map_err(|_| invalid.clone())?;
                }
                Ok(Self(bytes))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

byte_id! {
    /// The SHA-256 of an Automerge change chunk, as Automerge defines it.
    ChangeHash, 32, "the hash of a change", "64 hexadecimal digits"
}
byte_id! {
    /// An Automerge actor: 16 random bytes per unlock, never reused, never derived.
    ActorId, 16, "the actor", "32 hexadecimal digits"
}
byte_id! {
    /// A device, named by its public key: the first 16 bytes of a hash of it.
    DeviceId, 16, "the device's id", "32 hexadecimal digits"
}
byte_id! {
    /// A server, named by its public key in the same way as a device.
    ServerId, 16, "the server's id", "32 hexadecimal digits"
}
byte_id! {
    /// The SHA-256 of a sealed envelope's signed bytes.
    EnvelopeHash, 32, "the hash of an envelope", "64 hexadecimal digits"
}

impl DeviceId {
    /// Returns the id of the device that holds this Ed25519 public key.
    pub fn of_key(public_key: &[u8; 32]) -> Self {
        Self(named_by_key(b"bitacora device 1\0", public_key))
    }
}

impl ServerId {
    /// Returns the id of the server that holds this Ed25519 public key.
    pub fn of_key(public_key: &[u8; 32]) -> Self {
        Self(named_by_key(b"bitacora server 1\0", public_key))
    }
}

fn named_by_key(domain: &[u8], public_key: &[u8; 32]) -> [u8; 16] {
    let digest: [u8; 32] = Sha256::new_with_prefix(domain)
        .chain_update(public_key)
        .finalize()
        .into();
    let mut id = [0; 16];
    id.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    id
}

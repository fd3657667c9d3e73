//! Enrolment: the words and the arithmetic by which a device and a server come to trust each other's key.
//!
//! A commander's server hands out a [`Code`] of eight characters. The first two, the *nameplate*, find
//! the code at the server; the other six are the password of a SPAKE2 exchange. Its shared key, joined to
//! both TLS public keys ([`Transcript`]), proves to each end that the other knows the password and sees
//! the same two keys, so nobody sits in the middle ([`Keys`]). Only then anything is told.
//!
//! The exchange itself (random scalars, network) is run by `device` and `sync-server`; here are the
//! messages ([`message`]), what a commander asks of the server later ([`team`]), and pure computations.

mod code;
mod invitation;
mod keys;
pub mod message;
mod role;
pub mod team;

pub use code::{Code, InvalidCode};
pub use invitation::{InvalidInvitation, InvalidServerUrl, Invitation, SERVER_PORT, ServerUrl};
pub use keys::{DEVICE_IDENTITY, Digits, Keys, SERVER_IDENTITY, Transcript};
pub use role::{Role, UnknownRole};

/// The longest life of an enrolment code, in seconds.
pub const CODE_LIFE_SECONDS: i64 = 15 * 60;

/// How far back a phone's first subscription reaches, in seconds; a commander's reaches to the beginning.
pub const PHONE_SUFFIX_SECONDS: i64 = 72 * 3600;

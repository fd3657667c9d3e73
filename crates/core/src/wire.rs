//! What travels: messages as CBOR, each behind its length, all of one direction in one zstd stream.
//!
//! An exchange is one HTTP request. Upward: one [`Hello`], then [`Push`]es. Downward: one [`Welcome`],
//! then [`Receipt`](crate::receipt::Receipt)s, [`Pull`]s and a [`Done`]; or a [`Refusal`] at any point,
//! after which nothing follows. Each message is flushed so that it is usable on arrival.
//!
//! Nothing here does I/O: [`Encoder`] turns messages into bytes to send, [`Decoder`] is fed what arrived.
//! `docs/protocol.md` says the same for somebody who writes another client.

pub(crate) mod cbor;
mod done;
mod frame;
mod hello;
pub mod limit;
mod message;
mod pull;
mod push;
mod sent_envelope;
mod welcome;

#[cfg(test)]
mod tests;

pub use done::{Digest, Done, Refusal};
pub use frame::{Decoder, Encoder, WireError};
pub use hello::{Checkpoint, Cursor, Hello, PersonName, ScopeRequest, Wishes};
pub use message::{Direction, Message};
pub use pull::{EnvelopePart, Pull, PullLeaf, Row, RowKind};
pub use push::{Push, PushLeaf};
pub use sent_envelope::SentEnvelope;
pub use welcome::{
    DeviceEntry, Directory, Known, PersonEntry, PostEntry, ScopeAnswer, TrailEntry, Welcome,
};

/// Where an exchange is posted.
pub const PATH: &str = "/v1/exchange";
/// The content type of both bodies.
pub const CONTENT_TYPE: &str = "application/x-bitacora";

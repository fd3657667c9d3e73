//! Sync without I/O: both ends of an exchange as machines over a store.
//!
//! Device: [`DeviceExchange::begin`] seals what is unsent, [`DeviceExchange::next_up`] gives the messages
//! to send one by one, [`DeviceExchange::receive`] takes each message of the answer and commits it,
//! [`DeviceExchange::end`] says whether another exchange is due at once. Server: [`ServerExchange::receive`]
//! takes each message and commits it, [`ServerExchange::next_down`] gives the answer piece by piece.
//! Neither holds more than one message. The stores are behind [`DeviceLog`] and [`ServerLog`]: SQLite in
//! the product, memory in the simulator; every other line is the same.
//!
//! The rules: rows of a scope's log are numbered without gaps and only changes whose ancestors are in the
//! log get a number; a cursor proves itself by the chain over all rows before it; a change that is held but
//! in no log is offered again; everything may arrive twice.

mod checkpoint;
mod device;
mod device_log;
mod plan;
mod server;
mod server_log;
mod tail;
#[cfg(test)]
mod tests;

pub use checkpoint::superseded;
pub use device::{DeviceExchange, DeviceIdentity, ExchangeError, Outcome, Progress};
pub use device_log::{
    BadRow, CheckedChange, CheckedEnvelope, CheckedPull, CheckedRow, CopyEvidence, DeviceLog,
    HeldChange, HeldEnvelope, HeldLeaf, SealedLeaf, StoredCheckpoint, Subscription,
};
pub use plan::Plan;
pub use server::{ServerExchange, ServerIdentity};
pub use server_log::{
    Admission, ChangeState, EnvelopeLeaf, LogRow, NewChange, ScopeRight, ServerLog, Standing,
    StoredChange, StoredEnvelope,
};
pub use tail::Tail;

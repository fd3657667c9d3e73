//! The server's end of an exchange: the rules of [`bitacora_core::sync`] over this store.
//!
//! One blocking thread runs one exchange. It is not tied to the request: when a connection drops, what
//! arrived whole is committed all the same, and the device learns of it at its next contact.

mod admit;
mod directory;
mod driver;
mod log;

pub(crate) use driver::{Piece, run, take_whole};
pub(crate) use log::ExchangeLog;

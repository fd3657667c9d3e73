//! The server's end of an exchange: the rules of [`bitacora_core::sync`] over this store.
//!
//! One blocking thread runs one exchange. It is not tied to the request: when a connection drops, what
//! arrived whole is committed all the same, and the device learns of it at its next contact.

mod admit;
mod directory;
mod driver;
mod guest;
mod log;

use bitacora_core::sync::ServerLog;
use chrono::{DateTime, Utc};

use crate::server::Server;
use crate::store::StoreError;

pub(crate) use driver::{Piece, run, take_whole};
pub(crate) use log::ExchangeLog;

impl Server {
    /// Returns the store as an exchange sees it; `now` is the moment of the exchange. One at a time writes.
    pub fn exchange_log(&self, now: DateTime<Utc>) -> impl ServerLog<Error = StoreError> + '_ {
        ExchangeLog::new(self, now)
    }
}

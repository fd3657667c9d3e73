//! What a server needs to run.

use std::fmt;
use std::sync::Arc;

use bitacora_core::enrol::ServerUrl;
use chrono::{DateTime, Utc};

use crate::channel::limit::Limits;
use crate::store::{DataFolder, Setup};

/// Tells the time. Tests pass their own.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// What a server needs to run.
#[derive(Clone)]
pub struct Config {
    /// Where its data lies.
    pub data: DataFolder,
    /// What it is for, if it has no data yet.
    pub setup: Option<Setup>,
    /// Whether the store is only looked at: one of an earlier form is refused then, and left as it is.
    pub only_looks: bool,
    /// Where devices reach it: part of every QR code.
    pub public_url: Option<ServerUrl>,
    /// Whether it is headquarters; `None` leaves it as it was told last.
    pub headquarters: Option<bool>,
    /// Limits of the channel.
    pub limits: Limits,
    /// The time.
    pub clock: Clock,
}

impl Config {
    /// Returns the configuration of a server in this folder, with the usual limits and the system's clock.
    pub fn new(data: DataFolder) -> Self {
        Self {
            data,
            setup: None,
            only_looks: false,
            public_url: None,
            headquarters: None,
            limits: Limits::default(),
            clock: Arc::new(Utc::now),
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("data", &self.data)
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

//! A running server: its store, its key and its clock.

mod config;
mod serving;

use std::fmt;
use std::sync::Arc;

use bitacora_core::enrol::ServerUrl;
use bitacora_core::id::ServerId;
use bitacora_core::sync::ServerIdentity;
use chrono::{DateTime, Utc};
use ed25519_dalek::SigningKey;

pub use self::config::{Clock, Config};
pub use self::serving::{LaunchError, launch};
use crate::enrolment::Pending;
use crate::store::table::meta::{self, Meta};
use crate::store::{OpenError, Store};

/// A server with an open store.
#[derive(Clone)]
pub struct Server {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    meta: Meta,
    pending: Pending,
    config: Config,
}

impl Server {
    /// Opens the store; makes one if there is none and the configuration says what for.
    pub fn open(config: Config) -> Result<Self, LaunchError> {
        let opened = if config.only_looks {
            Store::open_to_look(&config.data)
        } else {
            Store::open(&config.data)
        };
        let store = match (opened, &config.setup) {
            (Err(OpenError::Absent), Some(setup)) => {
                Store::create(&config.data, setup, (config.clock)())?
            }
            (opened, _) => opened?,
        };
        let meta = store.read(meta::read)?;
        Ok(Self {
            inner: Arc::new(Inner {
                store,
                meta,
                pending: Pending::default(),
                config,
            }),
        })
    }

    /// Returns the server's id.
    pub fn id(&self) -> ServerId {
        self.inner.meta.server()
    }

    /// Returns the server's public key.
    pub fn public_key(&self) -> [u8; 32] {
        self.inner.meta.key.verifying_key().to_bytes()
    }

    pub(crate) fn key(&self) -> &SigningKey {
        &self.inner.meta.key
    }

    /// Returns who this server is to devices.
    pub(crate) fn identity(&self) -> ServerIdentity {
        ServerIdentity {
            server: self.id(),
            organisation: self.meta().organisation,
            key: self.key().clone(),
        }
    }

    pub(crate) fn meta(&self) -> &Meta {
        &self.inner.meta
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(crate) fn pending(&self) -> &Pending {
        &self.inner.pending
    }

    pub(crate) fn public_url(&self) -> Option<&ServerUrl> {
        self.inner.config.public_url.as_ref()
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.inner.config.clock)()
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("id", &self.id())
            .finish_non_exhaustive()
    }
}

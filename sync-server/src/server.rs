//! A running server: its store, its key and its clock.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use bitacora_core::enrol::ServerUrl;
use bitacora_core::id::{PostId, ServerId};
use bitacora_core::sync::ServerIdentity;
use chrono::{DateTime, Utc};
use ed25519_dalek::SigningKey;
use thiserror::Error;
use tokio::net::TcpListener;

use crate::channel::{self, CertificateError, limit::Limits};
use crate::enrolment::Pending;
use crate::http;
use crate::store::table::meta::{self, Meta};
use crate::store::table::post;
use crate::store::{DataFolder, OpenError, PostSettings, ServeLock, Setup, Store, StoreError};

/// Tells the time. Tests pass their own.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// What a server needs to run.
#[derive(Clone)]
pub struct Config {
    /// Where its data lies.
    pub data: DataFolder,
    /// What it is for, if it has no data yet.
    pub setup: Option<Setup>,
    /// Where devices reach it: part of every QR code.
    pub public_url: Option<ServerUrl>,
    /// Whether it is headquarters; `None` leaves it as it was told last.
    pub headquarters: Option<bool>,
    /// Limits of the channel.
    pub limits: Limits,
    /// The time.
    pub clock: Clock,
}

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

/// Why a server could not run.
#[derive(Debug, Error)]
pub enum LaunchError {
    /// Its store could not be opened or made.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Its store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its key could not be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// Another process serves the folder.
    #[error("another process is serving this data folder")]
    Served,
    /// The folder cannot be locked.
    #[error("the data folder cannot be locked")]
    Lock(#[source] std::io::Error),
    /// The settings speak of a post that is not served here.
    #[error(
        "the settings are for the post {asked}, but this data folder is of {held}: \
         use another data folder, or take the post out of the settings"
    )]
    OtherPost {
        /// The post of the settings.
        asked: PostId,
        /// The posts of the folder.
        held: String,
    },
}

impl Config {
    /// Returns the configuration of a server in this folder, with the usual limits and the system's clock.
    pub fn new(data: DataFolder) -> Self {
        Self {
            data,
            setup: None,
            public_url: None,
            headquarters: None,
            limits: Limits::default(),
            clock: Arc::new(Utc::now),
        }
    }
}

/// Opens or makes a server's store and serves it on `listener` until `shutdown`.
pub async fn launch(
    config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> Result<(), LaunchError> {
    Server::open(config)?.serve(listener, shutdown).await
}

impl Server {
    /// Opens the store; makes one if there is none and the configuration says what for.
    pub fn open(config: Config) -> Result<Self, LaunchError> {
        let store = match (Store::open(&config.data), &config.setup) {
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

    /// Changes the post as the operator's settings say; devices learn it at their next contact.
    ///
    /// `asked` is the post that the settings name. A server of one post need not be told which.
    pub fn set_post(&self, asked: Option<&PostId>, said: &PostSettings) -> Result<(), LaunchError> {
        let posts = self.store().read(post::all)?;
        let meant = match asked {
            Some(asked) => posts.iter().find(|post| post.post == *asked),
            None => posts.first().filter(|_| posts.len() == 1),
        };
        match (meant, asked) {
            (Some(meant), _) => Ok(self.store().write(|tx| {
                if post::change(tx, meant, said)? {
                    meta::directory_altered(tx)?;
                }
                Ok::<_, StoreError>(())
            })?),
            (None, Some(asked)) => Err(LaunchError::OtherPost {
                asked: asked.clone(),
                held: posts
                    .iter()
                    .map(|post| post.post.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            }),
            (None, None) => Ok(()),
        }
    }

    /// Serves until `shutdown`. Only one process may serve a data folder.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), LaunchError> {
        let lock = self.claim()?;
        self.serve_claimed(lock, listener, shutdown).await
    }

    /// Serves a folder that this process has claimed.
    pub(crate) async fn serve_claimed(
        &self,
        lock: ServeLock,
        listener: TcpListener,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), LaunchError> {
        let tls = channel::tls_config(&self.inner.meta.key)?;
        channel::serve(
            listener,
            tls,
            self.inner.config.limits,
            http::router(self.clone()),
            shutdown,
        )
        .await;
        drop(lock);
        Ok(())
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

    /// Returns whether a process serves the folder at this moment.
    pub(crate) fn is_served(&self) -> Result<bool, LaunchError> {
        self.inner
            .config
            .data
            .is_served()
            .map_err(LaunchError::Lock)
    }

    /// Claims the data folder for serving, and notes whether this is headquarters.
    pub(crate) fn claim(&self) -> Result<ServeLock, LaunchError> {
        let lock = self
            .inner
            .config
            .data
            .lock_for_serving()
            .map_err(LaunchError::Lock)?
            .ok_or(LaunchError::Served)?;
        // Only who serves says what the server is: a start that is refused changes nothing.
        if let Some(is) = self.inner.config.headquarters {
            self.store().write(|tx| meta::set_headquarters(tx, is))?;
        }
        Ok(lock)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("id", &self.id())
            .finish_non_exhaustive()
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

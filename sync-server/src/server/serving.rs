//! A server serves its data folder: alone, with the post as the operator's settings say.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bitacora_core::id::PostId;
use thiserror::Error;
use tokio::net::TcpListener;

use super::{Config, Server};
use crate::channel::{self, CertificateError};
use crate::derive::Derived;
use crate::http;
use crate::store::table::{meta, post};
use crate::store::{OpenError, PostSettings, ServeLock, StoreError};

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

/// A data folder that is this process's to serve.
pub(crate) struct Claim {
    _lock: ServeLock,
    /// How far rows of an earlier build were derived again.
    derived: Derived,
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
        let claim = self.claim()?;
        self.serve_claimed(claim, listener, shutdown).await
    }

    /// Serves a folder that this process has claimed.
    pub(crate) async fn serve_claimed(
        &self,
        claim: Claim,
        listener: TcpListener,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), LaunchError> {
        let tls = channel::tls_config(&self.inner.meta.key)?;
        let stop = Arc::new(AtomicBool::new(false));
        let (server, stopped, so_far) = (self.clone(), Arc::clone(&stop), claim.derived);
        let deriving = tokio::task::spawn_blocking(move || server.derive_rest(so_far, &stopped));
        channel::serve(
            listener,
            tls,
            self.inner.config.limits,
            http::known(self.clone()),
            http::router(self.clone()),
            shutdown,
        )
        .await;
        stop.store(true, Ordering::Relaxed);
        if deriving.await.is_err() {
            tracing::error!("Deriving rows again ended in a panic");
        }
        drop(claim);
        Ok(())
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
    pub(crate) fn claim(&self) -> Result<Claim, LaunchError> {
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
        // A small post has nothing left to derive once it is reached.
        let derived = self.derive_some(Derived::NONE)?;
        Ok(Claim {
            derived,
            _lock: lock,
        })
    }
}

//! The channel: mutual TLS 1.3 with raw self-signed Ed25519 keys, and HTTP/1.1 inside.
//!
//! Names, dates and certificate authorities are ignored: phones have wrong clocks and posts have no
//! names. What counts is the key, and that the handshake was really signed with it. Whoever holds *some*
//! key gets a connection; each request carries the key ([`PeerKey`]), and what it may do is decided for
//! each request by the server's tables, because a resumed session repeats an old identity.

mod certificate;
mod connection;
pub mod limit;
mod newest;
mod share;
mod verifier;
mod watch;

pub use certificate::{CertificateError, PeerKey};

use std::future::Future;
use std::sync::Arc;

use axum::Router;
use ed25519_dalek::SigningKey;
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch as signal};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// Builds the TLS configuration of a server with this key.
pub fn tls_config(key: &SigningKey) -> Result<ServerConfig, CertificateError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Arc::new(verifier::AnyEd25519Client::new(&provider));
    let (chain, private_key) = certificate::self_signed(key)?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, private_key)?;
    // One ticket is enough for the one connection that a device keeps; each costs its bytes on the link.
    config.send_tls13_tickets = 1;
    Ok(config)
}

/// Says whether a key is a device's that may come in at this moment. It may block.
pub(crate) type Known = Arc<dyn Fn(PeerKey) -> bool + Send + Sync>;

/// Accepts connections and serves `router` on them until `shutdown`; then lets open requests end.
///
/// Each request gets the [`PeerKey`] of its connection as an extension.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: ServerConfig,
    limits: limit::Limits,
    known: Known,
    router: Router,
    shutdown: impl Future<Output = ()>,
) {
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    let places = Arc::new(Semaphore::new(limits.connections_max));
    let (stop, stopping) = signal::channel(false);
    let shares = share::Shares::of(limits.unproved_each_max);
    let service = connection::Service {
        acceptor,
        limits,
        known,
        newest: newest::Newest::of(limits.device_each_max),
        router,
        stopping,
    };
    let mut connections = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => {
                let (stream, from) = match accepted {
                    Ok(accepted) => accepted,
                    Err(error) => {
                        // Out of file descriptors, as a rule: existing connections must end first.
                        tracing::warn!(%error, "A connection could not be accepted");
                        tokio::time::sleep(limit::ACCEPT_PAUSE).await;
                        continue;
                    }
                };
                let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
                    tracing::warn!(connections.max = limits.connections_max, "A connection was refused: all places are taken");
                    continue;
                };
                let Some(share) = shares.take(from.ip()) else {
                    // Its address stays out of the log: a phone's may be asked for by somebody who looks for its holder.
                    tracing::warn!(connections.max = limits.unproved_each_max, "A connection was refused: its address has its share");
                    continue;
                };
                let connection = connection::serve(stream, share, service.clone());
                connections.spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
        }
    }
    let _ = stop.send(true);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.stop_grace, all_ended)
        .await
        .is_err()
    {
        tracing::warn!("Connections that did not end in time were cut");
    }
}

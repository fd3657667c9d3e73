//! One connection from handshake to end.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::watch::Receiver;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use super::limit::{self, Limits};
use super::newest::{Held, Newest};
use super::share::Share;
use super::watch::Watched;
use super::{Known, PeerKey};

/// What every connection gets.
#[derive(Clone)]
pub(super) struct Service {
    pub(super) acceptor: TlsAcceptor,
    pub(super) limits: Limits,
    pub(super) known: Known,
    pub(super) newest: Arc<Newest>,
    pub(super) router: Router,
    pub(super) stopping: Receiver<bool>,
}

/// Serves one connection until it ends, stalls, or the server stops. A device of the post gives its address's share
/// back as soon as it has proved its key, and has a share of its own.
pub(super) async fn serve(stream: TcpStream, share: Share, service: Service) {
    let Service {
        acceptor,
        limits,
        known,
        newest,
        router,
        mut stopping,
    } = service;
    // Frames are small and each is waited for: Nagle's delay would be added to every one of them.
    let _ = stream.set_nodelay(true);
    let (stream, moved) = Watched::new(stream);
    let stream = match tokio::time::timeout(limits.handshake, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return tracing::debug!(%error, "A handshake failed"),
        Err(_) => return tracing::debug!("A handshake took too long"),
    };
    let Some(peer) = peer_key(&stream) else {
        return tracing::debug!("A connection came without a key");
    };
    let is_known = tokio::task::spawn_blocking(move || known(peer)).await;
    let is_known = is_known.unwrap_or(false);
    let _share = (!is_known).then_some(share);
    let held = is_known.then(|| newest.hold(peer));
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        router.clone().oneshot(request)
    });
    let connection = http()
        .header_read_timeout(limits.head)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = replaced(held.as_ref()) => return,
        () = moved.stalls(&limits) => return tracing::debug!("A connection without progress was cut"),
        () = stopped(&mut stopping) => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "A connection ended early");
    }
}

/// Returns when a newer connection of its device takes this one's place; never for a stranger's.
async fn replaced(held: Option<&Held>) {
    match held {
        Some(held) => held.replaced().await,
        None => std::future::pending().await,
    }
}

async fn stopped(stopping: &mut Receiver<bool>) {
    // An error means that the accept loop is gone, which is a stop as well.
    let _ = stopping.wait_for(|stop| *stop).await;
}

fn http() -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .max_headers(limit::HEADERS_MAX)
        .max_header_size(limit::HEAD_BYTES_MAX)
        .max_buf_size(limit::BUFFER_BYTES_MAX)
        // The date is in the answer where it is needed; a header would cost 37 bytes each time.
        .auto_date_header(false);
    http
}

fn peer_key(stream: &tokio_rustls::server::TlsStream<Watched<TcpStream>>) -> Option<PeerKey> {
    let (_, session) = stream.get_ref();
    session
        .peer_certificates()?
        .first()
        .and_then(PeerKey::of_certificate)
}

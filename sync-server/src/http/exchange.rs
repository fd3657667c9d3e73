//! `POST /v1/exchange`: one sync.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{Request, Response, StatusCode, header};
use bitacora_core::sync::ServerExchange;
use bitacora_core::wire::{CONTENT_TYPE, limit};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use http_body_util::BodyExt as _;
use tokio::sync::mpsc;

use super::caller::blocking;
use super::json;
use super::refused::Refused;
use crate::channel::PeerKey;
use crate::exchange::{self, ExchangeLog, Piece};
use crate::server::Server;

/// Pieces that wait between the connection and the blocking thread.
const QUEUE: usize = 4;

/// An answer up to this size is sent whole: a length costs less than chunks.
const WHOLE_BYTES_MAX: usize = 16 * 1024;

/// Answers an exchange.
pub(super) async fn exchange(
    State(server): State<Server>,
    Extension(peer): Extension<PeerKey>,
    request: Request<Body>,
) -> Result<Response<Body>, Refused> {
    if request.headers().contains_key(header::CONTENT_TYPE)
        || request.headers().contains_key(header::CONTENT_ENCODING)
    {
        // Devices send no type, to save its bytes.
        json::plain_content(request.headers(), CONTENT_TYPE)?;
    }
    let guest = server.clone();
    blocking(move || guest.caller(peer)).await?;
    let (up, mut request_pieces) = mpsc::channel(QUEUE);
    let (down, answer) = mpsc::channel(QUEUE);
    // Not awaited: a dropped connection drops this handler, and must not stop a commit.
    let working = tokio::task::spawn_blocking(move || {
        let now = server.now();
        let identity = server.identity();
        let now_ms = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        let mut exchange = ServerExchange::new(Arc::new(identity), peer.device_id(), now_ms);
        let mut log = ExchangeLog::new(&server, now);
        let ran = exchange::run(&mut exchange, &mut log, &mut request_pieces, &down);
        if let Err(error) = &ran {
            let cause = std::error::Error::source(error).map(ToString::to_string);
            tracing::error!(%error, cause, "An exchange failed");
        }
        ran.is_ok()
    });
    upload(request.into_body(), &up).await?;
    drop(up);
    answered(answer, working).await
}

/// Hands the body over, piece by piece.
async fn upload(mut body: Body, up: &mpsc::Sender<Piece>) -> Result<(), Refused> {
    let mut total_bytes = 0_u64;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Refused::malformed("The body ended early."))?;
        let Ok(bytes) = frame.into_data() else {
            continue;
        };
        total_bytes = total_bytes.saturating_add(bytes.len() as u64);
        if total_bytes > limit::UP_TOTAL_BYTES_MAX {
            return Err(json::too_large(
                usize::try_from(limit::UP_TOTAL_BYTES_MAX).unwrap_or(usize::MAX),
            ));
        }
        if up.send(Piece::Bytes(bytes)).await.is_err() {
            break;
        }
    }
    // If the thread is gone the answer says so.
    let _ = up.send(Piece::End).await;
    Ok(())
}

/// Makes the response: whole if it is small, else as it is made.
async fn answered(
    mut answer: mpsc::Receiver<Bytes>,
    working: tokio::task::JoinHandle<bool>,
) -> Result<Response<Body>, Refused> {
    let mut begun = BytesMut::new();
    while begun.len() < WHOLE_BYTES_MAX {
        match answer.recv().await {
            Some(piece) => begun.extend_from_slice(&piece),
            None if working.await.unwrap_or(false) => {
                return Ok(Response::new(Body::from(begun.freeze())));
            }
            None => {
                let reason = "The server failed. What it took before is safe; try again later.";
                return Err(Refused::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    super::word::Word::Internal,
                    reason,
                ));
            }
        }
    }
    let rest =
        futures_util::stream::unfold((answer, Some(working)), |(mut answer, working)| async {
            if let Some(piece) = answer.recv().await {
                return Some((Ok(piece), (answer, working)));
            }
            let went_through = working?.await.unwrap_or(false);
            // A stream that just ended would look whole; the device must see that it is not.
            (!went_through).then(|| {
                (
                    Err(std::io::Error::other("the exchange failed")),
                    (answer, None),
                )
            })
        });
    let begun = futures_util::stream::iter([Ok(begun.freeze())]);
    Ok(Response::new(Body::from_stream(begun.chain(rest))))
}

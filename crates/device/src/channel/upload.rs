//! What goes up in an exchange, and the watch over its progress.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;

use super::limit;

/// The body of an exchange.
pub enum Upload {
    /// All of it at hand: sent with its length, which is shorter than chunks.
    Whole(Bytes),
    /// Made piece by piece while it is sent, so that nothing waits in memory.
    Pieces(BoxStream<'static, Bytes>),
}

/// Pieces that the link has taken so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress(Arc<AtomicU64>);

impl Upload {
    /// Cuts what is at hand into pieces, so that its progress can be watched.
    pub(super) fn in_pieces(mut bytes: Bytes) -> Self {
        let pieces = std::iter::from_fn(move || {
            let length = bytes.len().min(limit::PIECE_BYTES);
            (length > 0).then(|| bytes.split_to(length))
        });
        Self::Pieces(futures_util::stream::iter(pieces).boxed())
    }

    pub(super) fn into_body(self) -> (reqwest::Body, Progress) {
        let progress = Progress::default();
        let taken = progress.clone();
        let body = match self {
            Self::Whole(bytes) => reqwest::Body::from(bytes),
            Self::Pieces(pieces) => reqwest::Body::wrap_stream(pieces.map(move |piece| {
                taken.0.fetch_add(1, Ordering::Relaxed);
                Ok::<_, Infallible>(piece)
            })),
        };
        (body, progress)
    }
}

impl Progress {
    /// Runs a request; none if the link took nothing for too long.
    pub(super) async fn unless_stalled<F: Future>(&self, request: F) -> Option<F::Output> {
        tokio::pin!(request);
        let mut before = self.0.load(Ordering::Relaxed);
        loop {
            if let Ok(answered) = tokio::time::timeout(limit::STALL, request.as_mut()).await {
                return Some(answered);
            }
            let now = self.0.load(Ordering::Relaxed);
            if now == before {
                return None;
            }
            before = now;
        }
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(bytes) => write!(f, "Upload::Whole({} bytes)", bytes.len()),
            Self::Pieces(_) => f.write_str("Upload::Pieces(…)"),
        }
    }
}

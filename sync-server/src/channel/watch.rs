//! A stream that counts what moves, so that a connection without progress can be cut.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::limit::Limits;

/// Bytes that moved on a connection, in both directions.
#[derive(Debug, Clone, Default)]
pub(super) struct Moved(Arc<AtomicU64>);

/// A stream whose bytes are counted.
#[derive(Debug)]
pub(super) struct Watched<S> {
    stream: S,
    moved: Moved,
}

impl<S> Watched<S> {
    /// Wraps a stream; returns it with its counter.
    pub(super) fn new(stream: S) -> (Self, Moved) {
        let moved = Moved::default();
        (
            Self {
                stream,
                moved: moved.clone(),
            },
            moved,
        )
    }
}

impl Moved {
    /// Returns when too little moved for too long.
    pub(super) async fn stalls(&self, limits: &Limits) {
        let mut before = self.0.load(Ordering::Relaxed);
        loop {
            tokio::time::sleep(limits.progress).await;
            let now = self.0.load(Ordering::Relaxed);
            if now.saturating_sub(before) < limits.progress_bytes_min {
                return;
            }
            before = now;
        }
    }

    fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        self.moved.add(buf.filled().len().saturating_sub(before));
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        if let Poll::Ready(Ok(bytes)) = &written {
            self.moved.add(*bytes);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

//! A relay that counts what is inside TLS: HTTP bytes, without the records' own headers and tags.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// TLS 1.3: content type of encrypted records, header, inner type and tag.
const APPLICATION_DATA: u8 = 23;
const HEADER_BYTES: usize = 5;
const INNER_TYPE_AND_TAG_BYTES: u64 = 17;

/// What went through, both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// Connections made.
    pub connections: u64,
    /// Everything on TCP.
    pub tcp_bytes: u64,
    /// Inside encrypted records, the end of the handshake included.
    pub inner_bytes: u64,
}

#[derive(Default)]
struct Counters {
    connections: AtomicU64,
    tcp_bytes: AtomicU64,
    inner_bytes: AtomicU64,
}

/// A running relay.
pub struct Meter {
    address: SocketAddr,
    counters: Arc<Counters>,
}

impl Meter {
    /// Starts a relay before a server.
    pub async fn before(server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let counters = Arc::new(Counters::default());
        let shared = Arc::clone(&counters);
        tokio::spawn(async move {
            while let Ok((device, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let Ok(server) = TcpStream::connect(server).await else {
                    continue;
                };
                let (up_from, down_to) = device.into_split();
                let (down_from, up_to) = server.into_split();
                tokio::spawn(relay(up_from, up_to, Arc::clone(&shared)));
                tokio::spawn(relay(down_from, down_to, Arc::clone(&shared)));
            }
        });
        Ok(Self { address, counters })
    }

    /// Returns where devices connect to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns what went through so far.
    pub fn reading(&self) -> Reading {
        Reading {
            connections: self.counters.connections.load(Ordering::SeqCst),
            tcp_bytes: self.counters.tcp_bytes.load(Ordering::SeqCst),
            inner_bytes: self.counters.inner_bytes.load(Ordering::SeqCst),
        }
    }
}

impl Reading {
    /// Returns what went through since an earlier reading.
    pub fn since(self, earlier: Self) -> Self {
        Self {
            connections: self.connections - earlier.connections,
            tcp_bytes: self.tcp_bytes - earlier.tcp_bytes,
            inner_bytes: self.inner_bytes - earlier.inner_bytes,
        }
    }
}

async fn relay(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    counters: Arc<Counters>,
) -> Result<()> {
    loop {
        let mut header = [0; HEADER_BYTES];
        if from.read_exact(&mut header).await.is_err() {
            return Ok(to.shutdown().await?);
        }
        let [kind, _, _, high, low] = header;
        let mut body = vec![0; usize::from(u16::from_be_bytes([high, low]))];
        from.read_exact(&mut body).await?;
        // Counted before it is passed on: whoever has the answer may read the meter.
        counters
            .tcp_bytes
            .fetch_add((HEADER_BYTES + body.len()) as u64, Ordering::SeqCst);
        if kind == APPLICATION_DATA {
            let inner = (body.len() as u64).saturating_sub(INNER_TYPE_AND_TAG_BYTES);
            counters.inner_bytes.fetch_add(inner, Ordering::SeqCst);
        }
        to.write_all(&header).await?;
        to.write_all(&body).await?;
    }
}

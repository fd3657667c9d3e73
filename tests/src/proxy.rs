//! A bad link: a TCP proxy that counts, delays, and cuts after a number of bytes.
//!
//! It stands between a device and the server and sees only what a network would see: TLS. What it does with the next
//! connection is set from outside; what it has done can be asked. Threads and plain sockets, so that it works beside
//! programs that run as processes of their own.

mod pump;

use std::collections::VecDeque;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// What the link does to connections that are made from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Link {
    /// Break the connection when so many bytes have gone up (from the device to the server).
    pub cut_after_up: Option<u64>,
    /// Break the connection when so many bytes have come down.
    pub cut_after_down: Option<u64>,
    /// Time that every piece takes in each direction.
    pub delay: Duration,
    /// Refuse connections altogether.
    pub down: bool,
}

/// What has gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traffic {
    /// Connections that were accepted.
    pub connections: u64,
    /// Connections that were cut by the link.
    pub cuts: u64,
    /// Bytes from devices to the server.
    pub up_bytes: u64,
    /// Bytes from the server to devices.
    pub down_bytes: u64,
}

/// A running proxy; it stops when dropped.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    server: SocketAddr,
    link: Mutex<Link>,
    next: Mutex<VecDeque<Link>>,
    once: Mutex<Option<Break>>,
    connections: AtomicU64,
    cuts: AtomicU64,
    up_bytes: AtomicU64,
    down_bytes: AtomicU64,
    stopped: AtomicBool,
}

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From the device to the server.
    Up,
    /// From the server to the device.
    Down,
}

/// A break that is still to come.
#[derive(Clone, Copy)]
struct Break {
    way: Way,
    left: u64,
}

impl Proxy {
    /// Starts a proxy on a free local port in front of a server; the link is good until [`Proxy::set`] says otherwise.
    pub fn before(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            server,
            link: Mutex::default(),
            next: Mutex::default(),
            once: Mutex::default(),
            connections: AtomicU64::default(),
            cuts: AtomicU64::default(),
            up_bytes: AtomicU64::default(),
            down_bytes: AtomicU64::default(),
            stopped: AtomicBool::default(),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || pump::accept(&listener, &accepting));
        Ok(Self { address, shared })
    }

    /// Returns where devices should connect to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes the link for connections that are made from now on.
    pub fn set(&self, link: Link) {
        *self
            .shared
            .link
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = link;
    }

    /// Says what the link does to each of the next connections; those after them follow [`Proxy::set`].
    pub fn script(&self, links: impl IntoIterator<Item = Link>) {
        self.shared
            .next
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(links);
    }

    /// Forgets what is left of the script.
    pub fn forget_script(&self) {
        self.shared
            .next
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Breaks the link once, when so many bytes more have gone one way, over connections that are open already
    /// too: a handshake that is over does not count.
    pub fn break_once(&self, way: Way, after: u64) {
        *self.shared.once() = Some(Break { way, left: after });
    }

    /// Takes back a break that is still to come; false if it has happened.
    pub fn spare(&self) -> bool {
        self.shared.once().take().is_some()
    }

    /// Returns what has gone through so far.
    pub fn traffic(&self) -> Traffic {
        Traffic {
            connections: self.shared.connections.load(Ordering::SeqCst),
            cuts: self.shared.cuts.load(Ordering::SeqCst),
            up_bytes: self.shared.up_bytes.load(Ordering::SeqCst),
            down_bytes: self.shared.down_bytes.load(Ordering::SeqCst),
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // The accepting thread waits for a connection; this one tells it to look.
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    fn next_link(&self) -> Link {
        let scripted = self
            .next
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front();
        scripted.unwrap_or_else(|| *self.link.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn once(&self) -> MutexGuard<'_, Option<Break>> {
        self.once.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns how many of these bytes pass before the break that is to come, if it comes with them.
    fn passes_before_break(&self, way: Way, bytes: usize) -> Option<usize> {
        let mut once = self.once();
        let coming = once.as_mut().filter(|coming| coming.way == way)?;
        let bytes = bytes as u64;
        if coming.left > bytes {
            coming.left -= bytes;
            return None;
        }
        let passes = usize::try_from(coming.left).ok();
        *once = None;
        passes
    }

    fn count(&self, way: Way, bytes: usize) {
        let counter = match way {
            Way::Up => &self.up_bytes,
            Way::Down => &self.down_bytes,
        };
        counter.fetch_add(bytes as u64, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests;

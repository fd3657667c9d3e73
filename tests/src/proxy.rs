//! A bad link: a TCP proxy that counts, delays, and cuts after a number of bytes.
//!
//! It stands between a device and the server and sees only what a network would see: TLS. What it does with the next
//! connection is set from outside; what it has done can be asked. Threads and plain sockets, so that it works beside
//! programs that run as processes of their own.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Bytes that are taken from a socket at once.
const PIECE_BYTES: usize = 4096;

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
    connections: AtomicU64,
    cuts: AtomicU64,
    up_bytes: AtomicU64,
    down_bytes: AtomicU64,
    stopped: AtomicBool,
}

#[derive(Clone, Copy)]
enum Way {
    Up,
    Down,
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
            connections: AtomicU64::default(),
            cuts: AtomicU64::default(),
            up_bytes: AtomicU64::default(),
            down_bytes: AtomicU64::default(),
            stopped: AtomicBool::default(),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accept(&listener, &accepting));
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

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for device in listener.incoming() {
        if shared.stopped.load(Ordering::SeqCst) {
            return;
        }
        let Ok(device) = device else { continue };
        let link = shared.next_link();
        if link.down {
            continue; // Dropping it closes it.
        }
        let shared = Arc::clone(shared);
        shared.connections.fetch_add(1, Ordering::SeqCst);
        thread::spawn(move || {
            // A server that cannot be reached looks to the device like a link that broke.
            if let Ok(server) = TcpStream::connect(shared.server) {
                let _ = carry(&device, &server, link, &shared);
            }
        });
    }
}

fn carry(
    device: &TcpStream,
    server: &TcpStream,
    link: Link,
    shared: &Arc<Shared>,
) -> io::Result<()> {
    device.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let up = (device.try_clone()?, server.try_clone()?, Arc::clone(shared));
    let down = (server.try_clone()?, device.try_clone()?);
    let upward = thread::spawn(move || pump(up.0, up.1, Way::Up, link, &up.2));
    pump(down.0, down.1, Way::Down, link, shared);
    let _ = upward.join();
    Ok(())
}

/// Moves bytes one way until an end closes or the link breaks; a break takes both directions with it.
fn pump(mut from: TcpStream, mut to: TcpStream, way: Way, link: Link, shared: &Shared) {
    let mut left = match way {
        Way::Up => link.cut_after_up,
        Way::Down => link.cut_after_down,
    };
    let mut piece = [0; PIECE_BYTES];
    loop {
        let read = match from.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(read) => read,
        };
        wait(link.delay);
        let passes = left.map_or(read, |left| read.min(usize::try_from(left).unwrap_or(read)));
        let passed = piece
            .get(..passes)
            .is_some_and(|bytes| to.write_all(bytes).is_ok());
        if passed {
            shared.count(way, passes);
        }
        left = left.map(|left| left.saturating_sub(passes as u64));
        if left == Some(0) {
            shared.cuts.fetch_add(1, Ordering::SeqCst);
            let _ = from.shutdown(Shutdown::Both);
            let _ = to.shutdown(Shutdown::Both);
            return;
        }
        if !passed {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

/// The time that a piece is under way.
#[expect(
    clippy::disallowed_methods,
    reason = "a slow link is what this makes; nothing is waited for"
)]
fn wait(delay: Duration) {
    if !delay.is_zero() {
        thread::sleep(delay);
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

    fn count(&self, way: Way, bytes: usize) {
        let counter = match way {
            Way::Up => &self.up_bytes,
            Way::Down => &self.down_bytes,
        };
        counter.fetch_add(bytes as u64, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    /// A server that sends back what it reads.
    fn echo() -> SocketAddr {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::spawn(move || {
                    let mut back = stream.try_clone().unwrap();
                    let _ = io::copy(&mut &stream, &mut back);
                    let _ = back.shutdown(Shutdown::Write);
                });
            }
        });
        address
    }

    fn send(proxy: &Proxy, bytes: usize) -> usize {
        let mut stream = TcpStream::connect(proxy.address()).unwrap();
        let _ = stream.write_all(&vec![7; bytes]);
        let _ = stream.shutdown(Shutdown::Write);
        let mut back = Vec::new();
        let _ = stream.read_to_end(&mut back);
        back.len()
    }

    #[test]
    fn a_good_link_carries_everything_and_counts_it() {
        let proxy = Proxy::before(echo()).unwrap();
        assert_eq!(send(&proxy, 10_000), 10_000, "nothing is lost");
        let traffic = proxy.traffic();
        assert_eq!(
            (traffic.connections, traffic.cuts),
            (1, 0),
            "one connection, no cut"
        );
        assert_eq!(
            (traffic.up_bytes, traffic.down_bytes),
            (10_000, 10_000),
            "each way is counted"
        );
    }

    #[test]
    fn a_cut_link_carries_exactly_so_many_bytes() {
        let proxy = Proxy::before(echo()).unwrap();
        proxy.set(Link {
            cut_after_down: Some(777),
            ..Link::default()
        });
        assert_eq!(send(&proxy, 10_000), 777, "not one byte more");
        assert_eq!(proxy.traffic().cuts, 1, "the cut is counted");
        proxy.set(Link::default());
        assert_eq!(send(&proxy, 500), 500, "the next connection is good again");
    }

    #[test]
    fn a_link_that_is_down_carries_nothing() {
        let proxy = Proxy::before(echo()).unwrap();
        proxy.set(Link {
            down: true,
            ..Link::default()
        });
        assert_eq!(send(&proxy, 10), 0, "there is no network");
    }
}

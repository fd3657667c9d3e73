//! Moves the bytes of each connection, and breaks it when its link says so.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use super::{Link, Shared, Way};

/// Bytes that are taken from a socket at once.
const PIECE_BYTES: usize = 4096;

/// Takes connections until the proxy stops.
pub(super) fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
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
        let allowed = left.map_or(read, |left| read.min(usize::try_from(left).unwrap_or(read)));
        let (passes, breaks) = match shared.passes_before_break(way, allowed) {
            Some(passes) => (passes, true),
            None => (allowed, left.is_some_and(|left| left == allowed as u64)),
        };
        let passed = piece
            .get(..passes)
            .is_some_and(|bytes| to.write_all(bytes).is_ok());
        if passed {
            shared.count(way, passes);
        }
        left = left.map(|left| left.saturating_sub(passes as u64));
        if breaks {
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

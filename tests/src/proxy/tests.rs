#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;

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

#[test]
fn a_connection_that_is_open_breaks_once_after_exactly_so_many_bytes_more() {
    let proxy = Proxy::before(echo()).unwrap();
    let mut stream = TcpStream::connect(proxy.address()).unwrap();
    let mut back = [0; 10];
    stream.write_all(&[7; 10]).unwrap();
    stream.read_exact(&mut back).unwrap();

    proxy.break_once(Way::Down, 3);
    stream.write_all(&[7; 10]).unwrap();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert_eq!(rest.len(), 3, "three more come down");
    assert!(!proxy.spare(), "it has happened");
    assert_eq!(send(&proxy, 100), 100, "the next connection is good again");

    proxy.break_once(Way::Up, 0);
    assert_eq!(send(&proxy, 100), 0, "not one byte more goes up");
    proxy.break_once(Way::Up, 101);
    assert_eq!(send(&proxy, 100), 100, "so many never went");
    assert!(proxy.spare(), "and it was still to come");
    assert_eq!(proxy.traffic().cuts, 2, "both breaks are counted");
}

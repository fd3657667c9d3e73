//! Limits of the channel, in one place.

use std::time::Duration;

/// How long to wait after a failed accept.
pub(super) const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// The most header lines of a request.
pub(super) const HEADERS_MAX: usize = 32;

/// The most bytes of a request's head.
pub(super) const HEAD_BYTES_MAX: usize = 8192;

/// The most bytes that are buffered for a connection.
pub(super) const BUFFER_BYTES_MAX: usize = 64 * 1024;

/// Limits that tests shorten.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many connections are open at once.
    pub connections_max: usize,
    /// How many of them an address may hold that did not prove to be a device of the post. Fifty phones behind one
    /// router come back at once.
    pub unproved_each_max: usize,
    /// How many of them a device of the post holds: the newest takes the place of its oldest. A phone uses one or two, a
    /// laptop of the post several; what a bad link left behind ends so as well.
    pub device_each_max: usize,
    /// How long a TLS handshake may take. A link of 600 ms with losses needs several seconds.
    pub handshake: Duration,
    /// How long the head of a request may take, and how long a connection may wait for its next request.
    pub head: Duration,
    /// A connection on which fewer than [`Limits::progress_bytes_min`] move in this time is cut.
    pub progress: Duration,
    /// See [`Limits::progress`]. Progress decides, never the total time: a slow link is not an attack.
    pub progress_bytes_min: u64,
    /// How long open requests may take to end when the server stops.
    pub stop_grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 256,
            unproved_each_max: 64,
            device_each_max: 16,
            handshake: Duration::from_secs(20),
            head: Duration::from_secs(60),
            progress: Duration::from_secs(60),
            progress_bytes_min: 64,
            stop_grace: Duration::from_secs(10),
        }
    }
}

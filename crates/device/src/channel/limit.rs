//! Limits of the device's end of the channel.

use std::time::Duration;

/// How long a connection with its handshake may take. Four round trips of 1.5 s with losses fit in.
pub const CONNECT: Duration = Duration::from_secs(30);

/// How long nothing may move before a request is given up.
pub const STALL: Duration = Duration::from_secs(60);

/// How long an unused connection is kept. Below the server's own patience, which would close it under us.
pub const IDLE: Duration = Duration::from_secs(50);

/// The largest JSON answer: the list of a post's devices.
pub const JSON_BYTES_MAX: usize = 1024 * 1024;

/// The largest refusal.
pub const REFUSAL_BYTES_MAX: usize = 8192;

/// The pieces in which a file is handed in: a few seconds of a slow link each.
pub const PIECE_BYTES: usize = 16 * 1024;

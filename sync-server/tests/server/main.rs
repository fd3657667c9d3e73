//! A real server on a real port, asked by clients that can also misbehave.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    unreachable_pub,
    missing_docs,
    reason = "a test may stop at the first surprise"
)]

mod bad_change;
mod bad_request;
mod channel;
mod client;
mod enrolment;
mod hand_in;
mod phone;
mod pushing;
mod quiet;
mod reading;
mod revoked;
mod rights;
mod same_bytes;
mod store;
mod waiting;
mod world;

/// How long a test waits for an answer.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

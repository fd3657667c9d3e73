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

mod channel;
mod client;
mod enrolment;
mod exchange;
mod hand_in;
mod phone;
mod quiet;
mod rights;
mod store;
mod world;

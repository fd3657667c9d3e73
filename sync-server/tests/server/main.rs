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
mod brought;
mod channel;
mod client;
mod enrolment;
mod enrolment_again;
mod hand_in;
mod health;
mod made;
mod older;
mod phone;
mod port;
mod pushing;
mod quarantine;
mod quiet;
mod reading;
mod revoked;
mod rights;
mod rights_of_patrols;
mod rights_of_whom;
mod same_bytes;
mod share;
mod store;
mod team;
mod waiting;
mod world;

/// How long a test waits for an answer.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

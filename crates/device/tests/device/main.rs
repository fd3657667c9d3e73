//! The device through its public face, with the real SQLCipher.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "a test may fail loudly"
)]

mod draft;
mod full;
mod left_off;
mod patrol;
mod phone;
mod post;
mod read_only;
mod record;
mod sync;
mod tail;
mod transfer;
mod vault;

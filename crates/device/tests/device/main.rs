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

mod clock;
mod correct;
mod draft;
mod full;
mod in_its_place;
mod left_off;
mod offered;
mod patrol;
mod people;
mod phone;
mod post;
mod put_aside;
mod read_only;
mod record;
mod refused;
mod sync;
mod tail;
mod transfer;
mod tries;
mod vault;
mod wrong_clock;

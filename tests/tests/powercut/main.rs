//! Power cuts at any moment of the save path and of a push: nothing acknowledged is lost, nothing is corrupt.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod bare;
mod device;
mod images;
mod post;
mod server;

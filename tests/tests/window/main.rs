//! The app in its real window: what an officer taps and sees, on the real vault and the real server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod counted_taps;
mod first_day;
mod interruptions;
mod post;
mod sizes;
mod steps;

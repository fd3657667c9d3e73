//! The app in its real window: what an officer taps and sees, on the real vault and the real server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod commander;
mod counted_taps;
mod first_day;
mod first_start;
mod interruptions;
mod post;
mod shift_change;
mod sizes;
mod steps;

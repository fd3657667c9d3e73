//! The app in its real window: what an officer taps and sees, on the real vault and the real server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod all_of_the_group;
mod commander;
mod counted_taps;
mod elsewhere;
mod enrolment;
mod first_day;
mod first_start;
mod interruptions;
mod late_fix;
mod post;
mod shift_change;
mod sizes;
mod steps;
mod three_cuts;
mod wrong_clock;

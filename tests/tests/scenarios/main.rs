//! Stories of a post, one per file, with named devices and a real server. Steps are numbered in comments.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod two_values;

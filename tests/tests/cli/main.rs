//! The command line as a stranger uses it: what it says, what it refuses, and how it ends.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a test stops at the first surprise"
)]

mod export;
mod help;
mod import;
mod people;
mod post;
mod record;
mod server;
mod small_disk;
mod vault;
mod words;

//! A post's day with the two programs alone, as its operator works: what the story in two phones does not tell.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a test stops at the first surprise"
)]

mod carried;
mod moved;
mod post;
mod refused;
mod table;
mod usage;

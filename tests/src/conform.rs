//! What every store must do that stands behind the core's exchange: one suite for a device's log, one for a
//! server's, run over the product's stores and over those of the simulator. So the simulator stands for the product.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a suite stops where a store is wrong"
)]

mod device_log;
mod server_log;
mod written;

pub use device_log::{Phone, device_log};
pub use server_log::{Post, server_log};

//! A deterministic simulator: phones and a server with the very machines of the product, stores in
//! memory with a synced and an unsynced half, and faults drawn from a seed.
//!
//! One seed decides everything. Workload, faults, schedule and identities draw from streams of their
//! own, so that another fault does not change what people write. Swarm testing: each seed switches a
//! random part of the fault kinds on.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a simulation stops where something is wrong"
)]

mod cheat;
mod disk;
mod link;
mod office;
mod phone;
mod phone_store;
mod server;
mod server_store;
mod suite;
mod swarm;
mod world;

pub use cheat::Cheat;
pub use suite::{SimulatedPhone, SimulatedPost};
pub use world::{Failure, Happening, Report, Seen, World, run};

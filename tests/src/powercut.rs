//! Power cuts: a recorder of what a real program asks of the disk, and a replayer that builds the
//! images a disk may hold after the current was cut.
//!
//! `kill -9` proves nothing about `fsync`: the page cache survives it. Here the recorded writes that
//! were not synced are dropped, reordered or torn, the way a disk may.

mod image;
mod record;
mod trace;

pub use image::{CrashImage, Damage, crash_image};
pub use record::{compile_shim, record};
pub use trace::{Operation, Trace};

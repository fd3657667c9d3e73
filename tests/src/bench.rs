//! The budgets: what is measured, against what in the same run, and how much it may be.
//!
//! Times are ratios against a baseline that does the bare minimum on the same machine in the same
//! minute, so that a noisy machine does not decide. Bytes and memory are themselves.

pub mod bare;
pub mod budget;
pub mod memory;
pub mod meter;
pub mod ratio;

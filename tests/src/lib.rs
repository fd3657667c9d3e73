//! A world of devices, servers and bad networks, for the tests.

pub mod bench;
pub mod conform;
pub mod demo;
pub mod generator;
pub mod powercut;
pub mod programs;
pub mod proxy;
pub mod sim;
pub mod story;
pub mod window;
pub mod world;

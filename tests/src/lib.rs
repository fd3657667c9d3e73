//! A world of devices, servers and bad networks, for the tests.

pub mod powercut;

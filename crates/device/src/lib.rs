//! A field device without a window: vault, store, use cases, sync over HTTP.

pub mod channel;
pub mod enrol;

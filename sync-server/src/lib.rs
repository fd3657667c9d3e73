//! The sync server of a post.

pub mod channel;

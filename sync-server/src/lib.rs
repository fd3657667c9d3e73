//! The sync server of a post.

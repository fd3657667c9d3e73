//! Records on their way out by file.

pub(crate) mod export;

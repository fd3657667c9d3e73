//! Records on their way in and out by file.

pub(crate) mod export;
pub(crate) mod import;

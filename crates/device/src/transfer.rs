//! Records on their way in by file.

pub(crate) mod import;

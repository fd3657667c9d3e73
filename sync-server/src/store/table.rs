//! One file per table.

pub(crate) mod brought;
pub(crate) mod change;
pub(crate) mod device;
pub(crate) mod document;
pub(crate) mod enrol_code;
pub(crate) mod envelope;
pub(crate) mod figures;
pub(crate) mod log;
pub(crate) mod meta;
pub(crate) mod person;
pub(crate) mod post;
pub(crate) mod ready;
pub(crate) mod receipt;
pub(crate) mod scope;

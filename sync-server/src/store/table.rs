//! One file per table.

pub(crate) mod device;
pub(crate) mod enrol_code;
pub(crate) mod meta;
pub(crate) mod person;
pub(crate) mod post;
pub(crate) mod scope;

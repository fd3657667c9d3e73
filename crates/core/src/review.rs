//! The review of a record: which events there are, and who may do what.

mod choice;
mod context;
mod event;
mod rightful;
mod rights;

pub use choice::chosen;
pub use context::{Context, Roles};
pub use event::{Event, UnknownEvent};
pub use rightful::rightful;
pub use rights::{NotAllowed, may, may_choose, may_edit};

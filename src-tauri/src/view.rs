//! What the window sees: plain values, nothing of a document, a key or a database.
//!
//! These structs are the contract with the interface; `bindings.ts` is generated from them. Times
//! are RFC 3339 text with offset, ids are text. None derives `Debug`: most hold what an officer
//! wrote, and what cannot be printed is not logged.

pub mod access;
pub mod capture;
pub(crate) mod convert;
pub mod draft;
pub mod error;
pub mod event;
pub mod lists;
mod own_post;
pub mod patrol;
pub mod post;
pub mod record;
pub mod settings;
pub(crate) mod status;
pub mod sync;

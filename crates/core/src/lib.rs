//! What a record means: documents, rules, conflicts, sync planning, wire messages.
//!
//! Pure: no SQL, network, clock, randomness or files. Actor ids and times are always passed in,
//! so that every rule can be simulated and replayed.
//!
//! A typical save: [`encounter::record`] turns a [`Capture`](capture::Capture) into one Automerge
//! change; the device stores the bytes; [`document::Document`] applies them; [`encounter::read`]
//! shows every value with its author; [`summary::Summary`] is the flat row that lists and reports read.

pub mod authoring;
pub mod capture;
pub mod clock;
pub mod code;
pub mod content;
pub mod document;
pub mod encounter;
pub mod enrol;
pub mod envelope;
pub mod id;
pub mod name;
pub mod nation;
pub mod panics;
pub mod patrol;
pub mod receipt;
pub mod recover;
pub mod repeat;
pub mod review;
pub mod rule;
pub mod sealed_file;
pub mod short_code;
pub mod succession;
pub mod summary;
pub mod sync;
pub mod wire;

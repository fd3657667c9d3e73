//! The sync server of a post.
//!
//! It takes sealed envelopes from devices, keeps one verified log per scope, and gives each device what
//! it may see and lacks, all in one request. What a device may do is decided per request from the
//! server's own tables. It must not decide what a record means: that is `bitacora-core`.
//!
//! A typical run: [`Server::open`] opens the data folder (or makes it), [`Server::serve`] accepts
//! connections on a listener that was bound before, until a future says stop. [`launch`] does both.

pub mod channel;
pub mod command;
mod derive;
mod enrolment;
mod exchange;
mod handed_in;
mod health;
mod http;
mod server;
pub mod settings;
pub mod store;
mod table;
mod team;
mod verify;

pub use enrolment::IssueError;
pub use handed_in::HandInError;
pub use health::{AsideView, Health};
pub use http::refusal_words;
pub use server::{Clock, Config, LaunchError, Server, launch};
pub use table::DailyTable;
pub use verify::VerifyReport;

//! Tables from encounters; files from tables.
//!
//! A report is a fold over flat rows ([`Summary`](bitacora_core::summary::Summary)), one at a time: nothing here
//! holds all records, opens a document, asks for the time or touches a file. The screen *Hoy en el puesto*, the
//! command `bitacora report` and the tests use the same fold, so that they cannot show different figures.
//!
//! A typical call: make a [`daily::Tally`] for a [`period::Period`], give it every row, and
//! [`finish`](daily::Tally::finish) it with the [`daily::Facts`] that the rows cannot know (the post, the hour, the
//! teams). Then [`daily::csv`], [`daily::text`] or `serde_json` make a file of the [`daily::Table`].

pub mod cell;
pub mod coverage;
pub mod daily;
pub mod figure;
pub mod listing;
pub mod period;
pub mod repeats;

//! One file per table: what a row holds, reads on a connection, writes on a transaction.

pub(crate) mod beginning;
pub(crate) mod change;
pub(crate) mod clock_reading;
pub(crate) mod clock_repair;
pub(crate) mod clock_run;
pub(crate) mod contact;
pub(crate) mod device;
pub(crate) mod draft;
pub(crate) mod encounter_row;
pub(crate) mod envelope;
pub(crate) mod meta;
pub(crate) mod page;
pub(crate) mod patrol_row;
pub(crate) mod person;
pub(crate) mod post;
pub(crate) mod quarantine;
pub(crate) mod receipt;
pub(crate) mod snapshot;
pub(crate) mod subscription;
pub(crate) mod summaries;
pub(crate) mod tail_gap;
pub(crate) mod taken_out;
pub(crate) mod way;

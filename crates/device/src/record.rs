//! What people do with records: save, correct, undo, review, choose, list, look at.
//!
//! Every action that saves runs the same way: the document as it is, the version that the person saw,
//! one change authored there, the change applied, and log, snapshot and row in one transaction.

pub mod filter;
pub mod row;

mod author;
mod conflict;
mod counted;
mod detail;
mod distinct;
mod edit;
mod history;
mod list;
mod names;
mod new;
pub(crate) mod recover;
mod review;
mod rights;
mod shown;
mod summaries;
mod undo;

use bitacora_core::encounter::{self, Encounter};
use bitacora_core::id::EncounterId;
use chrono::{DateTime, TimeDelta, Utc};

pub(crate) use self::author::{Authored, author_edit, load};
pub use self::conflict::{Conflict, FieldConflict, StatedBy};
pub(crate) use self::counted::Counted;
pub use self::detail::{Detail, HeldAt};
pub use self::edit::Choice;
pub(crate) use self::edit::save_authored;
pub use self::history::{HistoryEvent, HistoryLine};
pub(crate) use self::names::Names;
pub(crate) use self::new::local_time;
pub use self::review::ReviewEvent;
pub use self::rights::Rights;
use self::row::Row;
pub use self::summaries::{Flags, Period};
pub use self::undo::UNDO_SECONDS;
use crate::device::{Device, Unlocked};
use crate::error::DeviceError;
use crate::store::StoreError;
use crate::store::table::snapshot;

/// A save that is on this device, durably.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved {
    /// The record as it is now.
    pub row: Row,
    /// Until when it can be undone, by this device's clock.
    pub undo_until: DateTime<Utc>,
    /// Nothing was altered, so nothing was written.
    pub unchanged: bool,
}

impl Saved {
    /// Tells of a save that was made at a moment.
    pub(crate) fn of(row: Row, at: DateTime<Utc>, unchanged: bool) -> Self {
        let undo_until = at.checked_add_signed(TimeDelta::seconds(UNDO_SECONDS));
        Self {
            row,
            undo_until: undo_until.unwrap_or(at),
            unchanged,
        }
    }
}

impl Device {
    /// Returns an encounter with every value, also a withdrawn one.
    pub fn encounter(&self, id: EncounterId) -> Result<Encounter, DeviceError> {
        self.with(|unlocked| unlocked.encounter(id))
    }
}

impl Unlocked {
    /// Reads an encounter from its snapshot.
    pub(crate) fn encounter(&self, id: EncounterId) -> Result<Encounter, DeviceError> {
        let document =
            snapshot::load(self.store.read(), id.into())?.ok_or(DeviceError::NotFound {
                what: "this record",
            })?;
        Ok(encounter::read(&document).map_err(StoreError::from)?)
    }
}

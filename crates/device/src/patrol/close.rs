//! Closing a patrol that its own team does not close.

use bitacora_core::id::PatrolId;
use bitacora_core::patrol::{self as documents, Correction, Signer};

use super::PatrolLine;
use crate::clock;
use crate::device::{Device, Unlocked};
use crate::error::DeviceError;
use crate::record::load;
use crate::store::StoreError;
use crate::store::table::change::Kind;
use crate::store::table::patrol_row;

impl Device {
    /// Says that a patrol is back, also another team's, whose phone was lost or joined again elsewhere: a leader and the
    /// commander say so, and whoever is on it (docs/decisions/0084). It is a change of the patrol like any other, with
    /// who and when in its history. Of a patrol that left with another device nobody here knows when it came back, only
    /// when it was closed: no record is judged by it any more (docs/decisions/0100).
    ///
    /// Errors with `not_allowed` and the word `role` for anybody else, and with `patrol_back` where it is back already.
    pub fn patrol_close(&self, patrol: PatrolId) -> Result<PatrolLine, DeviceError> {
        let environment = self.environment();
        let absent = || DeviceError::NotFound { what: "the patrol" };
        self.with(|unlocked| {
            let row = patrol_row::get(unlocked.store.read(), patrol)?.ok_or_else(absent)?;
            if row.returned_at.is_some() {
                return Err(DeviceError::NotAllowed {
                    word: "patrol_back",
                    reason: "this patrol is back already",
                });
            }
            if !unlocked.may_close(patrol)? {
                return Err(DeviceError::NotAllowed {
                    word: "role",
                    reason: "its own team, a patrol leader or the commander closes a patrol",
                });
            }
            let clock = match patrol_row::left_here(unlocked.store.read(), patrol)? {
                true => clock::source(unlocked, environment)?,
                false => documents::CLOSED,
            };
            unlocked.come_back(patrol, (false, clock), environment)?;
            let db = unlocked.store.read();
            let row = patrol_row::get(db, patrol)?.ok_or_else(absent)?;
            let encounters = patrol_row::encounters(db, patrol)?;
            Ok(unlocked.patrol_line(row, encounters)?)
        })
    }
}

impl Unlocked {
    /// Returns whether the post will take it from this person on this device.
    fn may_close(&self, patrol: PatrolId) -> Result<bool, DeviceError> {
        if patrol_row::left_here(self.store.read(), patrol)? {
            return Ok(true);
        }
        let (document, _) = load(self, patrol.into(), Kind::PATROL)?;
        let signer = Signer {
            device: self.device,
            person: self.me,
            role: self.role()?,
        };
        let correction = Correction {
            before: &document,
            after: &document,
            seen: &document.version(),
        };
        let may = documents::may_correct(&correction, &signer, &|_| None);
        Ok(may.map_err(StoreError::from)?)
    }
}

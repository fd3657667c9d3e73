//! Deriving rows and snapshots again from the change log, and saying what was not the same.

use bitacora_core::id::DocumentId;

use crate::device::{Device, Unlocked};
use crate::error::DeviceError;
use crate::store::saving::derive;
use crate::store::table::change::{self, Kind};
use crate::store::table::{encounter_row, patrol_row, snapshot};

/// What `rebuild` did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RebuildReport {
    /// Documents derived again.
    pub documents: u64,
    /// Rows and snapshots that were not the same before.
    pub different: u64,
    /// Documents of which everything was refused; nothing is derived from them.
    pub refused: u64,
    /// Rows whose document is not in the change log; they are gone now.
    pub orphans: u64,
}

impl Device {
    /// Derives every row and snapshot again from the change log. One document and one transaction at a
    /// time: cut off in the middle, it leaves some documents derived again and the others as they were.
    pub fn rebuild(&self) -> Result<RebuildReport, DeviceError> {
        let mut report = RebuildReport::default();
        let documents = self.with(|unlocked| Ok(change::documents(unlocked.store.read())?))?;
        for (id, kind, scope) in documents {
            self.with(|unlocked| unlocked.rebuild_one(id, kind, &scope, &mut report))?;
        }
        self.with(|unlocked| {
            report.orphans = unlocked.store.keep(|tx| {
                let rows = encounter_row::delete_orphans(tx)?
                    + patrol_row::delete_orphans(tx)?
                    + snapshot::delete_orphans(tx)?;
                Ok(u64::try_from(rows).unwrap_or(u64::MAX))
            })?;
            Ok(())
        })?;
        Ok(report)
    }
}

impl Unlocked {
    fn rebuild_one(
        &mut self,
        id: DocumentId,
        kind: Kind,
        scope: &str,
        report: &mut RebuildReport,
    ) -> Result<(), DeviceError> {
        let Some(document) = snapshot::from_log(self.store.read(), id)? else {
            report.refused += 1;
            return Ok(());
        };
        let before = self.derived(id)?;
        self.store
            .keep(|tx| derive(tx, id, kind, scope, &document))?;
        report.documents += 1;
        report.different += u64::from(before != self.derived(id)?);
        Ok(())
    }

    /// Returns everything that is derived from a document, comparable.
    fn derived(&self, id: DocumentId) -> Result<Vec<Vec<rusqlite::types::Value>>, DeviceError> {
        let db = self.store.read();
        let mut all = snapshot::meaning(db, id)?;
        all.extend(encounter_row::raw(db, id)?);
        all.extend(patrol_row::raw(db, id)?);
        Ok(all)
    }
}

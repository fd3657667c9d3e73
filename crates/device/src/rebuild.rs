//! Deriving rows and snapshots again from the change log: when somebody asks, and by itself when an earlier build
//! derived them in a form of its own.

use bitacora_core::id::DocumentId;
use bitacora_core::summary::{self, Packed};

use crate::device::{Device, Unlocked};
use crate::environment::Environment;
use crate::error::DeviceError;
use crate::store::saving::{derive, derive_row};
use crate::store::table::change::{self, Kind};
use crate::store::table::{encounter_row, meta, patrol_row, snapshot};
use crate::store::tx::Tx;
use crate::store::{Store, StoreError};

/// Documents of one transaction when a store is brought to this build's form.
const AT_ONCE: usize = 50;

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
            report.orphans = unlocked.store.keep(delete_orphans)?;
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

/// Returns the form of what this build derives, as the store keeps it.
pub(crate) fn form() -> String {
    format!("{}.{}", summary::DERIVED, Packed::FORM)
}

/// Derives everything again if it was derived in another form, before anybody reads it.
///
/// Fifty documents a transaction, which also keeps how far it is: a process that is ended goes on from there at
/// the next opening. One document that cannot be read is left out and named by `verify`; it closes nobody out.
pub(crate) fn bring_to_form(
    store: &mut Store,
    environment: &Environment,
) -> Result<(), DeviceError> {
    let form = form();
    if meta::text(store.read(), meta::DERIVED_FORM)?.as_deref() == Some(form.as_str()) {
        return Ok(());
    }
    let documents = change::documents(store.read())?;
    let done = so_far(store, &form)?;
    tracing::info!(
        documents = documents.len(),
        done,
        "rows are derived again in the form of this build"
    );
    let mut through = done;
    for group in documents.get(done..).unwrap_or_default().chunks(AT_ONCE) {
        environment.deriving(through, documents.len());
        through += group.len();
        store.keep(|tx| {
            for (id, kind, scope) in group {
                derive_or_drop(tx, *id, *kind, scope)?;
            }
            Ok(meta::set(
                tx,
                meta::DERIVED_SO_FAR,
                format!("{form} {through}").as_bytes(),
            )?)
        })?;
    }
    environment.deriving(documents.len(), documents.len());
    store.keep(|tx| {
        delete_orphans(tx)?;
        meta::set(tx, meta::DERIVED_FORM, form.as_bytes())?;
        Ok(meta::remove(tx, meta::DERIVED_SO_FAR)?)
    })
}

/// Returns how many documents were brought to a form before; their order never changes, and new ones come last.
fn so_far(store: &Store, form: &str) -> Result<usize, StoreError> {
    let noted = meta::text(store.read(), meta::DERIVED_SO_FAR)?;
    let count = noted.as_deref().and_then(|noted| {
        let (noted, count) = noted.split_once(' ')?;
        (noted == form).then(|| count.parse().ok())?
    });
    Ok(count.unwrap_or(0))
}

fn derive_or_drop(tx: &Tx<'_>, id: DocumentId, kind: Kind, scope: &str) -> Result<(), DeviceError> {
    let derived = match snapshot::from_log(tx, id) {
        Ok(Some(document)) => derive(tx, id, kind, scope, &document),
        Ok(None) => snapshot::refused_alone(tx, id)?.map_or(Ok(()), |document| {
            derive_row(tx, id, kind, scope, &document)
        }),
        Err(error) => Err(error.into()),
    };
    match derived {
        Err(DeviceError::Store(StoreError::Document(_) | StoreError::Value { .. })) => {
            tracing::error!(document.id = %id, "a document is damaged: nothing is derived from it");
            encounter_row::delete(tx, id)?;
            Ok(snapshot::remove(tx, id)?)
        }
        derived => derived,
    }
}

/// Deletes what belongs to no document of the change log; returns how much there was.
fn delete_orphans(tx: &Tx<'_>) -> Result<u64, DeviceError> {
    let rows = encounter_row::delete_orphans(tx)?
        + patrol_row::delete_orphans(tx)?
        + snapshot::delete_orphans(tx)?;
    Ok(u64::try_from(rows).unwrap_or(u64::MAX))
}

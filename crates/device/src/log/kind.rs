//! What kind of document an id names: the one whose change proves it, whichever came first.
//!
//! A kind that this build does not read proves nothing, as on the server (docs/decisions/0055): whoever knows the id of
//! a record could name it under one, and the record would be put aside.

use bitacora_core::document::{Document, DocumentError};
use bitacora_core::encounter;
use bitacora_core::id::DocumentId;
use bitacora_core::patrol;
use bitacora_core::sync::{CheckedChange, CheckedRow};
use chrono::{DateTime, Utc};

use crate::error::DeviceError;
use crate::store::table::change::{self, Kind};
use crate::store::table::{quarantine, snapshot};
use crate::store::tx::Tx;

/// Why a change is put aside whose kind is not its document's.
pub(super) const ANOTHER: &str = "it calls its document another kind of document";

/// Returns the kind of a document with the rows that are to be taken; `None` if nothing says one. What is here of it
/// under a kind that is not read is put aside if a row proves another.
pub(super) fn decide(
    tx: &Tx<'_>,
    id: DocumentId,
    rows: &[&CheckedRow],
    now: DateTime<Utc>,
) -> Result<Option<Kind>, DeviceError> {
    let held = change::kind_and_scope(tx, id)?.map(|(kind, _)| kind);
    if held.is_some_and(Kind::is_read) {
        return Ok(held);
    }
    let said = || rows.iter().filter_map(|row| new(row));
    let first = held.or_else(|| said().next().map(|(kind, _)| kind));
    // One kind and no other: nothing is to be decided, and most documents are not read twice.
    if said().all(|(kind, _)| Some(kind) == first) {
        return Ok(first);
    }
    let proves =
        |(kind, bytes): &(Kind, &[u8])| kind.is_read() && applied(id, None, bytes, *kind).is_ok();
    let Some((proven, _)) = said().find(proves) else {
        return Ok(first);
    };
    if held.is_some() {
        tracing::warn!(document.id = %id, "what named a record under an unread kind was put aside");
        quarantine::put_unread(tx, id, ANOTHER, now)?;
        snapshot::remove(tx, id)?;
    }
    Ok(Some(proven))
}

/// Returns what a new change says its document is, with its bytes.
fn new<'r>(row: &&'r CheckedRow) -> Option<(Kind, &'r [u8])> {
    match &row.content {
        CheckedChange::New { kind, bytes, .. } => Some((Kind(kind.number()), bytes)),
        _ => None,
    }
}

/// Applies one change, and proves that the document can be saved, loaded and read with it, and is the one it is
/// given as.
pub(super) fn applied(
    id: DocumentId,
    document: Option<Document>,
    bytes: &[u8],
    kind: Kind,
) -> Result<Document, DocumentError> {
    let document = match document {
        Some(document) => document.with_change(bytes)?,
        None => Document::from_changes([bytes])?,
    };
    document.snapshot()?;
    let named: Option<DocumentId> = match kind {
        Kind::ENCOUNTER => Some(encounter::read(&document)?.header.encounter_id.into()),
        Kind::PATROL => Some(patrol::read(&document)?.header.patrol_id.into()),
        _ => None,
    };
    match named {
        // Under another's name it would stand in its place in every list.
        Some(named) if named != id => Err(DocumentError::Schema(
            "it names another document than the one it was given as",
        )),
        _ => Ok(document),
    }
}

//! Snapshots: a cache per document. `Document::snapshot` hands out only bytes that it loaded again and compared.

use bitacora_core::document::{Document, Version};
use bitacora_core::id::DocumentId;
use rusqlite::types::Value;
use rusqlite::{Connection, params};

use super::change::{self, Kind};
use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// Replaces the snapshot of a document.
pub(crate) fn put(
    tx: &Tx<'_>,
    id: DocumentId,
    kind: Kind,
    scope: &str,
    document: &Document,
) -> Result<(), StoreError> {
    let bytes = document.snapshot()?;
    tx.write(
        "INSERT INTO snapshot (document, kind, scope, heads, bytes) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (document) DO UPDATE SET scope = excluded.scope, heads = excluded.heads, bytes = excluded.bytes",
        params![id.as_bytes(), kind.0, scope, value::joined(document.version().heads()), bytes],
    )?;
    Ok(())
}

/// Removes the snapshot of a document that needs none, if there is one from when it had more changes.
pub(crate) fn remove(tx: &Tx<'_>, id: DocumentId) -> Result<(), StoreError> {
    tx.write("DELETE FROM snapshot WHERE document = ?1", [id.as_bytes()])?;
    Ok(())
}

/// Loads a document from its snapshot, or from the log if there is none or it is damaged.
pub(crate) fn load(db: &Connection, id: DocumentId) -> Result<Option<Document>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT heads, bytes FROM snapshot WHERE document = ?1")?;
    let stored = value::first(&mut statement, [id.as_bytes()], |row| {
        Ok((
            value::column::<Vec<u8>>(row, "heads")?,
            value::column::<Vec<u8>>(row, "bytes")?,
        ))
    })?;
    if let Some((heads, bytes)) = stored {
        let heads = Version::new(value::split(&heads, "heads")?);
        match Document::load(&bytes) {
            Ok(document) if document.version() == heads => return Ok(Some(document)),
            // The cache is worth nothing against the truth beside it.
            _ => {
                tracing::warn!(document.id = %id, "a snapshot was damaged and is read from the change log instead")
            }
        }
    }
    match from_log(db, id)? {
        Some(document) => Ok(Some(document)),
        None => refused_alone(db, id),
    }
}

/// Loads what stands of a document; `None` if there is nothing but what the server did not take: another device may
/// have begun the same record, and what the post has of it is then the record.
pub(crate) fn standing(db: &Connection, id: DocumentId) -> Result<Option<Document>, StoreError> {
    match change::stands(db, id)? {
        true => load(db, id),
        false => Ok(None),
    }
}

/// Builds a record of this device that was refused as a whole: its author still sees what it said.
pub(crate) fn refused_alone(
    db: &Connection,
    id: DocumentId,
) -> Result<Option<Document>, StoreError> {
    let mut held = change::all_of(db, id)?;
    held.retain(|held| held.own);
    if held.is_empty() {
        return Ok(None);
    }
    let chunks = held.iter().map(|held| held.bytes.as_slice());
    Ok(Some(Document::from_changes(chunks)?))
}

/// Builds a document from the change log alone.
pub(crate) fn from_log(db: &Connection, id: DocumentId) -> Result<Option<Document>, StoreError> {
    let chunks = change::bytes_of(db, id)?;
    if chunks.is_empty() {
        return Ok(None);
    }
    Ok(Some(Document::from_changes(
        chunks.iter().map(Vec::as_slice),
    )?))
}

/// Returns the heads that a snapshot says it has.
pub(crate) fn heads(db: &Connection, id: DocumentId) -> Result<Option<Version>, StoreError> {
    let mut statement = db.prepare_cached("SELECT heads FROM snapshot WHERE document = ?1")?;
    value::first(&mut statement, [id.as_bytes()], |row| {
        Ok(Version::new(value::split(
            &value::column::<Vec<u8>>(row, "heads")?,
            "heads",
        )?))
    })
}

/// Returns what a snapshot stands for, to compare before and after a rebuild: its stored values, and for
/// its bytes whether they open to the heads beside them.
///
/// Two devices that received the same changes in another order save the same document as other bytes;
/// the heads are hashes over all of its changes, so they tell whether it is the same.
pub(crate) fn meaning(
    db: &Connection,
    document: DocumentId,
) -> Result<Vec<Vec<Value>>, StoreError> {
    let mut rows = value::raw(
        db,
        "SELECT kind, scope, heads, bytes FROM snapshot WHERE document = ?1",
        document,
    )?;
    for row in &mut rows {
        let opens = match (row.pop(), row.last()) {
            (Some(Value::Blob(bytes)), Some(Value::Blob(heads))) => {
                let heads = Version::new(value::split(heads, "heads")?);
                Document::load(&bytes).is_ok_and(|document| document.version() == heads)
            }
            _ => false,
        };
        row.push(Value::from(opens));
    }
    Ok(rows)
}

/// Deletes rows whose document is not in the change log.
pub(crate) fn delete_orphans(tx: &Tx<'_>) -> Result<usize, StoreError> {
    tx.write(
        "DELETE FROM snapshot WHERE document NOT IN (SELECT document FROM change)",
        [],
    )
}

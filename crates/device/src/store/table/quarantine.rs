//! Bytes that were not taken, kept aside with the reason.

use bitacora_core::id::{ChangeHash, DocumentId};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use crate::store::error::StoreError;
use crate::store::table::change::Kind;
use crate::store::tx::Tx;
use crate::store::value;

/// Puts bytes aside; the newest reason stays.
pub(crate) fn put(
    tx: &Tx<'_>,
    document: DocumentId,
    hash: ChangeHash,
    bytes: &[u8],
    reason: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    tx.write(
        "INSERT INTO quarantine (hash, document, bytes, reason, noticed_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (document, hash) DO UPDATE SET reason = excluded.reason",
        params![hash.as_bytes(), document.as_bytes(), bytes, reason, at.timestamp_millis()],
    )?;
    Ok(())
}

/// Puts all aside that others wrote of a document under kinds that this build does not read.
pub(crate) fn put_unread(
    tx: &Tx<'_>,
    document: DocumentId,
    reason: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let read = [Kind::ENCOUNTER.0, Kind::PATROL.0];
    tx.write(
        "INSERT INTO quarantine (hash, document, bytes, reason, noticed_at)
         SELECT hash, document, bytes, ?4, ?5 FROM change
            WHERE document = ?1 AND kind NOT IN (?2, ?3) AND save IS NULL
         ON CONFLICT (document, hash) DO UPDATE SET reason = excluded.reason",
        params![
            document.as_bytes(),
            read[0],
            read[1],
            reason,
            at.timestamp_millis()
        ],
    )?;
    tx.write(
        "DELETE FROM change WHERE document = ?1 AND kind NOT IN (?2, ?3) AND save IS NULL",
        params![document.as_bytes(), read[0], read[1]],
    )?;
    Ok(())
}

/// Forgets bytes that were taken after all.
pub(crate) fn remove(
    tx: &Tx<'_>,
    document: DocumentId,
    hash: ChangeHash,
) -> Result<(), StoreError> {
    tx.write(
        "DELETE FROM quarantine WHERE document = ?1 AND hash = ?2",
        params![document.as_bytes(), hash.as_bytes()],
    )?;
    Ok(())
}

/// Returns how many items are kept aside.
pub(crate) fn count(db: &Connection) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached("SELECT count(*) AS total FROM quarantine")?;
    Ok(value::first(&mut statement, [], |row| value::count(row, "total"))?.unwrap_or(0))
}

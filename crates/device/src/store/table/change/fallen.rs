//! Changes that are no part of their document: refused, and what builds on them.

use bitacora_core::document::Document;
use bitacora_core::id::{ChangeHash, DeviceId, DocumentId};
use rusqlite::{Connection, params};

use crate::store::error::StoreError;
use crate::store::table::way::verdict::BLOCKED;
use crate::store::tx::Tx;
use crate::store::value;

/// Why the server did not accept something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAccepted {
    /// A word for programs: a verdict's code, or `blocked` for what builds on a change that was not accepted.
    pub code: String,
    /// A sentence in English, with the code.
    pub text: String,
}

/// Returns why an own change of a document was refused: the newest reason, a refused ancestor's first.
pub(crate) fn refusal(
    db: &Connection,
    document: DocumentId,
) -> Result<Option<NotAccepted>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT reason, coalesce(reason_code, state) AS code FROM change
         WHERE document = ?1 AND state IN ('refused', 'blocked') AND reason IS NOT NULL
         ORDER BY state = 'refused' DESC, position DESC LIMIT 1",
    )?;
    value::first(&mut statement, [document.as_bytes()], |row| {
        Ok(NotAccepted {
            code: value::column(row, "code")?,
            text: value::column(row, "reason")?,
        })
    })
}

/// A change of a document with what decides about its recovery.
pub(crate) struct HeldOf {
    pub(crate) hash: ChangeHash,
    pub(crate) bytes: Vec<u8>,
    pub(crate) own: bool,
    /// What it was written on, or whose seal brought it.
    pub(crate) device: DeviceId,
    /// Not part of the document: refused, stated again by another, or blocked by one that was refused.
    pub(crate) has_left: bool,
    /// What it states may be stated again: it was not refused for its content, and nothing else states it.
    pub(crate) is_welcome: bool,
    /// The server has it, as far as it said.
    pub(crate) is_at_post: bool,
}

/// Returns every change of a document, refused and blocked ones included.
pub(crate) fn all_of(db: &Connection, document: DocumentId) -> Result<Vec<HeldOf>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT hash, bytes, device, save, state, number_used, log_seq IS NOT NULL OR stored_seq IS NOT NULL AS is_at_post
         FROM change WHERE document = ?1 ORDER BY position",
    )?;
    value::each(&mut statement, [document.as_bytes()], |row| {
        let state: String = value::column(row, "state")?;
        Ok(HeldOf {
            hash: value::hash(row, "hash")?,
            bytes: value::column(row, "bytes")?,
            own: value::column::<Option<i64>>(row, "save")?.is_some(),
            device: value::device(row, "device")?,
            has_left: state != "kept",
            is_welcome: state == "kept"
                || state == BLOCKED
                || state == "refused" && value::column(row, "number_used")?,
            is_at_post: value::column(row, "is_at_post")?,
        })
    })
}

/// Marks the changes that are not part of the rebuilt document as blocked.
pub(crate) fn settle_fallen(
    tx: &Tx<'_>,
    document: DocumentId,
    rebuilt: &Document,
) -> Result<(), StoreError> {
    let kept: std::collections::BTreeSet<_> = rebuilt
        .changes()
        .into_iter()
        .map(|meta| meta.hash)
        .collect();
    for held in all_of(tx, document)? {
        if !kept.contains(&held.hash) && !held.has_left {
            tx.write(
                "UPDATE change SET state = 'blocked', reason_code = coalesce(reason_code, ?2),
                    reason = coalesce(reason, 'it builds on a change that was not accepted')
                 WHERE document = ?1 AND hash = ?3",
                params![document.as_bytes(), BLOCKED, held.hash.as_bytes()],
            )?;
        }
    }
    Ok(())
}

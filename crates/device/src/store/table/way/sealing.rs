//! From an own change to the envelope that carries it, and out of it again.

use std::collections::BTreeSet;

use bitacora_core::envelope::{DocumentKind, Unsealed};
use bitacora_core::id::{DocumentId, EnvelopeHash};
use rusqlite::{Connection, params};

use crate::store::error::StoreError;
use crate::store::table::change::ChangeKey;
use crate::store::tx::Tx;
use crate::store::value;

/// Returns changes that no envelope holds and no log has, in the order they came here. What is of a post that this
/// device has left waits until it is there again: nobody else is told of it.
pub(crate) fn unsealed(db: &Connection, limit: usize) -> Result<Vec<Unsealed>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT hash, document, kind, scope, person, length(bytes) AS raw_bytes FROM change
         WHERE envelope IS NULL AND log_seq IS NULL AND state = 'kept'
            AND scope IN (SELECT scope FROM subscription) ORDER BY position LIMIT ?1",
    )?;
    value::each(
        &mut statement,
        [i64::try_from(limit).unwrap_or(i64::MAX)],
        |row| {
            Ok(Unsealed {
                change: value::hash(row, "hash")?,
                document: value::document(row, "document")?,
                kind: DocumentKind::new(value::column(row, "kind")?),
                scope: value::column::<String>(row, "scope")?
                    .parse()
                    .map_err(|_| StoreError::Value { what: "scope" })?,
                person: value::person(row, "person")?,
                raw_bytes: usize::try_from(value::count(row, "raw_bytes")?).unwrap_or(usize::MAX),
            })
        },
    )
}

/// Notes that an envelope holds an own change.
pub(crate) fn set_sealed(
    tx: &Tx<'_>,
    key: ChangeKey,
    envelope: EnvelopeHash,
    leaf: u32,
) -> Result<(), StoreError> {
    tx.write(
        "UPDATE change SET envelope = ?3, leaf = ?4 WHERE document = ?1 AND hash = ?2 AND envelope IS NULL",
        params![key.document.as_bytes(), key.change.as_bytes(), envelope.as_bytes(), leaf],
    )?;
    Ok(())
}

/// Takes the changes out of an envelope that the server can never take: it has not received them.
/// Returns the documents that this concerns.
pub(crate) fn displace(
    tx: &Tx<'_>,
    envelope: EnvelopeHash,
) -> Result<BTreeSet<DocumentId>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT DISTINCT document FROM change WHERE envelope = ?1 AND log_seq IS NULL AND state = 'kept'",
    )?;
    let documents = value::each(&mut statement, [envelope.as_bytes()], |row| {
        value::document(row, "document")
    })?;
    tx.write(
        "UPDATE change SET envelope = NULL, leaf = NULL, stored_epoch = NULL, stored_seq = NULL,
            receipt = 'none'
         WHERE envelope = ?1 AND log_seq IS NULL AND state = 'kept' AND unwanted = 0",
        [envelope.as_bytes()],
    )?;
    Ok(documents.into_iter().collect())
}

/// Notes under which seal the server has a change of another device, or an own one that nothing seals here.
pub(crate) fn set_seal(
    tx: &Tx<'_>,
    key: ChangeKey,
    envelope: EnvelopeHash,
    leaf: u32,
) -> Result<(), StoreError> {
    tx.write(
        "UPDATE change SET envelope = ?3, leaf = ?4, unwanted = 0
         WHERE document = ?1 AND hash = ?2 AND (save IS NULL OR envelope IS NULL)",
        params![
            key.document.as_bytes(),
            key.change.as_bytes(),
            envelope.as_bytes(),
            leaf
        ],
    )?;
    Ok(())
}

/// Takes own changes out of their envelopes; with `received` also those that the former server had received.
/// Returns the documents that this concerns.
pub(crate) fn unseal_own(tx: &Tx<'_>, received: bool) -> Result<BTreeSet<DocumentId>, StoreError> {
    let mut statement =
        tx.prepare_cached("SELECT DISTINCT document FROM change WHERE save IS NOT NULL")?;
    let documents = value::each(&mut statement, [], |row| value::document(row, "document"))?;
    // What stays received keeps a position, so that nothing seals it again.
    tx.write(
        "UPDATE change SET log_seq = CASE WHEN ?1 OR receipt IN ('none', 'waiting') THEN NULL
                ELSE coalesce(log_seq, stored_seq, 0) END,
            received_at = CASE WHEN ?1 OR receipt IN ('none', 'waiting') THEN NULL ELSE received_at END,
            receipt = CASE WHEN ?1 OR receipt IN ('none', 'waiting') THEN 'none' ELSE receipt END,
            stored_epoch = NULL, stored_seq = NULL
         WHERE save IS NOT NULL AND state = 'kept'",
        [received],
    )?;
    tx.write(
        "UPDATE change SET envelope = NULL, leaf = NULL WHERE save IS NOT NULL",
        [],
    )?;
    Ok(documents.into_iter().collect())
}

/// Moves documents of which nobody but this device has anything from one scope to another, at enrolment. What others
/// have a part of stays theirs.
pub(crate) fn move_unsealed(tx: &Tx<'_>, from: &str, to: &str) -> Result<(), StoreError> {
    tx.write(
        "UPDATE change SET scope = ?2 WHERE scope = ?1 AND envelope IS NULL AND log_seq IS NULL AND save IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM change had WHERE had.document = change.document
                AND (had.save IS NULL OR had.receipt IN ('post', 'safe')))",
        params![from, to],
    )?;
    tx.write(
        "UPDATE snapshot SET scope = ?2 WHERE scope = ?1
            AND NOT EXISTS (SELECT 1 FROM change kept WHERE kept.document = snapshot.document AND kept.scope = ?1)",
        params![from, to],
    )?;
    Ok(())
}

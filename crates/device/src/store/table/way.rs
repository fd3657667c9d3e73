//! A change's way to the server and through its log: the columns of `change` that advance.

pub(crate) mod absent;
pub(crate) mod sealing;
pub(crate) mod verdict;

use std::collections::BTreeSet;

use bitacora_core::envelope::DocumentKind;
use bitacora_core::id::{DeviceId, DocumentId, EnvelopeHash, PersonId, ScopeId};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use super::change::ChangeKey;
use super::meta;
use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// A change of another device, about to be taken.
pub(crate) struct NewPulled<'a> {
    pub(crate) meta: &'a bitacora_core::authoring::ChangeMeta,
    pub(crate) document: DocumentId,
    pub(crate) kind: DocumentKind,
    pub(crate) scope: &'a ScopeId,
    pub(crate) bytes: &'a [u8],
    pub(crate) person: PersonId,
    pub(crate) device: DeviceId,
    pub(crate) envelope: EnvelopeHash,
    pub(crate) leaf: u32,
    pub(crate) seq: Option<u64>,
    pub(crate) at: DateTime<Utc>,
    pub(crate) level: Level,
}

/// Where what a server has received is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// Durable at a post.
    Post,
    /// Safe at headquarters.
    Safe,
}

impl Level {
    /// Returns where what this device's server has received is.
    pub(crate) fn of_server(db: &Connection) -> Result<Self, StoreError> {
        Ok(Self::of(meta::get(db, meta::HEADQUARTERS)?.is_some()))
    }

    pub(crate) const fn of(is_headquarters: bool) -> Self {
        match is_headquarters {
            true => Self::Safe,
            false => Self::Post,
        }
    }

    /// Returns the word in the column `receipt`.
    const fn word(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Safe => "safe",
        }
    }
}

/// Notes where all that the server proved to have in a generation of its logs is. Returns the documents that this
/// concerns. What another server said stays.
pub(crate) fn set_level(
    tx: &Tx<'_>,
    level: Level,
    epoch: u64,
) -> Result<BTreeSet<DocumentId>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT DISTINCT document FROM change WHERE receipt IN ('post', 'safe') AND receipt <> ?1
            AND (stored_epoch = ?2 OR log_seq IS NOT NULL
                AND scope IN (SELECT scope FROM subscription WHERE epoch = ?2))",
    )?;
    let evidence = params![level.word(), epoch.cast_signed()];
    let documents = value::each(&mut statement, evidence, |row| {
        value::document(row, "document")
    })?;
    tx.write(
        "UPDATE change SET receipt = ?1 WHERE receipt IN ('post', 'safe') AND receipt <> ?1
            AND (stored_epoch = ?2 OR log_seq IS NOT NULL
                AND scope IN (SELECT scope FROM subscription WHERE epoch = ?2))",
        evidence,
    )?;
    Ok(documents.into_iter().collect())
}

/// Returns whether a change is in this log.
pub(crate) fn is_held(db: &Connection, key: ChangeKey) -> Result<bool, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT 1 FROM change WHERE document = ?1 AND hash = ?2")?;
    Ok(statement.exists(params![key.document.as_bytes(), key.change.as_bytes()])?)
}

/// Adds a change of another device.
pub(crate) fn insert_pulled(tx: &Tx<'_>, new: &NewPulled<'_>) -> Result<(), StoreError> {
    tx.write(
        "INSERT INTO change (hash, document, kind, scope, actor, seq, deps, bytes, person, device, claimed_at, saved_at,
            envelope, leaf, receipt, received_at, log_seq)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?16, ?12, ?15)",
        params![
            new.meta.hash.as_bytes(),
            new.document.as_bytes(),
            new.kind.number(),
            new.scope.to_string(),
            new.meta.actor.as_bytes(),
            value::integer(new.meta.seq),
            value::joined(&new.meta.deps),
            new.bytes,
            new.person.as_bytes(),
            new.device.as_bytes(),
            new.meta.at.timestamp_millis(),
            new.at.timestamp_millis(),
            new.envelope.as_bytes(),
            new.leaf,
            value::integer(new.seq.unwrap_or(0)),
            new.level.word(),
        ],
    )?;
    Ok(())
}

/// Notes that a held change is in the server's log, which proves that the server has it.
pub(crate) fn set_in_log(
    tx: &Tx<'_>,
    key: ChangeKey,
    seq: u64,
    level: Level,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    tx.write(
        "UPDATE change SET log_seq = ?3, received_at = coalesce(received_at, ?4),
            receipt = CASE receipt WHEN 'safe' THEN 'safe' ELSE ?5 END
         WHERE document = ?1 AND hash = ?2",
        params![
            key.document.as_bytes(),
            key.change.as_bytes(),
            value::integer(seq),
            at.timestamp_millis(),
            level.word()
        ],
    )?;
    Ok(())
}

/// Takes changes of a scope out of the log above a position, or all of them, also those from before the mark, whether a
/// row or a receipt said that they were there; they are not received any more, whoever wrote them. Returns the documents that this concerns.
pub(crate) fn lose_positions(
    tx: &Tx<'_>,
    scope: &ScopeId,
    above: Option<u64>,
) -> Result<BTreeSet<DocumentId>, StoreError> {
    let scope = scope.to_string();
    let above = above.map_or(-1, value::integer);
    // Headquarters that lost it was the place where it was safe; what another server has stays.
    let lost = Level::of_server(tx)?.word();
    let mut statement = tx.prepare_cached(
        "SELECT DISTINCT document FROM change
         WHERE scope = ?1 AND (log_seq > ?2 OR log_seq IS NULL AND stored_seq > ?2) AND receipt IN ('post', ?3)",
    )?;
    let documents = value::each(&mut statement, params![scope, above, lost], |row| {
        value::document(row, "document")
    })?;
    tx.write(
        "UPDATE change SET receipt = CASE WHEN receipt IN ('post', ?3) THEN 'none' ELSE receipt END,
            log_seq = NULL, stored_epoch = NULL, stored_seq = NULL
         WHERE scope = ?1 AND (log_seq > ?2 OR log_seq IS NULL AND stored_seq > ?2)",
        params![scope, above, lost],
    )?;
    Ok(documents.into_iter().collect())
}

//! A change's way to the server and through its log: the columns of `change` that advance.

use std::collections::BTreeSet;

use bitacora_core::envelope::{DocumentKind, Unsealed};
use bitacora_core::id::{ChangeHash, DeviceId, DocumentId, EnvelopeHash, PersonId, ScopeId};
use bitacora_core::receipt::{RefusalCode, Verdict};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use super::change::ChangeKey;
use super::meta;
use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// The word for a change that builds on one that was not accepted.
pub(crate) const BLOCKED: &str = "blocked";

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

/// Returns changes that no envelope holds and no log has, in the order they came here.
pub(crate) fn unsealed(db: &Connection, limit: usize) -> Result<Vec<Unsealed>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT hash, document, kind, scope, person, length(bytes) AS raw_bytes FROM change
         WHERE envelope IS NULL AND log_seq IS NULL AND state = 'kept' ORDER BY position LIMIT ?1",
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

/// Takes the changes out of an envelope that the server can never take; own ones are received no longer.
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
            receipt = CASE WHEN save IS NULL THEN receipt ELSE 'none' END
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

/// Takes back that a change had left its document: it was refused once, and is in the server's log now, under
/// another seal. True if it had.
pub(crate) fn come_back(tx: &Tx<'_>, key: ChangeKey) -> Result<bool, StoreError> {
    let back = tx.write(
        "UPDATE change SET state = 'kept', reason = NULL
         WHERE document = ?1 AND hash = ?2 AND state IN ('refused', 'blocked')",
        params![key.document.as_bytes(), key.change.as_bytes()],
    )?;
    Ok(back > 0)
}

/// Notes what a receipt of a generation of the server's logs says about a change. Only *stored* and *known*
/// mean received.
pub(crate) fn set_verdict(
    tx: &Tx<'_>,
    key: ChangeKey,
    verdict: &Verdict,
    (epoch, level): (u64, Level),
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    match verdict {
        Verdict::Stored { seq } | Verdict::Known { seq } => tx.write(
            "UPDATE change SET receipt = CASE receipt WHEN 'safe' THEN 'safe' ELSE ?6 END, received_at = ?3,
                stored_epoch = ?4, stored_seq = ?5, state = 'kept', reason = NULL,
                reason_code = NULL
             WHERE document = ?1 AND hash = ?2",
            params![
                key.document.as_bytes(),
                key.change.as_bytes(),
                at.timestamp_millis(),
                epoch.cast_signed(),
                value::integer(*seq),
                level.word()
            ],
        )?,
        Verdict::Waiting { .. } => tx.write(
            "UPDATE change SET receipt = 'waiting' WHERE document = ?1 AND hash = ?2 AND receipt = 'none'",
            params![key.document.as_bytes(), key.change.as_bytes()],
        )?,
        Verdict::BlockedBy { .. } => refuse(
            tx,
            key,
            "blocked",
            (BLOCKED, "a change that this one builds on was not accepted"),
        )?,
        Verdict::Refused {
            code: RefusalCode::DuplicateSeq,
            text,
        } => refuse_number(tx, key, text)?,
        Verdict::Refused { code, text } => {
            let reason = format!("{text} ({code})");
            refuse(tx, key, "refused", (code.as_str(), &reason))?
        }
        Verdict::Withheld => 0,
    };
    Ok(())
}

/// An own change leaves its document; another's stays and is not offered again.
fn refuse(
    tx: &Tx<'_>,
    key: ChangeKey,
    state: &str,
    (code, reason): (&str, &str),
) -> Result<usize, StoreError> {
    tx.write(
        "UPDATE change SET state = CASE WHEN save IS NULL OR state = 'replaced' THEN state ELSE ?3 END,
            unwanted = save IS NULL, reason = ?4, reason_code = ?5
         WHERE document = ?1 AND hash = ?2",
        params![key.document.as_bytes(), key.change.as_bytes(), state, reason, code],
    )
}

/// An own change leaves its document because its actor's number is used for another: a copy of this phone that
/// was unlocked when it was made wrote on. What it states is authored again.
pub(crate) fn refuse_number(
    tx: &Tx<'_>,
    key: ChangeKey,
    reason: &str,
) -> Result<usize, StoreError> {
    tx.write(
        "UPDATE change SET number_used = 1 WHERE document = ?1 AND hash = ?2 AND save IS NOT NULL",
        params![key.document.as_bytes(), key.change.as_bytes()],
    )?;
    let code = RefusalCode::DuplicateSeq;
    refuse(tx, key, "refused", (code.as_str(), reason))
}

/// Notes that another change states what this one did; nothing of it is missing.
pub(crate) fn set_replaced(tx: &Tx<'_>, key: ChangeKey) -> Result<(), StoreError> {
    tx.write(
        "UPDATE change SET state = 'replaced'
         WHERE document = ?1 AND hash = ?2 AND (state = 'blocked' OR number_used = 1)",
        params![key.document.as_bytes(), key.change.as_bytes()],
    )?;
    Ok(())
}

/// Returns the own change, in no log, that has the number of one from the log.
pub(crate) fn own_with_number_of(
    db: &Connection,
    document: DocumentId,
    other: &bitacora_core::authoring::ChangeMeta,
) -> Result<Option<ChangeHash>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT hash FROM change WHERE document = ?1 AND actor = ?2 AND seq = ?3 AND hash <> ?4
            AND save IS NOT NULL AND state = 'kept' AND log_seq IS NULL",
    )?;
    let number = params![
        document.as_bytes(),
        other.actor.as_bytes(),
        value::integer(other.seq),
        other.hash.as_bytes()
    ];
    value::first(&mut statement, number, |row| value::hash(row, "hash"))
}

/// Takes changes of a scope out of the log above a position, whether a row or a receipt said that they were
/// there; own ones are not received any more. Returns the documents that this concerns.
pub(crate) fn lose_positions(
    tx: &Tx<'_>,
    scope: &ScopeId,
    above: u64,
) -> Result<BTreeSet<DocumentId>, StoreError> {
    let scope = scope.to_string();
    let above = value::integer(above);
    // Headquarters that lost it was the place where it was safe; what another server has stays.
    let lost = Level::of_server(tx)?.word();
    let mut statement = tx.prepare_cached(
        "SELECT DISTINCT document FROM change WHERE scope = ?1 AND (log_seq > ?2 OR log_seq IS NULL AND stored_seq > ?2)
            AND receipt IN ('post', ?3) AND save IS NOT NULL",
    )?;
    let documents = value::each(&mut statement, params![scope, above, lost], |row| {
        value::document(row, "document")
    })?;
    tx.write(
        "UPDATE change SET receipt = CASE WHEN receipt IN ('post', ?3) AND save IS NOT NULL THEN 'none' ELSE receipt END,
            log_seq = NULL, stored_epoch = NULL, stored_seq = NULL
         WHERE scope = ?1 AND (log_seq > ?2 OR log_seq IS NULL AND stored_seq > ?2)",
        params![scope, above, lost],
    )?;
    Ok(documents.into_iter().collect())
}

/// Takes every change of a scope out of the log; that own ones were received stays.
pub(crate) fn lose_all_positions(tx: &Tx<'_>, scope: &ScopeId) -> Result<(), StoreError> {
    tx.write(
        "UPDATE change SET log_seq = NULL, stored_epoch = NULL, stored_seq = NULL
         WHERE scope = ?1 AND (log_seq IS NOT NULL OR stored_seq IS NOT NULL)",
        [scope.to_string()],
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

/// Moves own changes that were never sent from one scope to another, at enrolment.
pub(crate) fn move_unsealed(tx: &Tx<'_>, from: &str, to: &str) -> Result<(), StoreError> {
    tx.write(
        "UPDATE change SET scope = ?2 WHERE scope = ?1 AND envelope IS NULL AND log_seq IS NULL AND save IS NOT NULL",
        params![from, to],
    )?;
    tx.write(
        "UPDATE snapshot SET scope = ?2 WHERE scope = ?1",
        params![from, to],
    )?;
    Ok(())
}

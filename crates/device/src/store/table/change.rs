//! The change log: the truth. Rows are added, their receipt advances, nothing is deleted.

use bitacora_core::authoring::{ChangeMeta, Written};
use bitacora_core::document::Document;
use bitacora_core::id::{ChangeHash, DeviceId, DocumentId, PersonId};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};

use super::way::verdict::BLOCKED;
use crate::record::row::Place;
use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// What a document is, as the log knows it. Kinds of newer builds keep their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind(pub u8);

impl Kind {
    /// An encounter.
    pub const ENCOUNTER: Self = Self(1);
    /// A patrol.
    pub const PATROL: Self = Self(2);
}

/// What finds a change in this log: it is looked for within its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChangeKey {
    /// The document that it is of.
    pub(crate) document: DocumentId,
    /// The change.
    pub(crate) change: ChangeHash,
}

/// Who wrote a change and when it was put into this log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authorship {
    /// The person, of the save or of the envelope.
    pub person: PersonId,
    /// The device, likewise.
    pub device: DeviceId,
    /// When the author's device says that it was written.
    pub claimed_at: DateTime<Utc>,
    /// When it was put here, by this device's clock.
    pub saved_at: DateTime<Utc>,
    /// Written on this device.
    pub own: bool,
}

/// An own change about to be saved.
pub(crate) struct NewOwn<'a> {
    pub(crate) document: DocumentId,
    pub(crate) kind: Kind,
    pub(crate) scope: &'a str,
    pub(crate) written: &'a Written,
    pub(crate) authorship: Authorship,
    pub(crate) save: u64,
}

/// Adds an own change; returns its position.
pub(crate) fn insert_own(tx: &Tx<'_>, new: &NewOwn<'_>) -> Result<i64, StoreError> {
    let meta: &ChangeMeta = &new.written.meta;
    tx.write(
        "INSERT INTO change (hash, document, kind, scope, actor, seq, deps, bytes, person, device, claimed_at, saved_at, save)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            meta.hash.as_bytes(),
            new.document.as_bytes(),
            new.kind.0,
            new.scope,
            meta.actor.as_bytes(),
            value::integer(meta.seq),
            value::joined(&meta.deps),
            new.written.bytes,
            new.authorship.person.as_bytes(),
            new.authorship.device.as_bytes(),
            new.authorship.claimed_at.timestamp_millis(),
            new.authorship.saved_at.timestamp_millis(),
            value::integer(new.save),
        ],
    )?;
    Ok(tx.last_insert_rowid())
}

/// Returns the raw chunks of a document that are part of it, in order of arrival.
pub(crate) fn bytes_of(db: &Connection, document: DocumentId) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT bytes FROM change WHERE document = ?1 AND state = 'kept' ORDER BY position",
    )?;
    value::each(&mut statement, [document.as_bytes()], |row| {
        value::column(row, "bytes")
    })
}

/// Returns whether any change of a document is part of it.
pub(crate) fn stands(db: &Connection, document: DocumentId) -> Result<bool, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT 1 FROM change WHERE document = ?1 AND state = 'kept' LIMIT 1")?;
    Ok(statement.exists([document.as_bytes()])?)
}

/// Returns who wrote a change.
pub(crate) fn authorship(
    db: &Connection,
    key: ChangeKey,
) -> Result<Option<Authorship>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT person, device, claimed_at, saved_at, save FROM change WHERE document = ?1 AND hash = ?2",
    )?;
    let key = params![key.document.as_bytes(), key.change.as_bytes()];
    value::first(&mut statement, key, read_authorship)
}

/// Returns who wrote each change of a document, in order of arrival.
pub(crate) fn authorships(
    db: &Connection,
    document: DocumentId,
) -> Result<Vec<(ChangeHash, Authorship)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT hash, person, device, claimed_at, saved_at, save FROM change WHERE document = ?1 AND state = 'kept' ORDER BY position",
    )?;
    value::each(&mut statement, [document.as_bytes()], |row| {
        Ok((value::hash(row, "hash")?, read_authorship(row)?))
    })
}

/// What is known about one document's way to the server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Whereabouts {
    /// Position of the creating change.
    pub(crate) saved_order: i64,
    /// When the creating change was put here.
    pub(crate) first_saved_at: i64,
    /// Changes that are part of the record: neither refused nor blocked.
    pub(crate) standing: i64,
    /// Own changes without a receipt.
    pub(crate) unreceived: i64,
    /// Own changes that were refused.
    pub(crate) refused: i64,
    /// Changes that are not safe at headquarters yet.
    pub(crate) not_safe: i64,
    /// When the last of them was received, if any was.
    pub(crate) received_at: Option<i64>,
}

impl Whereabouts {
    /// Returns where a document is that an own save has just made.
    pub(crate) fn new_own(position: i64, saved_at: DateTime<Utc>) -> Self {
        Self {
            saved_order: position,
            first_saved_at: saved_at.timestamp_millis(),
            standing: 1,
            unreceived: 1,
            refused: 0,
            not_safe: 1,
            received_at: None,
        }
    }

    /// Returns the place that people are told.
    pub(crate) fn place(&self) -> Place {
        Place::of(self.standing, self.unreceived, self.not_safe)
    }
}

/// Sums up where a document's changes are.
pub(crate) fn whereabouts(
    db: &Connection,
    document: DocumentId,
) -> Result<Whereabouts, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT min(position) AS first, min(saved_at) AS first_saved_at,
                sum(state = 'kept') AS standing,
                sum(state = 'kept' AND save IS NOT NULL AND receipt IN ('none', 'waiting')) AS unreceived,
                sum(state IN ('refused', 'blocked') AND save IS NOT NULL) AS refused,
                sum(state = 'kept' AND receipt <> 'safe') AS not_safe,
                max(received_at) AS received_at
         FROM change WHERE document = ?1",
    )?;
    let found = value::first(&mut statement, [document.as_bytes()], |row| {
        Ok(Whereabouts {
            saved_order: value::column::<Option<i64>>(row, "first")?.unwrap_or(0),
            first_saved_at: value::column::<Option<i64>>(row, "first_saved_at")?.unwrap_or(0),
            standing: value::column::<Option<i64>>(row, "standing")?.unwrap_or(0),
            unreceived: value::column::<Option<i64>>(row, "unreceived")?.unwrap_or(0),
            refused: value::column::<Option<i64>>(row, "refused")?.unwrap_or(0),
            not_safe: value::column::<Option<i64>>(row, "not_safe")?.unwrap_or(0),
            received_at: value::column(row, "received_at")?,
        })
    })?;
    Ok(found.unwrap_or_default())
}

/// Returns the number of the last own save, 0 if there is none. It reads back to it through what others wrote
/// since: for when the vault is opened.
pub(crate) fn last_save(db: &Connection) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT save FROM change WHERE save IS NOT NULL ORDER BY position DESC LIMIT 1",
    )?;
    Ok(value::first(&mut statement, [], |row| value::count(row, "save"))?.unwrap_or(0))
}

/// Returns the change that an own save wrote, read back to like the last one.
pub(crate) fn hash_of_save(db: &Connection, save: u64) -> Result<Option<ChangeHash>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT save, hash FROM change WHERE save <= ?1 ORDER BY position DESC LIMIT 1",
    )?;
    let found = value::first(&mut statement, [value::integer(save)], |row| {
        Ok((value::count(row, "save")?, value::hash(row, "hash")?))
    })?;
    Ok(found.and_then(|(number, hash)| (number == save).then_some(hash)))
}

/// Returns whether the numbers of own saves rise with their positions, each given once.
pub(crate) fn saves_rise(db: &Connection) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT 1 FROM (SELECT save, lag(save) OVER (ORDER BY position) AS before FROM change WHERE save IS NOT NULL)
         WHERE save <= before LIMIT 1",
    )?;
    Ok(!statement.exists([])?)
}

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

/// Returns every document with its kind and scope, in the order of their creation here.
pub(crate) fn documents(db: &Connection) -> Result<Vec<(DocumentId, Kind, String)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT document, kind, scope, min(position) AS first FROM change GROUP BY document ORDER BY first",
    )?;
    value::each(&mut statement, [], |row| {
        Ok((
            value::document(row, "document")?,
            Kind(value::column(row, "kind")?),
            value::column(row, "scope")?,
        ))
    })
}

/// Returns a document's kind and scope; `None` if nothing of it is here.
pub(crate) fn kind_and_scope(
    db: &Connection,
    document: DocumentId,
) -> Result<Option<(Kind, String)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT kind, scope FROM change WHERE document = ?1 ORDER BY position LIMIT 1",
    )?;
    value::first(&mut statement, [document.as_bytes()], |row| {
        Ok((
            Kind(value::column(row, "kind")?),
            value::column(row, "scope")?,
        ))
    })
}

fn read_authorship(row: &Row<'_>) -> Result<Authorship, StoreError> {
    Ok(Authorship {
        person: value::person(row, "person")?,
        device: value::device(row, "device")?,
        claimed_at: value::time(row, "claimed_at")?,
        saved_at: value::time(row, "saved_at")?,
        own: value::column::<Option<i64>>(row, "save")?.is_some(),
    })
}

/// A change of a document with what decides about its recovery.
pub(crate) struct HeldOf {
    pub(crate) hash: ChangeHash,
    pub(crate) bytes: Vec<u8>,
    pub(crate) own: bool,
    /// Not part of the document for its own sake, not for an ancestor's.
    pub(crate) has_left: bool,
    /// What it states may be stated again: it was not refused for its content.
    pub(crate) is_welcome: bool,
}

/// Returns every change of a document, refused and blocked ones included.
pub(crate) fn all_of(db: &Connection, document: DocumentId) -> Result<Vec<HeldOf>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT hash, bytes, save, state, number_used FROM change WHERE document = ?1 ORDER BY position",
    )?;
    value::each(&mut statement, [document.as_bytes()], |row| {
        let state: String = value::column(row, "state")?;
        Ok(HeldOf {
            hash: value::hash(row, "hash")?,
            bytes: value::column(row, "bytes")?,
            own: value::column::<Option<i64>>(row, "save")?.is_some(),
            has_left: state == "refused" || state == "replaced",
            is_welcome: state != "refused" || value::column(row, "number_used")?,
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

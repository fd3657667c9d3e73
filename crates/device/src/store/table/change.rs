//! The change log: the truth. Rows are added, their receipt advances, nothing is deleted.

mod fallen;
mod save;
mod whereabouts;

use bitacora_core::authoring::{ChangeMeta, Written};
use bitacora_core::id::{ChangeHash, DeviceId, DocumentId, PersonId};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};

pub use self::fallen::NotAccepted;
pub(crate) use self::fallen::{HeldOf, all_of, refusal, settle_fallen};
pub(crate) use self::save::{hash_of_save, last_save, saves_rise};
pub(crate) use self::whereabouts::{Whereabouts, refused_in_all, whereabouts};
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

    /// Returns whether this build reads documents of this kind.
    pub(crate) const fn is_read(self) -> bool {
        matches!(self, Self::ENCOUNTER | Self::PATROL)
    }
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

/// When a change was written on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OwnStatement {
    /// Its place in the log.
    pub(crate) position: i64,
    /// When, by this device's clock.
    pub(crate) saved_at: DateTime<Utc>,
}

/// Returns when a change was written on this device; `None` if it was not.
pub(crate) fn own_statement(
    db: &Connection,
    key: ChangeKey,
) -> Result<Option<OwnStatement>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT position, saved_at FROM change WHERE document = ?1 AND hash = ?2 AND save IS NOT NULL",
    )?;
    let key = params![key.document.as_bytes(), key.change.as_bytes()];
    value::first(&mut statement, key, |row| {
        Ok(OwnStatement {
            position: value::column(row, "position")?,
            saved_at: value::time(row, "saved_at")?,
        })
    })
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

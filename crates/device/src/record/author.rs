//! Authoring at the version that a person saw, never on top of what arrived meanwhile.

use bitacora_core::authoring::{Author, Written};
use bitacora_core::document::{Document, DocumentError, Version};
use bitacora_core::encounter::{self, Edit};
use bitacora_core::id::DocumentId;
use rusqlite::Connection;

use crate::device::Unlocked;
use crate::environment::Environment;
use crate::error::DeviceError;
use crate::store::StoreError;
use crate::store::table::change::{self, Kind};
use crate::store::table::snapshot;

/// A change that was authored and applied, not saved yet.
pub(crate) struct Authored {
    pub(crate) id: DocumentId,
    pub(crate) scope: String,
    pub(crate) author: Author,
    pub(crate) written: Written,
    /// The document with the change.
    pub(crate) document: Document,
}

/// A change that was authored, without its document: an act on thousands of records must not hold them all.
pub(crate) struct Prepared {
    id: DocumentId,
    scope: String,
    author: Author,
    written: Written,
}

impl Authored {
    /// Lets the document go; it is made again when the change is saved.
    pub(crate) fn without_document(self) -> Prepared {
        let Self {
            id,
            scope,
            author,
            written,
            ..
        } = self;
        Prepared {
            id,
            scope,
            author,
            written,
        }
    }
}

impl Prepared {
    /// Makes the document with the change again.
    pub(crate) fn with_document(&self, db: &Connection) -> Result<Authored, DeviceError> {
        let document = snapshot::load(db, self.id)?.ok_or(DeviceError::NotFound {
            what: "this record",
        })?;
        Ok(Authored {
            id: self.id,
            scope: self.scope.clone(),
            author: self.author,
            written: self.written.clone(),
            document: document
                .with_change(&self.written.bytes)
                .map_err(StoreError::from)?,
        })
    }
}

/// Loads a document of a kind with its scope.
pub(crate) fn load(
    unlocked: &Unlocked,
    id: DocumentId,
    kind: Kind,
) -> Result<(Document, String), DeviceError> {
    let absent = || DeviceError::NotFound {
        what: "this record",
    };
    let db = unlocked.store.read();
    let (_, scope) = change::kind_and_scope(db, id)?
        .filter(|(found, _)| *found == kind)
        .ok_or_else(absent)?;
    let document = snapshot::load(db, id)?.ok_or_else(absent)?;
    Ok((document, scope))
}

/// Authors an edit at the version seen; `None` if it changes nothing there.
///
/// If this unlock's actor has already written beyond that version, a fresh actor writes: one actor's
/// changes must follow each other.
pub(crate) fn author_edit(
    unlocked: &Unlocked,
    id: DocumentId,
    edit: &Edit,
    seen: &Version,
    environment: &Environment,
) -> Result<Option<Authored>, DeviceError> {
    let (document, scope) = load(unlocked, id, Kind::ENCOUNTER)?;
    let mut author = unlocked.timed_author(environment)?;
    let written = if document.version() == *seen {
        encounter::edit(&document, edit, &author)?
    } else {
        let at_seen = document.at(seen).map_err(stale)?;
        if !document.may_author(author.actor, seen) {
            author.actor = environment.actor()?;
        }
        encounter::edit(&at_seen, edit, &author)?
    };
    let Some(written) = written else {
        return Ok(None);
    };
    let document = document
        .with_change(&written.bytes)
        .map_err(StoreError::from)?;
    Ok(Some(Authored {
        id,
        scope,
        author,
        written,
        document,
    }))
}

fn stale(error: DocumentError) -> DeviceError {
    match error {
        DocumentError::UnknownVersion => DeviceError::StaleVersion,
        other => StoreError::from(other).into(),
    }
}

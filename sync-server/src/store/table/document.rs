//! Documents as they are now: verified snapshots and the flat rows of encounters. Both are caches.

use bitacora_core::envelope::DocumentKind;
use bitacora_core::id::{DocumentId, ScopeId};
use bitacora_core::summary::Summary;
use rusqlite::{Connection, params};

use crate::store::{StoreError, value};

/// A document's present state, and what it is.
#[derive(Debug)]
pub(crate) struct Present {
    pub(crate) kind: DocumentKind,
    pub(crate) scope: ScopeId,
    pub(crate) snapshot: Vec<u8>,
}

/// Reads a document's present state.
pub(crate) fn present(
    connection: &Connection,
    document: DocumentId,
) -> Result<Option<Present>, StoreError> {
    let mut find = connection
        .prepare_cached("SELECT kind, scope, snapshot FROM document WHERE document = ?")?;
    let mut rows = find.query([document.as_bytes()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some(Present {
        kind: DocumentKind::new(row.get(0)?),
        scope: value::word(&row.get::<_, String>(1)?, "scope")?,
        snapshot: row.get(2)?,
    }))
}

/// Puts a document's present state in place of the former one.
pub(crate) fn save(
    connection: &Connection,
    document: DocumentId,
    kind: DocumentKind,
    scope: &ScopeId,
    snapshot: &[u8],
    summary: Option<&Summary>,
) -> Result<(), StoreError> {
    let summary = summary
        .map(serde_json::to_string)
        .transpose()
        .map_err(|_| StoreError::Unreadable("summary"))?;
    let mut upsert = connection.prepare_cached(
        "INSERT INTO document (document, kind, scope, snapshot, summary) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (document) DO UPDATE SET snapshot = ?4, summary = ?5",
    )?;
    upsert.execute(params![
        document.as_bytes(),
        kind.number(),
        scope.to_string(),
        snapshot,
        summary
    ])?;
    Ok(())
}

/// One document as `verify` walks over it.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) document: DocumentId,
    pub(crate) kind: DocumentKind,
    pub(crate) scope: ScopeId,
    pub(crate) snapshot: Vec<u8>,
    pub(crate) summary: Option<String>,
}

/// Calls `each` for every document.
pub(crate) fn walk(
    connection: &Connection,
    mut each: impl FnMut(Stored) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut find = connection.prepare(
        "SELECT document, kind, scope, snapshot, summary FROM document ORDER BY document",
    )?;
    let mut rows = find.query([])?;
    while let Some(row) = rows.next()? {
        each(Stored {
            document: value::id(row.get(0)?, "document", DocumentId::from_bytes)?,
            kind: DocumentKind::new(row.get(1)?),
            scope: value::word(&row.get::<_, String>(2)?, "scope")?,
            snapshot: row.get(3)?,
            summary: row.get(4)?,
        })?;
    }
    Ok(())
}

/// Calls `each` for the snapshot of every patrol of a scope.
pub(crate) fn patrols(
    connection: &Connection,
    scope: &ScopeId,
    mut each: impl FnMut(&[u8]),
) -> Result<(), StoreError> {
    let mut find =
        connection.prepare("SELECT snapshot FROM document WHERE scope = ? AND kind = ?")?;
    let mut rows = find.query(params![scope.to_string(), DocumentKind::PATROL.number()])?;
    while let Some(row) = rows.next()? {
        each(&row.get::<_, Vec<u8>>(0)?);
    }
    Ok(())
}

/// Calls `each` for the flat row of every encounter of a scope.
pub(crate) fn summaries(
    connection: &Connection,
    scope: &ScopeId,
    mut each: impl FnMut(Summary),
) -> Result<(), StoreError> {
    let mut find = connection.prepare(
        "SELECT summary FROM document WHERE scope = ? AND kind = ? AND summary IS NOT NULL",
    )?;
    let mut rows = find.query(params![scope.to_string(), DocumentKind::ENCOUNTER.number()])?;
    while let Some(row) = rows.next()? {
        let summary: String = row.get(0)?;
        each(serde_json::from_str(&summary).map_err(|_| StoreError::Unreadable("summary"))?);
    }
    Ok(())
}

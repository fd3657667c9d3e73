//! Documents as they are now: verified snapshots and the flat rows of encounters. Both are caches.

pub(crate) mod row;

use bitacora_core::envelope::DocumentKind;
use bitacora_core::id::{DocumentId, ScopeId};
use bitacora_core::summary::Summary;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::store::{StoreError, value};

/// What a document is, by its admitted changes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) kind: DocumentKind,
    pub(crate) scope: ScopeId,
}

/// Reads everything that admitted changes call a document.
pub(crate) fn claims(
    connection: &Connection,
    document: DocumentId,
) -> Result<Vec<Claim>, StoreError> {
    let mut find =
        connection.prepare_cached("SELECT kind, scope FROM document WHERE document = ?")?;
    let mut rows = find.query([document.as_bytes()])?;
    let mut claims = Vec::new();
    while let Some(row) = rows.next()? {
        claims.push(Claim {
            kind: DocumentKind::new(row.get(0)?),
            scope: value::word(&row.get::<_, String>(1)?, "scope")?,
        });
    }
    Ok(claims)
}

/// Reads the snapshot of a document of a kind.
pub(crate) fn snapshot(
    connection: &Connection,
    kind: DocumentKind,
    document: DocumentId,
) -> Result<Option<Vec<u8>>, StoreError> {
    let mut find = connection
        .prepare_cached("SELECT snapshot FROM document WHERE document = ? AND kind = ?")?;
    let named = params![document.as_bytes(), kind.number()];
    Ok(find.query_row(named, |row| row.get(0)).optional()?)
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
    let summary = summary.map(row::stored).transpose()?;
    let mut upsert = connection.prepare_cached(
        "INSERT INTO document (document, kind, scope, snapshot, summary) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (document, kind) DO UPDATE SET snapshot = ?4, summary = ?5",
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
    summary: Option<String>,
}

impl Stored {
    /// Returns the row as this build would have written it; `None` where there is none or it cannot be read.
    pub(crate) fn row(&self) -> Option<Summary> {
        row::read(self.summary.as_deref()?, || Ok(self.snapshot.clone())).ok()
    }
}

/// Calls `each` for every document.
pub(crate) fn walk(
    connection: &Connection,
    mut each: impl FnMut(Stored) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut find = connection.prepare(
        "SELECT document, kind, scope, snapshot, summary FROM document ORDER BY document, kind",
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

/// Reads the documents that a log has changes of and that are not here.
pub(crate) fn missing(connection: &Connection) -> Result<Vec<DocumentId>, StoreError> {
    let mut find = connection.prepare(
        "SELECT DISTINCT log.document FROM log WHERE NOT EXISTS
             (SELECT 1 FROM document WHERE document.document = log.document AND document.kind = log.kind)",
    )?;
    let rows = find
        .query_map([], |row| row.get(0))?
        .collect::<Result<Vec<_>, _>>()?;
    rows.into_iter()
        .map(|id| value::id(id, "document", DocumentId::from_bytes))
        .collect()
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

//! Documents as they are now: verified snapshots and the flat rows of encounters. Both are caches.

use std::borrow::Cow;

use bitacora_core::document::{Document, DocumentError};
use bitacora_core::encounter;
use bitacora_core::envelope::DocumentKind;
use bitacora_core::id::{DocumentId, ScopeId};
use bitacora_core::panics::caught;
use bitacora_core::summary::{self, Summary};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

use crate::store::{StoreError, value};

/// A flat row as it is stored: with the form in which it was derived, which older rows do not name.
#[derive(Serialize, Deserialize)]
struct StoredRow<'a> {
    #[serde(default)]
    form: u32,
    #[serde(flatten)]
    row: Cow<'a, Summary>,
}

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
    let stored = |row| StoredRow {
        form: summary::DERIVED,
        row: Cow::Borrowed(row),
    };
    let summary = summary
        .map(|row| serde_json::to_string(&stored(row)))
        .transpose()
        .map_err(|_| StoreError::Unreadable("summary"))?;
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
        row(self.summary.as_deref()?, || Ok(self.snapshot.clone())).ok()
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

/// Calls `each` for the flat row of every encounter of a scope.
pub(crate) fn summaries(
    connection: &Connection,
    scope: &ScopeId,
    mut each: impl FnMut(Summary),
) -> Result<(), StoreError> {
    let mut find = connection.prepare(
        "SELECT summary, snapshot FROM document WHERE scope = ? AND kind = ? AND summary IS NOT NULL",
    )?;
    let mut rows = find.query(params![scope.to_string(), DocumentKind::ENCOUNTER.number()])?;
    while let Some(found) = rows.next()? {
        let stored: String = found.get(0)?;
        each(row(&stored, || Ok(found.get(1)?))?);
    }
    Ok(())
}

/// Reads a row. One that an earlier build derived says what that build knew: it is derived again from the snapshot,
/// each time, until the next change of its record writes it anew.
fn row(
    stored: &str,
    snapshot: impl FnOnce() -> Result<Vec<u8>, StoreError>,
) -> Result<Summary, StoreError> {
    let unreadable = StoreError::Unreadable("summary");
    let Ok(StoredRow { form, row }) = serde_json::from_str(stored) else {
        return Err(unreadable);
    };
    if form == summary::DERIVED {
        return Ok(row.into_owned());
    }
    let snapshot = snapshot()?;
    let derive = || -> Result<Summary, DocumentError> {
        Ok(Summary::of(&encounter::read(&Document::load(&snapshot)?)?))
    };
    // A damaged snapshot stops nothing but itself; `verify` names it.
    match caught(derive) {
        Some(Ok(again)) => Ok(again),
        _ => Ok(row.into_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        reason = "a test stops at the first surprise"
    )]

    use bitacora_core::authoring::Author;
    use bitacora_core::clock::TrustedClock;
    use bitacora_core::encounter::{Header, record};
    use bitacora_core::id::{ActorId, DeviceId, PersonId};

    use super::*;

    fn group_of_six() -> Document {
        let header = Header {
            encounter_id: "0198f3c2-6b1e-7c40-9a55-2f6f0a7d1e21".parse().unwrap(),
            short_code: "BCH-0314-7QK-3".to_owned(),
            post_id: "PA-BCH".parse().unwrap(),
            author_id: PersonId::from_bytes([1; 16]),
            device_id: DeviceId::new([1; 16]),
            created_at: "2025-03-14T12:21:44Z".parse().unwrap(),
            tz: "America/Panama".to_owned(),
        };
        let author = Author {
            person: header.author_id,
            device: header.device_id,
            actor: ActorId::new([1; 16]),
            at: header.created_at,
            clock: TrustedClock::Unknown,
        };
        let stated = serde_json::json!({"composition": {"VEN": {"AA+M": 6}}});
        let capture = serde_json::from_value(stated).unwrap();
        let first = record(&header, &capture, &author).unwrap();
        Document::from_changes([first.bytes.as_slice()]).unwrap()
    }

    #[test]
    fn a_row_that_an_earlier_build_derived_is_derived_again() {
        let document = group_of_six();
        let derived = Summary::of(&encounter::read(&document).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::open(folder.path().join("server.db")).unwrap();
        for step in [
            include_str!("../schema/0001_first.sql"),
            include_str!("../schema/0002_by_leaf.sql"),
        ] {
            connection.execute_batch(step).unwrap();
        }
        let id = derived.encounter_id.into();
        let scope = "PA-BCH/operational".parse().unwrap();
        let kind = DocumentKind::ENCOUNTER;
        save(
            &connection,
            id,
            kind,
            &scope,
            &document.snapshot().unwrap(),
            Some(&derived),
        )
        .unwrap();
        let read = || {
            let mut rows = Vec::new();
            summaries(&connection, &scope, |row| rows.push(row)).unwrap();
            rows
        };
        assert_eq!(read(), std::slice::from_ref(&derived), "as it was put");

        let less = "json_set(summary, '$.missing', json('[]'))";
        let of_now = format!("UPDATE document SET summary = {less}");
        connection.execute(&of_now, []).unwrap();
        assert!(
            read()[0].missing.is_empty(),
            "a row of this form is read as it is"
        );
        let of_then = format!("UPDATE document SET summary = json_remove({less}, '$.form')");
        connection.execute(&of_then, []).unwrap();
        assert_eq!(read(), [derived], "one that names no form is from before");
    }
}

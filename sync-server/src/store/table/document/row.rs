//! Flat rows of encounters, as JSON: derived from their documents, in the form of the build that wrote them.

use std::borrow::Cow;

use bitacora_core::document::{Document, DocumentError};
use bitacora_core::encounter;
use bitacora_core::envelope::DocumentKind;
use bitacora_core::id::ScopeId;
use bitacora_core::panics::caught;
use bitacora_core::summary::{self, Figures as _, Summary};
use rusqlite::{Connection, Transaction, params};
use serde::{Deserialize, Serialize};

use crate::store::StoreError;
use crate::store::table::post;

/// A flat row as it is stored: with the form in which it was derived, which older rows do not name.
#[derive(Serialize, Deserialize)]
struct StoredRow<'a> {
    #[serde(default)]
    form: u32,
    #[serde(flatten)]
    row: Cow<'a, Summary>,
}

/// Returns a row as it is stored.
pub(super) fn stored(row: &Summary) -> Result<String, StoreError> {
    let stored = StoredRow {
        form: summary::DERIVED,
        row: Cow::Borrowed(row),
    };
    serde_json::to_string(&stored).map_err(|_| StoreError::Unreadable("summary"))
}

/// Calls `each` for the flat row of every encounter of a scope, with the days of its post's zone: what is stored names
/// those of the zone in which the record was made.
pub(crate) fn summaries(
    connection: &Connection,
    scope: &ScopeId,
    mut each: impl FnMut(Summary),
) -> Result<(), StoreError> {
    let tz = post::find(connection, &scope.post)?.map(|post| post.tz);
    let mut find = connection.prepare(
        "SELECT summary, snapshot FROM document WHERE scope = ? AND kind = ? AND summary IS NOT NULL",
    )?;
    let mut rows = find.query(params![scope.to_string(), DocumentKind::ENCOUNTER.number()])?;
    while let Some(found) = rows.next()? {
        let stored: String = found.get(0)?;
        let snapshot = || Ok(found.get(1)?);
        let row = read(&stored, snapshot)?;
        each(match &tz {
            Some(tz) => in_zone(row, tz, snapshot)?,
            None => row,
        });
    }
    Ok(())
}

/// Returns a row with the days of a zone. It does not hold the two times of which somebody has still to choose one, also
/// where that was so when it was approved.
fn in_zone(
    row: Summary,
    tz: &str,
    snapshot: impl FnOnce() -> Result<Vec<u8>, StoreError>,
) -> Result<Summary, StoreError> {
    if !row.has_two_times() && row.as_approved.is_none() {
        let day = summary::local_day(row.occurred_at, tz);
        return Ok(Summary { day, ..row });
    }
    let snapshot = snapshot()?;
    let derive = || {
        Ok(Summary::in_zone(
            &encounter::read(&Document::load(&snapshot)?)?,
            tz,
        ))
    };
    let derived: Option<Result<Summary, DocumentError>> = caught(derive);
    Ok(derived.and_then(Result::ok).unwrap_or(row))
}

/// Reads a row. One that an earlier build derived says what that build knew: it is derived again from the snapshot,
/// each time, until it is written anew.
pub(super) fn read(
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
    // A damaged snapshot stops nothing but itself; `verify` names it.
    Ok(derived(&snapshot()?).unwrap_or_else(|| row.into_owned()))
}

fn derived(snapshot: &[u8]) -> Option<Summary> {
    let derive = || -> Result<Summary, DocumentError> {
        Ok(Summary::of(&encounter::read(&Document::load(snapshot)?)?))
    };
    caught(derive)?.ok()
}

/// A row that an earlier build derived.
pub(crate) struct Earlier {
    rowid: i64,
    stored: String,
    snapshot: Vec<u8>,
}

/// Reads, of so many documents after one, those whose row an earlier build derived. Returns them and where to go on;
/// none at the end.
pub(crate) fn earlier(
    connection: &Connection,
    after: i64,
    limit: usize,
) -> Result<(Vec<Earlier>, Option<i64>), StoreError> {
    #[derive(Deserialize)]
    struct Form {
        #[serde(default)]
        form: u32,
    }
    let mut find = connection.prepare_cached(
        "SELECT rowid, summary FROM document WHERE rowid > ? AND summary IS NOT NULL ORDER BY rowid LIMIT ?",
    )?;
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = find
        .query_map([after, most], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(i64, String)>, _>>()?;
    let last = rows.last().map(|(rowid, _)| *rowid);
    let next = last.filter(|_| rows.len() == limit);
    let mut snapshot =
        connection.prepare_cached("SELECT snapshot FROM document WHERE rowid = ?")?;
    let mut earlier = Vec::new();
    for (rowid, stored) in rows {
        if serde_json::from_str(&stored).is_ok_and(|Form { form }| form != summary::DERIVED) {
            earlier.push(Earlier {
                rowid,
                stored,
                snapshot: snapshot.query_row([rowid], |row| row.get(0))?,
            });
        }
    }
    Ok((earlier, next))
}

impl Earlier {
    /// Derives the row again; none of a snapshot that cannot be read.
    pub(crate) fn derived(&self) -> Option<Summary> {
        derived(&self.snapshot)
    }

    /// Puts a row in this one's place, unless its document was altered meanwhile and has a newer one.
    pub(crate) fn replace(&self, tx: &Transaction<'_>, row: &Summary) -> Result<(), StoreError> {
        let mut update = tx
            .prepare_cached("UPDATE document SET summary = ?1 WHERE rowid = ?2 AND summary = ?3")?;
        update.execute(params![stored(row)?, self.rowid, self.stored])?;
        Ok(())
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

    use super::super::save;
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
        let mut connection = Connection::open(folder.path().join("server.db")).unwrap();
        for step in [
            include_str!("../../schema/0001_first.sql"),
            include_str!("../../schema/0002_by_leaf.sql"),
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
        let read = |connection: &Connection| {
            let mut rows = Vec::new();
            summaries(connection, &scope, |row| rows.push(row)).unwrap();
            rows
        };
        assert_eq!(
            read(&connection),
            std::slice::from_ref(&derived),
            "as it was put"
        );

        let less = "json_set(summary, '$.missing', json('[]'))";
        let of_now = format!("UPDATE document SET summary = {less}");
        connection.execute(&of_now, []).unwrap();
        assert!(
            read(&connection)[0].missing.is_empty(),
            "a row of this form is read as it is"
        );
        let of_then = format!("UPDATE document SET summary = json_remove({less}, '$.form')");
        connection.execute(&of_then, []).unwrap();
        assert_eq!(
            read(&connection),
            std::slice::from_ref(&derived),
            "one that names no form is from before"
        );

        let (found, next) = earlier(&connection, 0, 1).unwrap();
        assert_eq!((found.len(), next.is_some()), (1, true), "and is found");
        let again = found[0].derived().unwrap();
        assert_eq!(again, derived);
        let newer = format!("json_set(summary, '$.form', {})", summary::DERIVED);
        let altered_meanwhile = format!("UPDATE document SET summary = {newer}");
        for (meanwhile, is_replaced) in [(Some(altered_meanwhile), false), (None, true)] {
            let tx = connection.transaction().unwrap();
            if let Some(meanwhile) = meanwhile {
                tx.execute(&meanwhile, []).unwrap();
            }
            found[0].replace(&tx, &again).unwrap();
            assert_eq!(read(&tx)[0].missing == derived.missing, is_replaced);
            if is_replaced {
                tx.commit().unwrap();
            }
        }
        let (left, next) = earlier(&connection, 0, 2).unwrap();
        assert!(left.is_empty() && next.is_none(), "once");
    }
}

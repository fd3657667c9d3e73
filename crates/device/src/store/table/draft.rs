//! Drafts: unfinished forms, saved on every tap.

use bitacora_core::id::{DraftId, EncounterId, PersonId};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use crate::draft::{Draft, DraftBody, DraftKind};
use crate::environment::Pace;
use crate::error::DeviceError;
use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// The column `body`. Drafts of earlier builds do not say how the clock stood.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    body: DraftBody,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_tap_pace: Option<Pace>,
}

/// Adds or replaces a draft of its author.
pub(crate) fn put(tx: &Tx<'_>, draft: &Draft) -> Result<(), StoreError> {
    tx.write(
        "INSERT INTO draft (draft, person, kind, document, version, started_at, first_tap_at, updated_at, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (draft) DO UPDATE SET first_tap_at = excluded.first_tap_at, updated_at = excluded.updated_at, body = excluded.body",
        params![
            draft.draft_id.as_bytes(),
            draft.person_id.as_bytes(),
            draft.kind.as_str(),
            draft.encounter_id.as_ref().map(|id| id.as_bytes()),
            draft.version.as_ref().map(ToString::to_string),
            draft.started_at.timestamp_millis(),
            draft.first_tap_at.map(|at| at.timestamp_millis()),
            draft.updated_at.timestamp_millis(),
            value::to_json(
                &Kept {
                    body: draft.body.clone(),
                    first_tap_pace: draft.first_tap_pace,
                },
                "draft"
            )?,
        ],
    )?;
    Ok(())
}

/// Returns a draft.
pub(crate) fn get(db: &Connection, id: DraftId) -> Result<Option<Draft>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT draft, person, kind, document, version, started_at, first_tap_at, updated_at, body FROM draft WHERE draft = ?1",
    )?;
    value::first(&mut statement, [id.as_bytes()], read)
}

/// Returns whether a form of a new record, of anybody, was begun since a moment and is not finished.
pub(crate) fn begun_since(db: &Connection, since: DateTime<Utc>) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT 1 FROM draft WHERE kind IN (?1, ?2) AND first_tap_at >= ?3 LIMIT 1",
    )?;
    let (new, same) = (DraftKind::New.as_str(), DraftKind::SameAsLast.as_str());
    Ok(statement.exists(params![new, same, since.timestamp_millis()])?)
}

/// Returns a person's drafts, the one touched last first.
pub(crate) fn of_person(db: &Connection, person: PersonId) -> Result<Vec<Draft>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT draft, person, kind, document, version, started_at, first_tap_at, updated_at, body
         FROM draft WHERE person = ?1 ORDER BY updated_at DESC, draft",
    )?;
    value::each(&mut statement, [person.as_bytes()], read)
}

/// Deletes a draft of a person; returns whether it was there.
pub(crate) fn delete(tx: &Tx<'_>, id: DraftId, person: PersonId) -> Result<bool, StoreError> {
    Ok(tx.write(
        "DELETE FROM draft WHERE draft = ?1 AND person = ?2",
        params![id.as_bytes(), person.as_bytes()],
    )? > 0)
}

/// Deletes the draft that becomes a save; one that is gone was saved already, and is not saved twice.
pub(crate) fn take(tx: &Tx<'_>, id: DraftId, person: PersonId) -> Result<(), DeviceError> {
    if delete(tx, id, person)? {
        Ok(())
    } else {
        Err(DeviceError::NotFound { what: "this draft" })
    }
}

fn read(row: &Row<'_>) -> Result<Draft, StoreError> {
    let kind: String = value::column(row, "kind")?;
    let version: Option<String> = value::column(row, "version")?;
    let kept: Kept = value::from_json(&value::column::<String>(row, "body")?, "draft")?;
    Ok(Draft {
        draft_id: DraftId::from_bytes(value::column(row, "draft")?),
        person_id: value::person(row, "person")?,
        kind: DraftKind::read(&kind).ok_or(StoreError::Value { what: "kind" })?,
        encounter_id: value::column::<Option<[u8; 16]>>(row, "document")?
            .map(EncounterId::from_bytes),
        version: version
            .map(|version| {
                version
                    .parse()
                    .map_err(|_| StoreError::Value { what: "version" })
            })
            .transpose()?,
        started_at: value::time(row, "started_at")?,
        first_tap_at: value::time_or_none(row, "first_tap_at")?,
        first_tap_pace: kept.first_tap_pace,
        updated_at: value::time(row, "updated_at")?,
        body: kept.body,
    })
}

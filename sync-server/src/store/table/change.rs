//! Every change that was handed in, with what became of it.

mod unstored;

use bitacora_core::authoring::ChangeMeta;
use bitacora_core::envelope::{DocumentKind, LeafHash};
use bitacora_core::id::{ActorId, ChangeHash, DeviceId, DocumentId, PersonId};
use bitacora_core::receipt::RefusalCode;
use bitacora_core::sync::{ChangeState, NewChange, StoredChange};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::store::StoreError;
use crate::store::value::{self, Unsigned};

pub(crate) use unstored::{Aside, aside, named_only, quarantine, waiting_count};

/// What [`read_new`] needs. A change without its envelope is `verify`'s to name; nobody wrote it.
pub(super) const COLUMNS: &str =
    "change.change, change.document, change.kind, change.scope, change.device,
    change.counter, change.leaf, change.bytes,
    coalesce((SELECT envelope.person FROM envelope
        WHERE envelope.device = change.device AND envelope.counter = change.counter), zeroblob(16)) AS person";

/// Reads the columns that came with a change.
pub(super) fn read_new(row: &Row<'_>) -> Result<NewChange, StoreError> {
    Ok(NewChange {
        change: value::hash(row.get("change")?, "change", ChangeHash::new)?,
        document: value::id(row.get("document")?, "document", DocumentId::from_bytes)?,
        kind: DocumentKind::new(row.get("kind")?),
        scope: value::word(&row.get::<_, String>("scope")?, "scope")?,
        device: value::id(row.get("device")?, "device", DeviceId::new)?,
        person: value::id(row.get("person")?, "person", PersonId::from_bytes)?,
        counter: row.get::<_, Unsigned>("counter")?.0,
        leaf: row.get("leaf")?,
        bytes: row.get("bytes")?,
    })
}

/// Returns who signed for a stored change of a document.
pub(crate) fn person_of(
    connection: &Connection,
    document: DocumentId,
    change: ChangeHash,
) -> Option<PersonId> {
    let mut find = connection
        .prepare_cached(
            "SELECT envelope.person FROM change JOIN envelope
                 ON envelope.device = change.device AND envelope.counter = change.counter
             WHERE change.document = ? AND change.change = ? AND change.state = 'stored'",
        )
        .ok()?;
    let person: Vec<u8> = find
        .query_row(params![document.as_bytes(), change.as_bytes()], |row| {
            row.get(0)
        })
        .optional()
        .ok()??;
    value::id(person, "person", PersonId::from_bytes).ok()
}

/// Finds a change in whatever state.
pub(crate) fn find(
    connection: &Connection,
    leaf: LeafHash,
) -> Result<Option<StoredChange>, StoreError> {
    let mut find = connection.prepare_cached(&format!(
        "SELECT {COLUMNS}, state, seq, blocked_by, code, reason FROM change WHERE leaf_hash = ?"
    ))?;
    let found = find.query_row([leaf.as_bytes()], |row| {
        Ok(read_new(row).and_then(|new| Ok((new, read_state(row)?))))
    });
    let Some((new, state)) = found.optional()?.transpose()? else {
        return Ok(None);
    };
    let state = match state {
        ChangeState::Waiting { .. } => ChangeState::Waiting {
            missing: missing_of(connection, leaf)?,
        },
        state => state,
    };
    Ok(Some(StoredChange { new, state }))
}

/// Finds what a log's row stands for; of several kinds the one that is stored.
pub(crate) fn logged(
    connection: &Connection,
    document: DocumentId,
    change: ChangeHash,
) -> Result<Option<StoredChange>, StoreError> {
    let mut find = connection.prepare_cached(&format!(
        "SELECT {COLUMNS}, state, seq, blocked_by, code, reason FROM change
         WHERE document = ? AND change = ? ORDER BY state = 'stored' DESC LIMIT 1"
    ))?;
    let named = params![document.as_bytes(), change.as_bytes()];
    let found = find.query_row(named, |row| {
        Ok(read_new(row).and_then(|new| Ok((new, read_state(row)?))))
    });
    let found = found.optional()?.transpose()?;
    Ok(found.map(|(new, state)| StoredChange { new, state }))
}

fn read_state(row: &Row<'_>) -> Result<ChangeState, StoreError> {
    match row.get::<_, String>("state")?.as_str() {
        "stored" => Ok(ChangeState::Stored {
            seq: row.get::<_, Unsigned>("seq")?.0,
        }),
        "waiting" => Ok(ChangeState::Waiting {
            missing: Vec::new(),
        }),
        "blocked" => Ok(ChangeState::Blocked {
            by: value::hash(row.get("blocked_by")?, "change", ChangeHash::new)?,
        }),
        "refused" => Ok(ChangeState::Refused {
            code: RefusalCode::from(row.get::<_, String>("code")?.as_str()),
            text: row.get("reason")?,
        }),
        _ => Err(StoreError::Unreadable("state of a change")),
    }
}

fn missing_of(connection: &Connection, leaf: LeafHash) -> Result<Vec<ChangeHash>, StoreError> {
    let mut find = connection
        .prepare_cached("SELECT missing FROM waiting WHERE leaf_hash = ? ORDER BY missing")?;
    let rows = find
        .query_map([leaf.as_bytes()], |row| row.get(0))?
        .collect::<Result<Vec<_>, _>>()?;
    rows.into_iter()
        .map(|hash| value::hash(hash, "change", ChangeHash::new))
        .collect()
}

/// Keeps a change with its state, or puts the state in place of the former one.
pub(crate) fn save(
    connection: &Connection,
    new: &NewChange,
    meta: Option<&ChangeMeta>,
    state: &ChangeState,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (word, seq, blocked_by, code, reason) = match state {
        ChangeState::Stored { seq } => ("stored", Some(Unsigned(*seq)), None, None, None),
        ChangeState::Waiting { .. } => ("waiting", None, None, None, None),
        ChangeState::Blocked { by } => ("blocked", None, Some(by.as_bytes()), None, None),
        ChangeState::Refused { code, text } => {
            ("refused", None, None, Some(code.as_str()), Some(text))
        }
    };
    let mut upsert = connection.prepare_cached(
        "INSERT INTO change (change, document, kind, scope, device, counter, leaf, bytes, state, seq, blocked_by,
             code, reason, actor, actor_seq, received_at, state_at, leaf_hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?16, ?17)
         ON CONFLICT (leaf_hash) DO UPDATE SET scope = ?4, device = ?5, counter = ?6, leaf = ?7, bytes = ?8,
             state = ?9, seq = ?10, blocked_by = ?11, code = ?12, reason = ?13, actor = ?14, actor_seq = ?15, state_at = ?16",
    )?;
    upsert.execute(params![
        new.change.as_bytes(),
        new.document.as_bytes(),
        new.kind.number(),
        new.scope.to_string(),
        new.device.as_bytes(),
        Unsigned(new.counter),
        new.leaf,
        new.bytes,
        word,
        seq,
        blocked_by,
        code,
        reason,
        meta.map(|meta| meta.actor.as_bytes()),
        meta.map(|meta| Unsigned(meta.seq)),
        now.timestamp_millis(),
        new.leaf_hash().as_bytes()
    ])?;
    Ok(())
}

/// Says which changes a waiting one waits for; none for a change that waits no longer.
pub(crate) fn set_missing(
    connection: &Connection,
    leaf: LeafHash,
    missing: &[ChangeHash],
) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM waiting WHERE leaf_hash = ?")?
        .execute([leaf.as_bytes()])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO waiting (missing, leaf_hash) VALUES (?, ?) ON CONFLICT DO NOTHING",
    )?;
    for missing in missing {
        insert.execute([missing.as_bytes(), leaf.as_bytes()])?;
    }
    Ok(())
}

/// Reads the changes of a document and kind that wait for this one.
pub(crate) fn waiting_on(
    connection: &Connection,
    kind: DocumentKind,
    document: DocumentId,
    missing: ChangeHash,
) -> Result<Vec<NewChange>, StoreError> {
    let mut find = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM waiting JOIN change USING (leaf_hash)
         WHERE waiting.missing = ? AND change.document = ? AND change.kind = ? AND change.state = 'waiting'
         ORDER BY change.device, change.counter, change.leaf"
    ))?;
    let named = params![missing.as_bytes(), document.as_bytes(), kind.number()];
    find.query_map(named, |row| Ok(read_new(row)))?
        .map(|row| row?)
        .collect()
}

/// Reads the changes of a document and kind that are aside because this one was refused.
pub(crate) fn blocked_by(
    connection: &Connection,
    kind: DocumentKind,
    document: DocumentId,
    refused: ChangeHash,
) -> Result<Vec<NewChange>, StoreError> {
    let mut find = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM change WHERE {} ORDER BY device, counter, leaf",
        unstored::BLOCKED_BY
    ))?;
    let named = params![refused.as_bytes(), document.as_bytes(), kind.number()];
    find.query_map(named, |row| Ok(read_new(row)))?
        .map(|row| row?)
        .collect()
}

/// Finds the stored change that an actor numbered so in a document of a kind.
pub(crate) fn by_actor_seq(
    connection: &Connection,
    kind: DocumentKind,
    document: DocumentId,
    actor: ActorId,
    seq: u64,
) -> Result<Option<ChangeHash>, StoreError> {
    let Ok(seq) = i64::try_from(seq) else {
        return Ok(None);
    };
    let mut find = connection.prepare_cached(
        "SELECT change FROM change WHERE state = 'stored' AND document = ? AND kind = ? AND actor = ? AND actor_seq = ?",
    )?;
    let named = params![document.as_bytes(), kind.number(), actor.as_bytes(), seq];
    let found = find.query_row(named, |row| row.get(0)).optional()?;
    found
        .map(|hash| value::hash(hash, "change", ChangeHash::new))
        .transpose()
}

//! Every change that was handed in, with what became of it.

use bitacora_core::authoring::ChangeMeta;
use bitacora_core::envelope::DocumentKind;
use bitacora_core::id::{ActorId, ChangeHash, DeviceId, DocumentId, PersonId};
use bitacora_core::receipt::RefusalCode;
use bitacora_core::sync::{ChangeState, NewChange, StoredChange};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::store::StoreError;
use crate::store::value::{self, Unsigned};

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

/// Returns who signed for a change.
pub(crate) fn person_of(connection: &Connection, change: ChangeHash) -> Option<PersonId> {
    let mut find = connection
        .prepare_cached(
            "SELECT envelope.person FROM change JOIN envelope
                 ON envelope.device = change.device AND envelope.counter = change.counter
             WHERE change.change = ?",
        )
        .ok()?;
    let person: Vec<u8> = find
        .query_row([change.as_bytes()], |row| row.get(0))
        .optional()
        .ok()??;
    value::id(person, "person", PersonId::from_bytes).ok()
}

/// Finds a change in whatever state.
pub(crate) fn find(
    connection: &Connection,
    change: ChangeHash,
) -> Result<Option<StoredChange>, StoreError> {
    let mut find = connection.prepare_cached(&format!(
        "SELECT {COLUMNS}, state, seq, blocked_by, code, reason FROM change WHERE change = ?"
    ))?;
    let found = find.query_row([change.as_bytes()], |row| {
        Ok(read_new(row).and_then(|new| Ok((new, read_state(row)?))))
    });
    let Some((new, state)) = found.optional()?.transpose()? else {
        return Ok(None);
    };
    let state = match state {
        ChangeState::Waiting { .. } => ChangeState::Waiting {
            missing: missing_of(connection, change)?,
        },
        state => state,
    };
    Ok(Some(StoredChange { new, state }))
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

fn missing_of(connection: &Connection, change: ChangeHash) -> Result<Vec<ChangeHash>, StoreError> {
    let mut find = connection
        .prepare_cached("SELECT missing FROM waiting WHERE change = ? ORDER BY missing")?;
    let rows = find
        .query_map([change.as_bytes()], |row| row.get(0))?
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
             code, reason, actor, actor_seq, received_at, state_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?16)
         ON CONFLICT (change) DO UPDATE SET device = ?5, counter = ?6, leaf = ?7, state = ?9, seq = ?10, blocked_by = ?11, code = ?12, reason = ?13,
             actor = ?14, actor_seq = ?15, state_at = ?16",
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
        now.timestamp_millis()
    ])?;
    Ok(())
}

/// Says which changes a waiting one waits for; none for a change that waits no longer.
pub(crate) fn set_missing(
    connection: &Connection,
    change: ChangeHash,
    missing: &[ChangeHash],
) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM waiting WHERE change = ?")?
        .execute([change.as_bytes()])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO waiting (missing, change) VALUES (?, ?) ON CONFLICT DO NOTHING",
    )?;
    for missing in missing {
        insert.execute([missing.as_bytes(), change.as_bytes()])?;
    }
    Ok(())
}

/// Reads the changes that wait for this one.
pub(crate) fn waiting_on(
    connection: &Connection,
    missing: ChangeHash,
) -> Result<Vec<NewChange>, StoreError> {
    let mut find = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM waiting JOIN change ON change.change = waiting.change
         WHERE waiting.missing = ? AND change.state = 'waiting' ORDER BY change.device, change.counter, change.leaf"
    ))?;
    find.query_map([missing.as_bytes()], |row| Ok(read_new(row)))?
        .map(|row| row?)
        .collect()
}

/// Counts the waiting changes of a device.
pub(crate) fn waiting_count(
    connection: &Connection,
    device: DeviceId,
) -> Result<usize, StoreError> {
    let mut count = connection
        .prepare_cached("SELECT count(*) FROM change WHERE state = 'waiting' AND device = ?")?;
    let count: Unsigned = count.query_row([device.as_bytes()], |row| row.get(0))?;
    Ok(usize::try_from(count.0).unwrap_or(usize::MAX))
}

/// Finds the stored change that an actor numbered so in a document.
pub(crate) fn by_actor_seq(
    connection: &Connection,
    document: DocumentId,
    actor: ActorId,
    seq: u64,
) -> Result<Option<ChangeHash>, StoreError> {
    let Ok(seq) = i64::try_from(seq) else {
        return Ok(None);
    };
    let mut find = connection.prepare_cached(
        "SELECT change FROM change WHERE state = 'stored' AND document = ? AND actor = ? AND actor_seq = ?",
    )?;
    let found = find
        .query_row(params![document.as_bytes(), actor.as_bytes(), seq], |row| {
            row.get(0)
        })
        .optional()?;
    found
        .map(|hash| value::hash(hash, "change", ChangeHash::new))
        .transpose()
}

/// A refused or blocked change, for the operator's eyes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Aside {
    pub(crate) change: ChangeHash,
    pub(crate) document: DocumentId,
    pub(crate) device: DeviceId,
    pub(crate) reason: String,
    pub(crate) size_bytes: u64,
    pub(crate) at: DateTime<Utc>,
}

/// Reads the quarantine, newest first.
pub(crate) fn quarantine(connection: &Connection) -> Result<Vec<Aside>, StoreError> {
    let mut find = connection.prepare(
        "SELECT change, document, device, coalesce(code || ': ' || reason, 'builds on a refused change') AS reason,
             length(bytes) AS size, state_at
         FROM change WHERE state IN ('refused', 'blocked') ORDER BY state_at DESC, rowid DESC",
    )?;
    let aside = |row: &Row<'_>| {
        Ok(Aside {
            change: value::hash(row.get("change")?, "change", ChangeHash::new)?,
            document: value::id(row.get("document")?, "document", DocumentId::from_bytes)?,
            device: value::id(row.get("device")?, "device", DeviceId::new)?,
            reason: row.get("reason")?,
            size_bytes: row.get::<_, Unsigned>("size")?.0,
            at: value::time(row, "state_at")?,
        })
    };
    find.query_map([], |row| Ok(aside(row)))?
        .map(|row| row?)
        .collect()
}

//! Flat rows of patrols.

use std::collections::BTreeMap;

use bitacora_core::id::{DeviceId, DocumentId, PatrolId, ScopeId};
use bitacora_core::patrol::Span;
use chrono::{DateTime, Utc};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params};

use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// A patrol as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PatrolRow {
    pub(crate) patrol_id: PatrolId,
    pub(crate) code: String,
    pub(crate) departed_at: DateTime<Utc>,
    pub(crate) returned_at: Option<DateTime<Utc>>,
    pub(crate) device: DeviceId,
    /// When it was out, as far as its times can be believed.
    pub(crate) span: Span,
    /// The rest, as JSON.
    pub(crate) summary: String,
}

/// Whether a patrol left with this device, under whatever identity: the change that came first was saved here.
const LEFT_HERE: &str = "(SELECT c.save FROM change c WHERE c.document = patrol_row.document
    ORDER BY c.position LIMIT 1) IS NOT NULL";
/// The columns that [`read`] reads.
const COLUMNS: &str =
    "document, code, departed_at, returned_at, device, departed_checked, returned_checked, summary";

/// Adds or replaces a patrol.
pub(crate) fn put(tx: &Tx<'_>, row: &PatrolRow) -> Result<(), StoreError> {
    tx.write(
        "INSERT INTO patrol_row (document, code, departed_at, returned_at, device, departed_checked, returned_checked, summary)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (document) DO UPDATE SET code = excluded.code, departed_at = excluded.departed_at,
            returned_at = excluded.returned_at, departed_checked = excluded.departed_checked,
            returned_checked = excluded.returned_checked, summary = excluded.summary",
        params![
            row.patrol_id.as_bytes(),
            row.code,
            row.departed_at.timestamp_millis(),
            row.returned_at.map(|at| at.timestamp_millis()),
            row.device.as_bytes(),
            row.span.departed_at.is_some(),
            row.span.returned_at.is_some(),
            row.summary,
        ],
    )?;
    Ok(())
}

/// Returns the patrol that left with this device and is not back.
pub(crate) fn open(db: &Connection) -> Result<Option<PatrolRow>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM patrol_row
         WHERE returned_at IS NULL AND {LEFT_HERE} ORDER BY departed_at DESC LIMIT 1"
    ))?;
    value::first(&mut statement, [], read)
}

/// Returns the patrols that may have been out with this device at a moment, the one that left last first: whatever it says
/// of its return, the device heard nothing of one that another wrote before it arrived.
pub(crate) fn maybe_out_at(
    db: &Connection,
    at: DateTime<Utc>,
) -> Result<Vec<PatrolRow>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM patrol_row
         WHERE departed_at <= ?1 AND {LEFT_HERE} AND (returned_at IS NULL OR returned_at >= ?1 OR EXISTS
            (SELECT 1 FROM change c WHERE c.document = patrol_row.document AND c.save IS NULL AND c.saved_at >= ?1))
         ORDER BY departed_at DESC"
    ))?;
    value::each(&mut statement, [at.timestamp_millis()], read)
}

/// Returns whether a patrol left with this device.
pub(crate) fn left_here(db: &Connection, patrol: PatrolId) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT 1 FROM patrol_row WHERE document = ?1 AND {LEFT_HERE}"
    ))?;
    Ok(statement.exists([patrol.as_bytes()])?)
}

/// Returns a patrol.
pub(crate) fn get(db: &Connection, patrol: PatrolId) -> Result<Option<PatrolRow>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM patrol_row WHERE document = ?1"
    ))?;
    value::first(&mut statement, [patrol.as_bytes()], read)
}

/// Returns how many patrols have a code with this beginning.
pub(crate) fn with_prefix(db: &Connection, prefix: &str) -> Result<u64, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT count(*) AS total FROM patrol_row WHERE instr(code, ?1) = 1")?;
    Ok(value::first(&mut statement, [prefix], |row| value::count(row, "total"))?.unwrap_or(0))
}

/// Returns the newest patrols.
pub(crate) fn newest(db: &Connection, count: u32) -> Result<Vec<PatrolRow>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM patrol_row ORDER BY departed_at DESC LIMIT ?1"
    ))?;
    value::each(&mut statement, [count], read)
}

/// Returns the patrols of an audience that were out between two moments, the end not included. A device has one patrol
/// out at a time: one that was never closed ended when the next left. One that came back before it left, by a clock that
/// was wrong, was out when it left.
pub(crate) fn out_between(
    db: &Connection,
    scope: &ScopeId,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<PatrolRow>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM patrol_row p
         WHERE departed_at < ?2 AND (departed_at >= ?1 OR returned_at >= ?1 OR returned_at IS NULL AND NOT EXISTS
            (SELECT 1 FROM patrol_row next WHERE next.device = p.device AND next.departed_at > p.departed_at
                AND next.departed_at < ?1))
            AND (SELECT c.scope FROM change c WHERE c.document = p.document ORDER BY c.position LIMIT 1) = ?3
         ORDER BY departed_at"
    ))?;
    let asked = params![
        from.timestamp_millis(),
        until.timestamp_millis(),
        scope.to_string()
    ];
    value::each(&mut statement, asked, read)
}

/// Returns the patrols of an audience that are not back, the newest first.
pub(crate) fn out(db: &Connection, scope: &ScopeId) -> Result<Vec<PatrolRow>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM patrol_row p
         WHERE returned_at IS NULL
            AND (SELECT c.scope FROM change c WHERE c.document = p.document ORDER BY c.position LIMIT 1) = ?1
         ORDER BY departed_at DESC"
    ))?;
    value::each(&mut statement, [scope.to_string()], read)
}

/// Returns whether a patrol ever left with a device.
pub(crate) fn ever_left_with(db: &Connection, device: DeviceId) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached("SELECT 1 FROM patrol_row WHERE device = ?1 LIMIT 1")?;
    Ok(statement.exists([device.as_bytes()])?)
}

/// Returns a patrol's code, if it is known here.
pub(crate) fn code(db: &Connection, patrol: PatrolId) -> Result<Option<String>, StoreError> {
    let mut statement = db.prepare_cached("SELECT code FROM patrol_row WHERE document = ?1")?;
    value::first(&mut statement, [patrol.as_bytes()], |row| {
        value::column(row, "code")
    })
}

/// Returns how many records a patrol has in lists.
pub(crate) fn encounters(db: &Connection, patrol: PatrolId) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) AS total FROM encounter_row INDEXED BY row_narrow WHERE patrol = ?1 AND listed = 1",
    )?;
    Ok(value::first(&mut statement, [patrol.as_bytes()], |row| {
        value::count(row, "total")
    })?
    .unwrap_or(0))
}

/// Returns how many records each patrol has in lists; one that is not named has none.
pub(crate) fn encounters_of_all(db: &Connection) -> Result<BTreeMap<PatrolId, u64>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT patrol, count(*) AS total FROM encounter_row INDEXED BY row_narrow
         WHERE patrol IS NOT NULL AND listed = 1 GROUP BY patrol",
    )?;
    let counts = value::each(&mut statement, [], |row| {
        Ok((
            value::document(row, "patrol")?.into(),
            value::count(row, "total")?,
        ))
    })?;
    Ok(counts.into_iter().collect())
}

fn read(row: &Row<'_>) -> Result<PatrolRow, StoreError> {
    let departed_at = value::time(row, "departed_at")?;
    let returned_at = value::time_or_none(row, "returned_at")?;
    let departed_checked: bool = value::column(row, "departed_checked")?;
    let returned_checked: bool = value::column(row, "returned_checked")?;
    Ok(PatrolRow {
        patrol_id: value::document(row, "document")?.into(),
        code: value::column(row, "code")?,
        departed_at,
        returned_at,
        span: Span {
            departed_at: departed_checked.then_some(departed_at),
            returned_at: returned_at.filter(|_| returned_checked),
            is_open: returned_at.is_none(),
        },
        device: value::device(row, "device")?,
        summary: value::column(row, "summary")?,
    })
}

/// Returns the stored values, to compare before and after a rebuild.
pub(crate) fn raw(db: &Connection, document: DocumentId) -> Result<Vec<Vec<Value>>, StoreError> {
    value::raw(db, "SELECT * FROM patrol_row WHERE document = ?1", document)
}

/// Deletes rows whose document is not in the change log.
pub(crate) fn delete_orphans(tx: &Tx<'_>) -> Result<usize, StoreError> {
    tx.write(
        "DELETE FROM patrol_row WHERE document NOT IN (SELECT document FROM change)",
        [],
    )
}

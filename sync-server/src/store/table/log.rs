//! The log of each scope.

use bitacora_core::envelope::DocumentKind;
use bitacora_core::id::{ChangeHash, DocumentId, ScopeId};
use bitacora_core::sync::{LogRow, NewChange, Tail};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::change;
use crate::store::StoreError;
use crate::store::value::{self, Unsigned};

/// A row and the change that it stands for.
const JOINED: &str =
    "change.document = log.document AND change.change = log.change AND change.state = 'stored'";

/// Appends a row; its position is the tail's.
pub(crate) fn append(
    connection: &Connection,
    new: &NewChange,
    tail: &Tail,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO log (scope, seq, document, kind, change, chain, count, sum, received_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    insert.execute(params![
        new.scope.to_string(),
        Unsigned(tail.seq),
        new.document.as_bytes(),
        new.kind.number(),
        new.change.as_bytes(),
        tail.chain,
        Unsigned(tail.count),
        tail.sum.to_be_bytes(),
        now.timestamp_millis()
    ])?;
    Ok(())
}

/// Reads the end of a log; none if it is empty.
pub(crate) fn tail(connection: &Connection, scope: &ScopeId) -> Result<Option<Tail>, StoreError> {
    let mut find = connection.prepare_cached(
        "SELECT seq, chain, count, sum FROM log WHERE scope = ? ORDER BY seq DESC LIMIT 1",
    )?;
    Ok(find.query_row([scope.to_string()], read_tail).optional()?)
}

/// Reads the log's sums up to a row; none beyond its end.
pub(crate) fn tail_at(
    connection: &Connection,
    scope: &ScopeId,
    seq: u64,
) -> Result<Option<Tail>, StoreError> {
    // A position that a device made up may be larger than any that we can have.
    let Ok(seq) = i64::try_from(seq) else {
        return Ok(None);
    };
    let mut find = connection
        .prepare_cached("SELECT seq, chain, count, sum FROM log WHERE scope = ? AND seq = ?")?;
    Ok(find
        .query_row(params![scope.to_string(), seq], read_tail)
        .optional()?)
}

fn read_tail(row: &Row<'_>) -> rusqlite::Result<Tail> {
    Ok(Tail {
        seq: row.get::<_, Unsigned>(0)?.0,
        chain: row.get(1)?,
        count: row.get::<_, Unsigned>(2)?.0,
        sum: u128::from_be_bytes(row.get(3)?),
    })
}

/// Reads rows above a position, in order, with their changes.
pub(crate) fn rows(
    connection: &Connection,
    scope: &ScopeId,
    after: u64,
    limit: usize,
) -> Result<Vec<LogRow>, StoreError> {
    let Ok(after) = i64::try_from(after) else {
        return Ok(Vec::new());
    };
    let mut find = connection.prepare_cached(&format!(
        "SELECT log.seq AS position, {} FROM log JOIN change ON {JOINED}
         WHERE log.scope = ? AND log.seq > ? ORDER BY log.seq LIMIT ?",
        change::COLUMNS
    ))?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    collect(
        find.query_map(params![scope.to_string(), after, limit], |row| {
            Ok(read_row(row))
        })?,
    )
}

/// Reads the rows of one document of a kind up to a position, in order, with their changes.
pub(crate) fn document_rows(
    connection: &Connection,
    scope: &ScopeId,
    kind: DocumentKind,
    document: DocumentId,
    through: u64,
) -> Result<Vec<LogRow>, StoreError> {
    let mut find = connection.prepare_cached(&format!(
        "SELECT log.seq AS position, {} FROM log JOIN change ON {JOINED}
         WHERE log.scope = ? AND log.document = ? AND log.kind = ? AND log.seq <= ? ORDER BY log.seq",
        change::COLUMNS
    ))?;
    let through = i64::try_from(through).unwrap_or(i64::MAX);
    collect(find.query_map(
        params![
            scope.to_string(),
            document.as_bytes(),
            kind.number(),
            through
        ],
        |row| Ok(read_row(row)),
    )?)
}

fn collect(
    rows: impl Iterator<Item = rusqlite::Result<Result<LogRow, StoreError>>>,
) -> Result<Vec<LogRow>, StoreError> {
    rows.map(|row| row?).collect()
}

fn read_row(row: &Row<'_>) -> Result<LogRow, StoreError> {
    Ok(LogRow {
        seq: row.get::<_, Unsigned>("position")?.0,
        new: change::read_new(row)?,
    })
}

/// Counts the changes of a document of a kind in the log, and their bytes in all.
pub(crate) fn document_size(
    connection: &Connection,
    scope: &ScopeId,
    kind: DocumentKind,
    document: DocumentId,
) -> Result<(u64, u64), StoreError> {
    let mut find = connection.prepare_cached(&format!(
        "SELECT count(*), coalesce(sum(length(change.bytes)), 0) FROM log JOIN change ON {JOINED}
         WHERE log.scope = ? AND log.document = ? AND log.kind = ?"
    ))?;
    let named = params![scope.to_string(), document.as_bytes(), kind.number()];
    let size: (Unsigned, Unsigned) = find.query_row(named, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((size.0.0, size.1.0))
}

/// Finds the first row above a position of a document of a kind.
pub(crate) fn first_row_after(
    connection: &Connection,
    scope: &ScopeId,
    kind: DocumentKind,
    document: DocumentId,
    after: u64,
) -> Result<Option<u64>, StoreError> {
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let mut find = connection.prepare_cached(
        "SELECT min(seq) FROM log WHERE scope = ? AND document = ? AND kind = ? AND seq > ?",
    )?;
    let named = params![scope.to_string(), document.as_bytes(), kind.number(), after];
    let first: Option<Unsigned> = find.query_row(named, |row| row.get(0))?;
    Ok(first.map(|seq| seq.0))
}

/// Returns whether a log has a row of these bytes in this document, of whatever kind.
pub(crate) fn has(
    connection: &Connection,
    document: DocumentId,
    change: ChangeHash,
) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM log WHERE document = ? AND change = ?")?
        .exists(params![document.as_bytes(), change.as_bytes()])?)
}

/// Finds the last row that was received up to a moment; 0 if there is none.
pub(crate) fn last_received_by(
    connection: &Connection,
    scope: &ScopeId,
    moment: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let mut find = connection
        .prepare_cached("SELECT max(seq) FROM log WHERE scope = ? AND received_at <= ?")?;
    let last: Option<Unsigned> = find.query_row(
        params![scope.to_string(), moment.timestamp_millis()],
        |row| row.get(0),
    )?;
    Ok(last.map_or(0, |seq| seq.0))
}

/// One row as `verify` walks over it.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) tail: Tail,
    pub(crate) document: DocumentId,
    pub(crate) change: ChangeHash,
}

/// Calls `each` for every row of a log, in order.
pub(crate) fn walk(
    connection: &Connection,
    scope: &ScopeId,
    mut each: impl FnMut(Link) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut find = connection.prepare(
        "SELECT seq, chain, count, sum, document, change FROM log WHERE scope = ? ORDER BY seq",
    )?;
    let mut rows = find.query([scope.to_string()])?;
    while let Some(row) = rows.next()? {
        each(Link {
            tail: read_tail(row)?,
            document: value::id(row.get(4)?, "document", DocumentId::from_bytes)?,
            change: value::hash(row.get(5)?, "change", ChangeHash::new)?,
        })?;
    }
    Ok(())
}

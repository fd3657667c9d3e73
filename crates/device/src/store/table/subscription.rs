//! The audiences that this device reads: marks, positions, checkpoints and the rows of their logs.

use bitacora_core::id::{ChangeHash, DocumentId, ScopeId};
use bitacora_core::sync::{StoredCheckpoint, Subscription, Tail};
use bitacora_core::wire::Cursor;
use rusqlite::{Connection, Row, params};

use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// Subscribes to a scope; nothing happens if it is read already.
pub(crate) fn add(tx: &Tx<'_>, scope: &ScopeId) -> Result<(), StoreError> {
    tx.write(
        "INSERT INTO subscription (scope) VALUES (?1) ON CONFLICT (scope) DO NOTHING",
        [scope.to_string()],
    )?;
    Ok(())
}

/// Returns all subscriptions.
pub(crate) fn all(db: &Connection) -> Result<Vec<Subscription>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT scope, mark_epoch, mark_seq, mark_chain, epoch, seq, chain, count, sum FROM subscription ORDER BY scope",
    )?;
    value::each(&mut statement, [], |row| {
        let scope = value::column::<String>(row, "scope")?
            .parse()
            .map_err(|_| StoreError::Value { what: "scope" })?;
        let has_mark = value::column::<Option<i64>>(row, "mark_seq")?.is_some();
        let has_read = value::column::<Option<i64>>(row, "seq")?.is_some();
        let mark = has_mark.then(|| read_mark(row)).transpose()?;
        let read = has_read.then(|| read_checkpoint(row)).transpose()?;
        Ok(Subscription { scope, mark, read })
    })
}

/// Ends every subscription: positions of another server's logs say nothing.
pub(crate) fn forget_all(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.write("DELETE FROM checkpoint", [])?;
    tx.write("DELETE FROM log_row", [])?;
    tx.write("DELETE FROM subscription", [])?;
    Ok(())
}

/// Begins to read at a mark.
pub(crate) fn start(tx: &Tx<'_>, scope: &ScopeId, mark: &Cursor) -> Result<(), StoreError> {
    let name = scope.to_string();
    tx.write(
        "UPDATE subscription SET mark_epoch = ?2, mark_seq = ?3, mark_chain = ?4 WHERE scope = ?1",
        params![
            name,
            mark.epoch.cast_signed(),
            value::integer(mark.seq),
            mark.chain
        ],
    )?;
    tx.write("DELETE FROM checkpoint WHERE scope = ?1", [&name])?;
    tx.write("DELETE FROM log_row WHERE scope = ?1", [&name])?;
    let begin = StoredCheckpoint {
        epoch: mark.epoch,
        tail: Tail::starting(mark),
    };
    set_read(tx, scope, &begin)
}

/// Goes back to a position.
pub(crate) fn rewind(
    tx: &Tx<'_>,
    scope: &ScopeId,
    to: &StoredCheckpoint,
) -> Result<(), StoreError> {
    let name = scope.to_string();
    let seq = value::integer(to.tail.seq);
    tx.write(
        "DELETE FROM checkpoint WHERE scope = ?1 AND seq > ?2",
        params![name, seq],
    )?;
    tx.write(
        "DELETE FROM log_row WHERE scope = ?1 AND seq > ?2",
        params![name, seq],
    )?;
    set_read(tx, scope, to)
}

/// Notes how far was read; it is also the newest checkpoint.
pub(crate) fn set_read(
    tx: &Tx<'_>,
    scope: &ScopeId,
    read: &StoredCheckpoint,
) -> Result<(), StoreError> {
    let Tail {
        seq,
        chain,
        count,
        sum,
    } = read.tail;
    let sum = sum.to_be_bytes();
    tx.write(
        "UPDATE subscription SET epoch = ?2, seq = ?3, chain = ?4, count = ?5, sum = ?6 WHERE scope = ?1",
        params![scope.to_string(), read.epoch.cast_signed(), value::integer(seq), chain, value::integer(count), sum],
    )?;
    tx.write(
        "INSERT INTO checkpoint (scope, seq, epoch, chain, count, sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (scope, seq) DO UPDATE SET epoch = excluded.epoch, chain = excluded.chain,
            count = excluded.count, sum = excluded.sum",
        params![scope.to_string(), value::integer(seq), read.epoch.cast_signed(), chain, value::integer(count), sum],
    )?;
    Ok(())
}

/// Returns earlier positions of a scope, newest first.
pub(crate) fn checkpoints(
    db: &Connection,
    scope: &ScopeId,
) -> Result<Vec<StoredCheckpoint>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT epoch, seq, chain, count, sum FROM checkpoint WHERE scope = ?1 ORDER BY seq DESC",
    )?;
    value::each(&mut statement, [scope.to_string()], read_checkpoint)
}

/// Forgets checkpoints that are not needed any more.
pub(crate) fn forget(tx: &Tx<'_>, scope: &ScopeId, positions: &[u64]) -> Result<(), StoreError> {
    for seq in positions {
        tx.write(
            "DELETE FROM checkpoint WHERE scope = ?1 AND seq = ?2",
            params![scope.to_string(), value::integer(*seq)],
        )?;
    }
    Ok(())
}

/// Adds a row of a scope's log.
pub(crate) fn put_row(
    tx: &Tx<'_>,
    scope: &ScopeId,
    seq: u64,
    document: DocumentId,
    change: ChangeHash,
) -> Result<(), StoreError> {
    tx.write(
        "INSERT INTO log_row (scope, seq, document, change) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (scope, seq) DO UPDATE SET document = excluded.document, change = excluded.change",
        params![scope.to_string(), value::integer(seq), document.as_bytes(), change.as_bytes()],
    )?;
    Ok(())
}

/// Computes number and sum of the change hashes of stored rows up to a position.
pub(crate) fn digest(
    db: &Connection,
    scope: &ScopeId,
    through: u64,
) -> Result<(u64, u128), StoreError> {
    let mut statement =
        db.prepare_cached("SELECT change FROM log_row WHERE scope = ?1 AND seq <= ?2")?;
    let mut rows = statement.query(params![scope.to_string(), value::integer(through)])?;
    let (mut count, mut sum) = (0u64, 0u128);
    while let Some(row) = rows.next()? {
        let hash = value::hash(row, "change")?;
        let (first, _) = hash
            .as_bytes()
            .split_first_chunk::<16>()
            .ok_or(StoreError::Value { what: "change" })?;
        count = count.saturating_add(1);
        sum = sum.wrapping_add(u128::from_be_bytes(*first));
    }
    Ok((count, sum))
}

fn read_mark(row: &Row<'_>) -> Result<Cursor, StoreError> {
    Ok(Cursor {
        epoch: value::column::<i64>(row, "mark_epoch")?.cast_unsigned(),
        seq: value::count(row, "mark_seq")?,
        chain: value::column(row, "mark_chain")?,
    })
}

fn read_checkpoint(row: &Row<'_>) -> Result<StoredCheckpoint, StoreError> {
    let tail = Tail {
        seq: value::count(row, "seq")?,
        chain: value::column(row, "chain")?,
        count: value::count(row, "count")?,
        sum: u128::from_be_bytes(value::column(row, "sum")?),
    };
    Ok(StoredCheckpoint {
        epoch: value::column::<i64>(row, "epoch")?.cast_unsigned(),
        tail,
    })
}

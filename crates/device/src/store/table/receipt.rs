//! Receipts: the newest of each envelope, as the server signed it.

use bitacora_core::id::{DeviceId, EnvelopeHash};
use bitacora_core::receipt::Receipt;
use rusqlite::{Connection, params};

use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// Puts a receipt if it is newer than the one held; returns whether it was.
pub(crate) fn put(tx: &Tx<'_>, receipt: &Receipt) -> Result<bool, StoreError> {
    let finding = &receipt.finding;
    let held = get(tx, finding.envelope)?;
    // Another generation of the server's logs begins to count versions anew.
    let is_newer =
        held.is_none_or(|(epoch, version)| epoch != finding.epoch || version < finding.version);
    if !is_newer {
        return Ok(false);
    }
    let bytes = minicbor::to_vec(receipt).map_err(|_| StoreError::Value { what: "receipt" })?;
    tx.write(
        "INSERT INTO receipt (envelope, epoch, version, open, bytes) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (envelope) DO UPDATE SET epoch = excluded.epoch, version = excluded.version,
            open = excluded.open, bytes = excluded.bytes",
        params![
            finding.envelope.as_bytes(),
            finding.epoch.cast_signed(),
            finding.version,
            finding.is_open(),
            bytes
        ],
    )?;
    Ok(true)
}

/// Lets any receipt count as newer than those held: a server that was put back counts its versions again.
pub(crate) fn doubt_all(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.write("UPDATE receipt SET version = 0 WHERE version > 0", [])?;
    Ok(())
}

/// Returns generation and version of the receipt held.
fn get(db: &Connection, envelope: EnvelopeHash) -> Result<Option<(u64, u32)>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT epoch, version FROM receipt WHERE envelope = ?1")?;
    value::first(&mut statement, [envelope.as_bytes()], |row| {
        Ok((
            value::column::<i64>(row, "epoch")?.cast_unsigned(),
            value::column(row, "version")?,
        ))
    })
}

/// Returns the highest counter up to which every envelope of a device has a receipt that no fork has put in doubt.
pub(crate) fn through(db: &Connection, device: DeviceId) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT min(
            coalesce((SELECT min(e.counter) - 1 FROM envelope e LEFT JOIN receipt r ON r.envelope = e.envelope
                WHERE e.device = ?1 AND r.envelope IS NULL AND NOT EXISTS (
                    SELECT 1 FROM envelope first WHERE first.device = e.device AND first.counter = e.counter
                        AND first.rowid < e.rowid)),
                (SELECT max(counter) FROM envelope WHERE device = ?1), 0),
            coalesce((SELECT min(e.counter) - 1 FROM change c JOIN envelope e ON e.envelope = c.envelope
                WHERE c.log_seq IS NULL AND c.envelope IS NOT NULL AND c.state = 'kept' AND c.unwanted = 0
                    AND c.receipt = 'none' AND c.save IS NOT NULL AND e.device = ?1), 9223372036854775807)) AS through",
    )?;
    Ok(value::first(&mut statement, [device.as_bytes()], |row| {
        value::count(row, "through")
    })?
    .unwrap_or(0))
}

/// Returns (counter, version) of receipts of a device up to there with something waiting.
pub(crate) fn open(
    db: &Connection,
    device: DeviceId,
    limit: usize,
) -> Result<Vec<(u64, u32)>, StoreError> {
    let through = through(db, device)?;
    let mut statement = db.prepare_cached(
        "SELECT e.counter AS counter, r.version AS version FROM receipt r JOIN envelope e ON e.envelope = r.envelope
         WHERE r.open = 1 AND e.device = ?1 AND e.counter <= ?2 ORDER BY e.counter LIMIT ?3",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    value::each(
        &mut statement,
        params![device.as_bytes(), value::integer(through), limit],
        |row| {
            Ok((
                value::count(row, "counter")?,
                value::column(row, "version")?,
            ))
        },
    )
}

//! Receipts as they were signed, every version.

use bitacora_core::id::DeviceId;
use bitacora_core::receipt::Receipt;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::store::StoreError;
use crate::store::value::Unsigned;

/// Finds the newest receipt of an envelope.
pub(crate) fn newest(
    connection: &Connection,
    device: DeviceId,
    counter: u64,
) -> Result<Option<Receipt>, StoreError> {
    let Ok(counter) = i64::try_from(counter) else {
        return Ok(None);
    };
    let mut find = connection.prepare_cached(
        "SELECT receipt FROM receipt WHERE device = ? AND counter = ? ORDER BY version DESC LIMIT 1",
    )?;
    let found: Option<Vec<u8>> = find
        .query_row(params![device.as_bytes(), counter], |row| row.get(0))
        .optional()?;
    found.map(|receipt| read(&receipt)).transpose()
}

/// Reads the newest receipts of a device's envelopes above a counter, in order.
pub(crate) fn newest_after(
    connection: &Connection,
    device: DeviceId,
    counter: u64,
    limit: usize,
) -> Result<Vec<Receipt>, StoreError> {
    let Ok(counter) = i64::try_from(counter) else {
        return Ok(Vec::new());
    };
    let mut find = connection.prepare_cached(
        "SELECT receipt FROM receipt AS newest
         WHERE device = ?1 AND counter > ?2
           AND NOT EXISTS (SELECT 1 FROM receipt AS newer
                           WHERE newer.device = ?1 AND newer.counter = newest.counter
                             AND newer.version > newest.version)
         ORDER BY counter LIMIT ?3",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = find.query_map(params![device.as_bytes(), counter, limit], |row| {
        row.get::<_, Vec<u8>>(0)
    })?;
    rows.map(|row| read(&row?)).collect()
}

/// Keeps a receipt beside the earlier versions.
pub(crate) fn save(connection: &Connection, receipt: &Receipt) -> Result<(), StoreError> {
    let finding = &receipt.finding;
    let bytes = minicbor::to_vec(receipt).map_err(|_| StoreError::Unreadable("receipt"))?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO receipt (device, counter, version, receipt) VALUES (?, ?, ?, ?)",
    )?;
    insert.execute(params![
        finding.device.as_bytes(),
        Unsigned(finding.counter),
        finding.version,
        bytes
    ])?;
    Ok(())
}

fn read(bytes: &[u8]) -> Result<Receipt, StoreError> {
    minicbor::decode(bytes).map_err(|_| StoreError::Unreadable("receipt"))
}

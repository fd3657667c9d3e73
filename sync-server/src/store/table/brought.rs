//! Further envelopes that brought a change which is not stored yet under the first one.

use bitacora_core::envelope::LeafHash;
use bitacora_core::id::DeviceId;
use bitacora_core::sync::NewChange;
use rusqlite::{Connection, params};

use super::change;
use crate::store::StoreError;
use crate::store::value::Unsigned;

/// Notes a further envelope; the first of each person of a device stays.
pub(crate) fn note(connection: &Connection, change: &NewChange) -> Result<(), StoreError> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO brought (leaf_hash, device, person, counter, leaf, scope) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO NOTHING",
    )?;
    insert.execute(params![
        change.leaf_hash().as_bytes(),
        change.device.as_bytes(),
        change.person.as_bytes(),
        Unsigned(change.counter),
        change.leaf,
        change.scope.to_string()
    ])?;
    Ok(())
}

/// Reads a change as each further envelope brought it.
pub(crate) fn all(connection: &Connection, leaf: LeafHash) -> Result<Vec<NewChange>, StoreError> {
    let mut find = connection.prepare_cached(
        "SELECT change.change, change.document, change.kind, change.bytes, brought.device, brought.person,
             brought.counter, brought.leaf, brought.scope
         FROM brought JOIN change USING (leaf_hash) WHERE leaf_hash = ? ORDER BY brought.device, brought.counter",
    )?;
    find.query_map([leaf.as_bytes()], |row| Ok(change::read_new(row)))?
        .map(|row| row?)
        .collect()
}

/// Counts the waiting changes that a device brought after another.
pub(crate) fn count(connection: &Connection, device: DeviceId) -> Result<u64, StoreError> {
    let mut count = connection.prepare_cached(
        "SELECT count(*) FROM brought JOIN change USING (leaf_hash)
         WHERE brought.device = ? AND change.state = 'waiting'",
    )?;
    let count: Unsigned = count.query_row([device.as_bytes()], |row| row.get(0))?;
    Ok(count.0)
}

/// Forgets who else brought a change that is stored.
pub(crate) fn forget(connection: &Connection, leaf: LeafHash) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM brought WHERE leaf_hash = ?")?
        .execute([leaf.as_bytes()])?;
    Ok(())
}

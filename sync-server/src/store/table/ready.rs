//! What another change has freed and nobody has judged yet.

use bitacora_core::envelope::LeafHash;
use rusqlite::Connection;

use crate::store::StoreError;
use crate::store::value::{self, Unsigned};

/// Notes a change behind all others; what is noted already keeps its place.
pub(crate) fn note(connection: &Connection, leaf: LeafHash) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO ready (leaf_hash) VALUES (?) ON CONFLICT DO NOTHING")?
        .execute([leaf.as_bytes()])?;
    Ok(())
}

/// Reads the first ones.
pub(crate) fn first(connection: &Connection, limit: usize) -> Result<Vec<LeafHash>, StoreError> {
    let mut find =
        connection.prepare_cached("SELECT leaf_hash FROM ready ORDER BY place LIMIT ?")?;
    let rows = find
        .query_map([Unsigned(limit as u64)], |row| row.get(0))?
        .collect::<Result<Vec<_>, _>>()?;
    rows.into_iter()
        .map(|hash| value::hash(hash, "leaf of a change", LeafHash::new))
        .collect()
}

/// Takes one out.
pub(crate) fn forget(connection: &Connection, leaf: LeafHash) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM ready WHERE leaf_hash = ?")?
        .execute([leaf.as_bytes()])?;
    Ok(())
}

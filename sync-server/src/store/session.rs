//! Transactions that outlive one function: an exchange begins and ends them by the rules of the core.

use rusqlite::Connection;

use super::StoreError;

/// Begins a transaction that is the only writer from now on.
pub(crate) fn begin(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.execute_batch("BEGIN IMMEDIATE")?)
}

/// Makes the transaction durable.
pub(crate) fn commit(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.execute_batch("COMMIT")?)
}

/// Drops the transaction.
pub(crate) fn roll_back(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.execute_batch("ROLLBACK")?)
}

/// Returns what SQLite says about the file: `ok`, or the first thing that is wrong.
pub(crate) fn integrity(connection: &Connection) -> Result<String, StoreError> {
    Ok(connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?)
}

//! Scopes, and which device may read which from where.

use bitacora_core::id::{DeviceId, ScopeId};
use rusqlite::{Connection, Transaction, params};

use crate::store::StoreError;
use crate::store::value::{self, Unsigned};

/// A scope that a device was given, with the row after which it may read if that was fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Granted {
    pub(crate) scope: ScopeId,
    pub(crate) mark: Option<u64>,
}

/// Makes a scope.
pub(crate) fn create(tx: &Transaction<'_>, scope: &ScopeId) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO scope (scope, post) VALUES (?, ?)",
        params![scope.to_string(), scope.post.as_str()],
    )?;
    Ok(())
}

/// Gives a device every scope of its post. What it has stays as it is.
pub(crate) fn grant_post(
    tx: &Transaction<'_>,
    device: DeviceId,
    post: &str,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO device_scope (device, scope) SELECT ?, scope FROM scope WHERE post = ? ON CONFLICT DO NOTHING",
        params![device.as_bytes(), post],
    )?;
    Ok(())
}

/// Reads a device's scopes, by name.
pub(crate) fn of_device(
    connection: &Connection,
    device: DeviceId,
) -> Result<Vec<Granted>, StoreError> {
    let mut find = connection
        .prepare_cached("SELECT scope, mark FROM device_scope WHERE device = ? ORDER BY scope")?;
    let rows = find.query_map([device.as_bytes()], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Option<Unsigned>>(1)?))
    })?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let granted = |(scope, mark): (String, Option<Unsigned>)| {
        Ok(Granted {
            scope: value::word(&scope, "scope")?,
            mark: mark.map(|mark| mark.0),
        })
    };
    rows.into_iter().map(granted).collect()
}

/// Reads every scope, by name.
pub(crate) fn all(connection: &Connection) -> Result<Vec<ScopeId>, StoreError> {
    let mut find = connection.prepare_cached("SELECT scope FROM scope ORDER BY scope")?;
    let rows = find
        .query_map([], |row| row.get::<_, String>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    rows.iter()
        .map(|scope| value::word(scope, "scope"))
        .collect()
}

/// Fixes the row after which a device may read. Once fixed it stays.
pub(crate) fn fix_mark(
    connection: &Connection,
    device: DeviceId,
    scope: &ScopeId,
    mark: u64,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE device_scope SET mark = ? WHERE device = ? AND scope = ? AND mark IS NULL",
        params![Unsigned(mark), device.as_bytes(), scope.to_string()],
    )?;
    Ok(())
}

/// Fixes the row after which a device may read, in each of its scopes where none is fixed.
pub(crate) fn fix_marks(
    connection: &Connection,
    device: DeviceId,
    mark: u64,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE device_scope SET mark = ? WHERE device = ? AND mark IS NULL",
        params![Unsigned(mark), device.as_bytes()],
    )?;
    Ok(())
}

//! Scopes, and which device may read which from where.

use bitacora_core::id::{DeviceId, ScopeId};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use crate::store::value::{self, Unsigned};
use crate::store::StoreError;

/// The number of a scope inside the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ScopeKey(pub(crate) i64);

/// Makes a scope.
pub(crate) fn create(tx: &Transaction<'_>, scope: &ScopeId) -> Result<(), StoreError> {
    tx.execute("INSERT INTO scope (name, post) VALUES (?, ?)", params![scope.to_string(), scope.post.as_str()])?;
    Ok(())
}

/// Finds a scope that the device was given; none also if it exists but is another's.
pub(crate) fn of_device(
    connection: &Connection,
    device: DeviceId,
    scope: &ScopeId,
) -> Result<Option<ScopeKey>, StoreError> {
    let mut find = connection.prepare_cached(
        "SELECT scope.scope FROM scope JOIN device_scope USING (scope)
         WHERE device_scope.device = ? AND scope.name = ?",
    )?;
    Ok(find.query_row(params![device.as_bytes(), scope.to_string()], |row| row.get(0).map(ScopeKey)).optional()?)
}

/// Gives a device every scope of its post.
pub(crate) fn grant_post(tx: &Transaction<'_>, device: DeviceId, post: &str) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO device_scope (device, scope) SELECT ?, scope FROM scope WHERE post = ?",
        params![device.as_bytes(), post],
    )?;
    Ok(())
}

/// Reads the names of a device's scopes.
pub(crate) fn names_of_device(connection: &Connection, device: DeviceId) -> Result<Vec<ScopeId>, StoreError> {
    let mut find = connection.prepare_cached(
        "SELECT scope.name FROM scope JOIN device_scope USING (scope)
         WHERE device_scope.device = ? ORDER BY scope.name",
    )?;
    let names = find.query_map([device.as_bytes()], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    names.iter().map(|name| value::word(name, "scope")).collect()
}

/// Reads every scope.
pub(crate) fn all(connection: &Connection) -> Result<Vec<(ScopeKey, ScopeId)>, StoreError> {
    let mut find = connection.prepare_cached("SELECT scope, name FROM scope ORDER BY name")?;
    let rows = find.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().map(|(key, name)| Ok((ScopeKey(key), value::word(&name, "scope")?))).collect()
}

/// Reads the row after which a device may read, if it was fixed.
pub(crate) fn mark(connection: &Connection, device: DeviceId, scope: ScopeKey) -> Result<Option<u64>, StoreError> {
    let mut find = connection.prepare_cached("SELECT mark FROM device_scope WHERE device = ? AND scope = ?")?;
    let mark = find.query_row(params![device.as_bytes(), scope.0], |row| row.get::<_, Option<Unsigned>>(0)).optional()?;
    Ok(mark.flatten().map(|mark| mark.0))
}

/// Fixes the row after which a device may read.
pub(crate) fn fix_mark(tx: &Transaction<'_>, device: DeviceId, scope: ScopeKey, mark: u64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE device_scope SET mark = ? WHERE device = ? AND scope = ? AND mark IS NULL",
        params![Unsigned(mark), device.as_bytes(), scope.0],
    )?;
    Ok(())
}

//! The devices of the directory and their public keys.

use bitacora_core::id::DeviceId;
use rusqlite::{Connection, params};

use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// Adds or replaces a device.
pub(crate) fn put(
    tx: &Tx<'_>,
    device: DeviceId,
    public_key: &[u8; 32],
    name: &str,
    revoked: bool,
) -> Result<(), StoreError> {
    tx.write(
        "INSERT INTO device (device, public_key, name, revoked) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (device) DO UPDATE SET name = excluded.name, revoked = excluded.revoked",
        params![device.as_bytes(), public_key, name, revoked],
    )?;
    Ok(())
}

/// Returns a device's name, if it is known here.
pub(crate) fn name(db: &Connection, device: DeviceId) -> Result<Option<String>, StoreError> {
    let mut statement = db.prepare_cached("SELECT name FROM device WHERE device = ?1")?;
    value::first(&mut statement, [device.as_bytes()], |row| {
        value::column(row, "name")
    })
}

/// Returns a device's public key, if it is known here.
pub(crate) fn public_key(
    db: &Connection,
    device: DeviceId,
) -> Result<Option<[u8; 32]>, StoreError> {
    let mut statement = db.prepare_cached("SELECT public_key FROM device WHERE device = ?1")?;
    value::first(&mut statement, [device.as_bytes()], |row| {
        value::column(row, "public_key")
    })
}

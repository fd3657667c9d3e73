//! The devices that were enrolled here.

use std::fmt;

use bitacora_core::enrol::{Digits, Role};
use bitacora_core::id::{DeviceId, PersonId, PostId};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};

use crate::store::StoreError;
use crate::store::value::{self, Unsigned};

/// An enrolled device.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Device {
    pub(crate) id: DeviceId,
    pub(crate) public_key: [u8; 32],
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) post: PostId,
    pub(crate) holder: PersonId,
    pub(crate) digits: Digits,
    pub(crate) enrolled_at: DateTime<Utc>,
    pub(crate) last_contact_at: Option<DateTime<Utc>>,
    pub(crate) clock_ahead_seconds: Option<i64>,
    pub(crate) received: u64,
    pub(crate) refused: u64,
    pub(crate) cloned: bool,
    pub(crate) revoked_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device")
            .field("id", &self.id)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

const COLUMNS: &str =
    "SELECT device, public_key, name, role, post, holder, digits, enrolled_at, last_contact_at,
    clock_ahead_seconds, received, refused, cloned, revoked_at FROM device";

/// Enrols a device.
pub(crate) fn insert(tx: &Transaction<'_>, device: &Device) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO device (device, public_key, name, role, post, holder, digits, enrolled_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            device.id.as_bytes(),
            device.public_key,
            device.name,
            device.role.as_str(),
            device.post.as_str(),
            device.holder.as_bytes(),
            u32::from(device.digits),
            device.enrolled_at.timestamp_millis()
        ],
    )?;
    Ok(())
}

/// Gives a known device what a further code says: name, role, post, holder, digits. What was received stays.
pub(crate) fn enrol_again(tx: &Transaction<'_>, device: &Device) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE device SET name = ?, role = ?, post = ?, holder = ?, digits = ?, enrolled_at = ? WHERE device = ?",
        params![
            device.name,
            device.role.as_str(),
            device.post.as_str(),
            device.holder.as_bytes(),
            u32::from(device.digits),
            device.enrolled_at.timestamp_millis(),
            device.id.as_bytes()
        ],
    )?;
    Ok(())
}

/// Notes who holds a device whose enrolment was asked for again because its answer was lost.
pub(crate) fn set_holder(
    tx: &Transaction<'_>,
    id: DeviceId,
    holder: PersonId,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE device SET holder = ? WHERE device = ?",
        params![holder.as_bytes(), id.as_bytes()],
    )?;
    Ok(())
}

/// Finds a device, revoked ones included.
pub(crate) fn find(connection: &Connection, id: DeviceId) -> Result<Option<Device>, StoreError> {
    let mut find = connection.prepare_cached(&format!("{COLUMNS} WHERE device = ?"))?;
    find.query_row([id.as_bytes()], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// Reads every device, by name.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Device>, StoreError> {
    let mut find = connection.prepare_cached(&format!("{COLUMNS} ORDER BY name, device"))?;
    find.query_map([], |row| Ok(read(row)))?
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .collect()
}

fn read(row: &Row<'_>) -> Result<Device, StoreError> {
    let public_key: Vec<u8> = row.get("public_key")?;
    Ok(Device {
        id: value::id(row.get("device")?, "device", DeviceId::new)?,
        public_key: public_key
            .try_into()
            .map_err(|_| StoreError::Unreadable("device key"))?,
        name: row.get("name")?,
        role: value::word(&row.get::<_, String>("role")?, "role")?,
        post: value::word(&row.get::<_, String>("post")?, "post")?,
        holder: value::id(row.get("holder")?, "person", PersonId::from_bytes)?,
        digits: Digits::from_number(row.get("digits")?),
        enrolled_at: value::time(row, "enrolled_at")?,
        last_contact_at: value::optional_time(row, "last_contact_at")?,
        clock_ahead_seconds: row.get("clock_ahead_seconds")?,
        received: row.get::<_, Unsigned>("received")?.0,
        refused: row.get::<_, Unsigned>("refused")?.0,
        cloned: row.get("cloned")?,
        revoked_at: value::optional_time(row, "revoked_at")?,
    })
}

/// Revokes a device; false if it was not enrolled or is revoked already.
pub(crate) fn revoke(
    tx: &Transaction<'_>,
    id: DeviceId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let revoked = tx.execute(
        "UPDATE device SET revoked_at = ? WHERE device = ? AND revoked_at IS NULL",
        params![now.timestamp_millis(), id.as_bytes()],
    )?;
    Ok(revoked == 1)
}

/// Notes the digits of the exchange that the device knows of.
pub(crate) fn set_digits(
    tx: &Transaction<'_>,
    id: DeviceId,
    digits: Digits,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE device SET digits = ? WHERE device = ?",
        params![u32::from(digits), id.as_bytes()],
    )?;
    Ok(())
}

/// Notes that a device was here, and how its clock stood.
pub(crate) fn note_contact(
    connection: &Connection,
    id: DeviceId,
    now: DateTime<Utc>,
    clock_ahead_seconds: i64,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE device SET last_contact_at = ?, clock_ahead_seconds = ? WHERE device = ?",
        params![now.timestamp_millis(), clock_ahead_seconds, id.as_bytes()],
    )?;
    Ok(())
}

/// Adds to what was received and refused from a device.
pub(crate) fn count(
    connection: &Connection,
    id: DeviceId,
    received: u64,
    refused: u64,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE device SET received = received + ?, refused = refused + ? WHERE device = ?",
        params![Unsigned(received), Unsigned(refused), id.as_bytes()],
    )?;
    Ok(())
}

/// Raises the clone alarm.
pub(crate) fn mark_cloned(connection: &Connection, id: DeviceId) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE device SET cloned = 1 WHERE device = ?",
        [id.as_bytes()],
    )?;
    Ok(())
}

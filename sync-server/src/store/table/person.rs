//! The persons who announced themselves on a device, by pseudonym, with the name that colleagues see.

use std::fmt;

use bitacora_core::enrol::Role;
use bitacora_core::id::{DeviceId, PersonId};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use crate::store::{StoreError, value};

/// Persons whom one device may announce: a post has dozens, and a phone is shared by a handful.
pub(crate) const PERSONS_MAX: u32 = 100;

/// A person.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) id: PersonId,
    pub(crate) name: String,
    pub(crate) role: Role,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person")
            .field("id", &self.id)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// Takes a person whom a device announces; true if the directory was altered.
///
/// A role is never altered so, nor the name of somebody whom another device announced before: whoever reads
/// a pseudonym in the directory could call him something else everywhere. Beyond [`PERSONS_MAX`] nobody is taken: every
/// device is given the whole directory.
pub(crate) fn announce(
    tx: &Transaction<'_>,
    device: DeviceId,
    person: &Person,
    may_rename: bool,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let is_named = !person.name.chars().any(char::is_control);
    if !is_named || !has_room(tx, device, person.id)? {
        tracing::warn!(device.id = %device, "A person whom a device announces was not taken.");
        return Ok(false);
    }
    let known: Option<String> = tx
        .query_row(
            "SELECT name FROM person WHERE person = ?",
            [person.id.as_bytes()],
            |row| row.get(0),
        )
        .optional()?;
    let altered = match known {
        None => true,
        Some(name) => may_rename && name != person.name && !is_elsewhere(tx, device, person.id)?,
    };
    if altered {
        tx.execute(
            "INSERT INTO person (person, name, role, announced_at) VALUES (?, ?, ?, ?)
             ON CONFLICT (person) DO UPDATE SET name = excluded.name",
            params![
                person.id.as_bytes(),
                person.name,
                person.role.as_str(),
                now.timestamp_millis()
            ],
        )?;
    }
    tx.execute(
        "INSERT INTO device_person (device, person) VALUES (?, ?) ON CONFLICT DO NOTHING",
        params![device.as_bytes(), person.id.as_bytes()],
    )?;
    Ok(altered)
}

/// Returns whether a person is known on a device, or one more can be.
fn has_room(tx: &Transaction<'_>, device: DeviceId, person: PersonId) -> Result<bool, StoreError> {
    let mut count = tx.prepare_cached(
        "SELECT count(*) < ?2 OR coalesce(sum(person = ?3), 0) > 0 FROM device_person WHERE device = ?1",
    )?;
    let asked = params![device.as_bytes(), PERSONS_MAX, person.as_bytes()];
    Ok(count.query_row(asked, |row| row.get(0))?)
}

fn is_elsewhere(
    tx: &Transaction<'_>,
    device: DeviceId,
    person: PersonId,
) -> Result<bool, StoreError> {
    Ok(tx
        .prepare_cached("SELECT 1 FROM device_person WHERE person = ? AND device <> ?")?
        .exists(params![person.as_bytes(), device.as_bytes()])?)
}

/// Notes that a further code gave a person, if he is known, a role that may more. It never takes one away:
/// anybody with a code could name another's pseudonym.
pub(crate) fn promote(
    tx: &Transaction<'_>,
    person: PersonId,
    role: Role,
) -> Result<(), StoreError> {
    let known: Option<String> = tx
        .query_row(
            "SELECT role FROM person WHERE person = ?",
            [person.as_bytes()],
            |row| row.get(0),
        )
        .optional()?;
    let known: Option<Role> = known.map(|word| value::word(&word, "role")).transpose()?;
    if known.is_some_and(|known| role.outranks(known)) {
        tx.execute(
            "UPDATE person SET role = ? WHERE person = ?",
            params![role.as_str(), person.as_bytes()],
        )?;
    }
    Ok(())
}

/// Returns what a person may do on a device: the code's role for its holder, a member's for whoever else was
/// announced there, none for anybody else.
pub(crate) fn role_on(
    connection: &Connection,
    device: DeviceId,
    person: PersonId,
) -> Result<Option<Role>, StoreError> {
    let mut find = connection.prepare_cached(
        "SELECT device.role, device.holder = ?2,
             EXISTS (SELECT 1 FROM device_person WHERE device = ?1 AND person = ?2)
         FROM device WHERE device.device = ?1",
    )?;
    let found: Option<(String, bool, bool)> = find
        .query_row(params![device.as_bytes(), person.as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    match found {
        Some((role, true, _)) => Ok(Some(value::word(&role, "role")?)),
        Some((_, false, true)) => Ok(Some(Role::PatrolMember)),
        _ => Ok(None),
    }
}

/// Reads every person.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Person>, StoreError> {
    let mut find =
        connection.prepare_cached("SELECT person, name, role FROM person ORDER BY person")?;
    let rows = find.query_map([], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?))
    })?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let person = |(id, name, role): (Vec<u8>, String, String)| {
        Ok(Person {
            id: value::id(id, "person", PersonId::from_bytes)?,
            name,
            role: value::word(&role, "role")?,
        })
    };
    rows.into_iter().map(person).collect()
}

/// Reads the names of the persons of a device.
pub(crate) fn names_on(
    connection: &Connection,
    device: DeviceId,
) -> Result<Vec<String>, StoreError> {
    let mut find = connection.prepare_cached(
        "SELECT person.name FROM person JOIN device_person USING (person)
         WHERE device_person.device = ? ORDER BY person.name",
    )?;
    Ok(find
        .query_map([device.as_bytes()], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

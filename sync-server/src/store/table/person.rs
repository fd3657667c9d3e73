//! The persons who announced themselves on a device, by pseudonym, with the name that colleagues see.

use std::fmt;

use bitacora_core::enrol::Role;
use bitacora_core::id::{DeviceId, PersonId};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use crate::store::{StoreError, value};

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

/// Takes a person whom a device announces; true if the directory was altered. A role is never altered so.
pub(crate) fn announce(
    tx: &Transaction<'_>,
    device: DeviceId,
    person: &Person,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let known: Option<String> = tx
        .query_row(
            "SELECT name FROM person WHERE person = ?",
            [person.id.as_bytes()],
            |row| row.get(0),
        )
        .optional()?;
    let altered = known.as_deref() != Some(person.name.as_str());
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

/// Reads the role of a person.
pub(crate) fn role(connection: &Connection, person: PersonId) -> Result<Option<Role>, StoreError> {
    let word: Option<String> = connection
        .query_row(
            "SELECT role FROM person WHERE person = ?",
            [person.as_bytes()],
            |row| row.get(0),
        )
        .optional()?;
    word.map(|word| value::word(&word, "role")).transpose()
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

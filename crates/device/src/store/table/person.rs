//! The people that this device knows by name: its own and those of the server's directory.

use bitacora_core::id::{DeviceId, PersonId};
use rusqlite::{Connection, params};

use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// Notes the name of someone with a key slot here. A name from the server's directory stays as it is.
pub(crate) fn put_local(tx: &Tx<'_>, person: PersonId, name: &str) -> Result<(), StoreError> {
    tx.write(
        "INSERT INTO person (person, name, role, here, announced) VALUES (?1, ?2, NULL, 1, 0)
         ON CONFLICT (person) DO UPDATE SET here = 1",
        params![person.as_bytes(), name],
    )?;
    Ok(())
}

/// Notes a person of the server's directory.
pub(crate) fn put_announced(
    tx: &Tx<'_>,
    person: PersonId,
    name: &str,
    role: Option<&str>,
) -> Result<(), StoreError> {
    tx.write(
        "INSERT INTO person (person, name, role, here, announced) VALUES (?1, ?2, ?3, 0, 1)
         ON CONFLICT (person) DO UPDATE SET name = excluded.name, role = excluded.role, announced = 1",
        params![person.as_bytes(), name, role],
    )?;
    Ok(())
}

/// Notes the role that the server gave with an enrolment; the directory's word replaces it.
pub(crate) fn set_role(tx: &Tx<'_>, person: PersonId, role: &str) -> Result<(), StoreError> {
    tx.write(
        "UPDATE person SET role = ?2 WHERE person = ?1",
        params![person.as_bytes(), role],
    )?;
    Ok(())
}

/// Notes that the server knows a person of this device.
pub(crate) fn set_announced(tx: &Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.write(
        "UPDATE person SET announced = 1 WHERE person = ?1",
        [person.as_bytes()],
    )?;
    Ok(())
}

/// Notes that a new server was told of nobody.
pub(crate) fn forget_announced(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.write("UPDATE person SET announced = 0", [])?;
    Ok(())
}

/// Returns the people of this device that the server was not told of.
pub(crate) fn unannounced(db: &Connection) -> Result<Vec<(PersonId, String)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT person, name FROM person WHERE here = 1 AND announced = 0 ORDER BY person",
    )?;
    value::each(&mut statement, [], |row| {
        Ok((value::person(row, "person")?, value::column(row, "name")?))
    })
}

/// Returns who signed own envelopes above a counter, in their order.
pub(crate) fn signers(
    db: &Connection,
    device: DeviceId,
    above: u64,
) -> Result<Vec<(PersonId, String)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT change.person AS person, coalesce(person.name, '') AS name, min(envelope.counter) AS first
         FROM envelope JOIN change ON change.envelope = envelope.envelope
             LEFT JOIN person ON person.person = change.person
         WHERE envelope.device = ?1 AND envelope.counter > ?2 GROUP BY change.person ORDER BY first",
    )?;
    value::each(
        &mut statement,
        params![device.as_bytes(), value::integer(above)],
        |row| Ok((value::person(row, "person")?, value::column(row, "name")?)),
    )
}

/// Returns a person's name, if it is known here.
pub(crate) fn name(db: &Connection, person: PersonId) -> Result<Option<String>, StoreError> {
    let mut statement = db.prepare_cached("SELECT name FROM person WHERE person = ?1")?;
    value::first(&mut statement, [person.as_bytes()], |row| {
        value::column(row, "name")
    })
}

/// Returns a person's role in the server's directory.
pub(crate) fn role(db: &Connection, person: PersonId) -> Result<Option<String>, StoreError> {
    let mut statement = db.prepare_cached("SELECT role FROM person WHERE person = ?1")?;
    Ok(value::first(&mut statement, [person.as_bytes()], |row| {
        value::column(row, "role")
    })?
    .flatten())
}

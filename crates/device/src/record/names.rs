//! Names of people, devices and patrols as lists show them, kept until something is written.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use bitacora_core::id::{DeviceId, PatrolId, PersonId};
use bitacora_core::summary::Heading;
use rusqlite::Connection;

use crate::store::StoreError;
use crate::store::table::{device, patrol_row, person};

/// Names met so far: lists ask for few people, devices and patrols, many times each.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// How many transactions there were when the first of them was read.
    at: u64,
    people: BTreeMap<PersonId, String>,
    devices: BTreeMap<DeviceId, String>,
    patrols: BTreeMap<PatrolId, Option<String>>,
}

/// The names that belong to one record.
#[derive(Clone, Copy)]
pub(crate) struct Told<'a> {
    pub(crate) author: &'a str,
    pub(crate) device: &'a str,
    pub(crate) patrol: Option<&'a str>,
}

impl Names {
    /// Forgets what may have changed since: another number of transactions is another store.
    pub(crate) fn as_of(&mut self, writes: u64) -> &mut Self {
        if self.at != writes {
            *self = Self {
                at: writes,
                ..Self::default()
            };
        }
        self
    }

    /// Returns the names of a record.
    pub(crate) fn of<'a>(
        &'a mut self,
        db: &Connection,
        heading: &Heading<'_>,
    ) -> Result<Told<'a>, StoreError> {
        let author = learn(&mut self.people, heading.author_id, || {
            Ok(person::name(db, heading.author_id)?.unwrap_or_default())
        })?;
        let device = learn(&mut self.devices, heading.device_id, || {
            Ok(device::name(db, heading.device_id)?.unwrap_or_default())
        })?;
        let patrol = match heading.patrol_id {
            Some(id) => learn(&mut self.patrols, id, || patrol_row::code(db, id))?.as_deref(),
            None => None,
        };
        Ok(Told {
            author,
            device,
            patrol,
        })
    }

    /// Returns a person's name or rank; empty if this device does not know the person yet.
    pub(crate) fn person(&mut self, db: &Connection, id: PersonId) -> Result<String, StoreError> {
        let name = learn(&mut self.people, id, || {
            Ok(person::name(db, id)?.unwrap_or_default())
        })?;
        Ok(name.clone())
    }

    /// Returns a device's name; empty if it is not known here.
    pub(crate) fn device(&mut self, db: &Connection, id: DeviceId) -> Result<String, StoreError> {
        let name = learn(&mut self.devices, id, || {
            Ok(device::name(db, id)?.unwrap_or_default())
        })?;
        Ok(name.clone())
    }
}

fn learn<K: Ord, V>(
    known: &mut BTreeMap<K, V>,
    id: K,
    read: impl FnOnce() -> Result<V, StoreError>,
) -> Result<&mut V, StoreError> {
    Ok(match known.entry(id) {
        Entry::Occupied(entry) => entry.into_mut(),
        Entry::Vacant(entry) => entry.insert(read()?),
    })
}

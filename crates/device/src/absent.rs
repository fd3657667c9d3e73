//! Handing in for those who are not coming: a server was lost with its key, and some phones with it.

use std::collections::BTreeSet;

use bitacora_core::id::OrganisationId;

use crate::device::{Device, Unlocked};
use crate::enrolled::comparison;
use crate::error::{DeviceError, ErrorCode};
use crate::record::Names;
use crate::store::StoreError;
use crate::store::table::way::absent;
use crate::store::table::{change, contact, encounter_row, meta};

/// What others wrote for a server that is lost, is here, and is not at the server in its place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Absent {
    /// Records in lists of which something is missing there.
    pub records: u64,
    /// Patrols and undone records, likewise.
    pub others: u64,
    /// Who wrote it, by the names that are known here.
    pub people: Vec<String>,
}

impl Device {
    /// Returns what [`Device::hand_in_for_absent`] would hand in, for whoever can know which phones are gone: who lists
    /// the post's devices. Nothing for anybody else, and nothing as long as it is not known what the server has: before
    /// the first exchange with it, after one that did not go through, and while this device may hand nothing in.
    pub fn absent(&self) -> Result<Absent, DeviceError> {
        let Some(server) = self.server()? else {
            return Ok(Absent::default());
        };
        self.with(|unlocked| {
            let db = unlocked.store.read();
            let went_through = contact::newest(db, 1)?.first().is_some_and(|last| last.ok);
            let may = unlocked.role()?.administers_devices()
                && comparison::read(db)?.is_none()
                && meta::get(db, meta::COPIED)?.is_none()
                && meta::get(db, meta::NOT_HEARD_OF)?.is_none();
            if !(went_through && may) {
                return Ok(Absent::default());
            }
            Ok(unlocked.absent(server.enrolment.organisation)?)
        })
    }

    /// Lets the next sync hand in what other devices wrote for a server that is lost, as far as this device has read it
    /// and, by its last contact, the server in its place has not: sync first. Returns what that concerns.
    ///
    /// It goes under this device's seal, in its authors' names and with a member's rights
    /// (docs/decisions/0097). An author who joins later brings the rest.
    ///
    /// Errors with `not_enrolled` on a device that belongs to no server.
    pub fn hand_in_for_absent(&self) -> Result<Absent, DeviceError> {
        let Some(server) = self.server()? else {
            return Err(DeviceError::Server {
                code: ErrorCode::NotEnrolled,
                message: "this device is not enrolled yet; enrol it with the server that is to have the records"
                    .to_owned(),
            });
        };
        let organisation = server.enrolment.organisation;
        self.with(|unlocked| {
            let concerned = unlocked.absent(organisation)?;
            unlocked.store.keep(|tx| {
                for document in absent::unseal(tx, organisation)? {
                    encounter_row::set_place(tx, &change::whereabouts(tx, document)?)?;
                }
                Ok(())
            })?;
            Ok(concerned)
        })
    }
}

impl Unlocked {
    fn absent(&self, organisation: OrganisationId) -> Result<Absent, StoreError> {
        let db = self.store.read();
        let found = absent::found(db, organisation)?;
        let documents: BTreeSet<_> = found.iter().map(|(document, _)| *document).collect();
        let authors: BTreeSet<_> = found.iter().map(|(_, person)| *person).collect();
        let (mut absent, mut names) = (Absent::default(), Names::default());
        for document in documents {
            match encounter_row::is_listed(db, document)? {
                true => absent.records += 1,
                false => absent.others += 1,
            }
        }
        for author in authors {
            absent.people.push(names.person(db, author)?);
        }
        absent.people.retain(|name| !name.is_empty());
        absent.people.sort();
        Ok(absent)
    }
}

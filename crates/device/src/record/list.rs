//! Lists of records, and finding one.

use std::collections::BTreeMap;

use bitacora_core::id::{DeviceId, EncounterId, PatrolId, PersonId};
use bitacora_core::short_code;
use rusqlite::Connection;

use super::filter::{PAGE_ROWS_MAX, RowFilter};
use super::row::{Mark, Row, RowPage};
use crate::device::{Device, Unlocked};
use crate::error::DeviceError;
use crate::store::StoreError;
use crate::store::table::encounter_row::{self, StateCounts, StoredRow};
use crate::store::table::{device, page, patrol_row, person};

impl Device {
    /// Returns one page of records, newest saved first. Withdrawn records are in no list.
    pub fn rows(&self, filter: &RowFilter) -> Result<RowPage, DeviceError> {
        let filter = RowFilter {
            limit: filter.limit.min(PAGE_ROWS_MAX),
            ..filter.clone()
        };
        self.with(|unlocked| {
            let stored = page::rows(unlocked.store.read(), &filter)?;
            let complete = filter.offset == 0
                && u32::try_from(stored.len()).is_ok_and(|count| count < filter.limit);
            let total = match complete {
                true => u64::try_from(stored.len()).unwrap_or(u64::MAX),
                false => unlocked.counted.total(
                    unlocked.store.read(),
                    unlocked.store.writes(),
                    &filter,
                )?,
            };
            let mut names = Names::default();
            let rows = stored
                .into_iter()
                .map(|stored| names.row(unlocked, stored))
                .collect::<Result<_, _>>()?;
            Ok(RowPage { rows, total })
        })
    }

    /// Returns how many records are in each state.
    pub fn counts(&self) -> Result<StateCounts, DeviceError> {
        self.with(|unlocked| {
            Ok(unlocked
                .counted
                .states(unlocked.store.read(), unlocked.store.writes())?)
        })
    }

    /// Returns the row of a record, also of a withdrawn one.
    pub fn row(&self, id: EncounterId) -> Result<Row, DeviceError> {
        self.with(|unlocked| unlocked.row_of(id))
    }

    /// Returns the records with a short code, as heard over the radio or read from paper.
    pub fn find(&self, code: &str) -> Result<Vec<Row>, DeviceError> {
        let wrong = || {
            DeviceError::invalid(
                "short_code",
                "not a short code such as BCH-0314-7QK-3, or mistyped",
            )
        };
        let code = short_code::parse(code).ok_or_else(wrong)?;
        self.with(|unlocked| {
            let stored = encounter_row::by_short_code(unlocked.store.read(), &code)?;
            let mut names = Names::default();
            Ok(stored
                .into_iter()
                .map(|stored| names.row(unlocked, stored))
                .collect::<Result<_, StoreError>>()?)
        })
    }
}

impl Unlocked {
    /// Returns the row of a record.
    pub(crate) fn row_of(&self, id: EncounterId) -> Result<Row, DeviceError> {
        let stored = encounter_row::get(self.store.read(), id)?.ok_or(DeviceError::NotFound {
            what: "this record",
        })?;
        self.row(stored)
    }

    /// Adds names and marks to a stored row.
    pub(crate) fn row(&self, stored: StoredRow) -> Result<Row, DeviceError> {
        Ok(Names::default().row(self, stored)?)
    }
}

/// Names met on one page: a page asks for few people, devices and patrols, many times each.
#[derive(Default)]
pub(crate) struct Names {
    people: BTreeMap<PersonId, String>,
    devices: BTreeMap<DeviceId, String>,
    patrols: BTreeMap<PatrolId, Option<String>>,
}

impl Names {
    pub(crate) fn row(
        &mut self,
        unlocked: &Unlocked,
        stored: StoredRow,
    ) -> Result<Row, StoreError> {
        let db = unlocked.store.read();
        let StoredRow {
            summary,
            place,
            unreceived,
            refused,
            saved_at,
            received_at,
        } = stored;
        Ok(Row {
            marks: Mark::of(&summary, refused),
            author_name: self.person(db, summary.author_id)?,
            author_is_me: summary.author_id == unlocked.me,
            device_name: self.device(db, summary.device_id)?,
            patrol_code: summary
                .patrol_id
                .map_or(Ok(None), |patrol| self.patrol(db, patrol))?,
            summary,
            place,
            unreceived,
            saved_at,
            received_at,
        })
    }

    pub(crate) fn person(&mut self, db: &Connection, id: PersonId) -> Result<String, StoreError> {
        if let Some(name) = self.people.get(&id) {
            return Ok(name.clone());
        }
        let name = person::name(db, id)?.unwrap_or_default();
        self.people.insert(id, name.clone());
        Ok(name)
    }

    pub(crate) fn device(&mut self, db: &Connection, id: DeviceId) -> Result<String, StoreError> {
        if let Some(name) = self.devices.get(&id) {
            return Ok(name.clone());
        }
        let name = device::name(db, id)?.unwrap_or_default();
        self.devices.insert(id, name.clone());
        Ok(name)
    }

    fn patrol(&mut self, db: &Connection, id: PatrolId) -> Result<Option<String>, StoreError> {
        if let Some(code) = self.patrols.get(&id) {
            return Ok(code.clone());
        }
        let code = patrol_row::code(db, id)?;
        self.patrols.insert(id, code.clone());
        Ok(code)
    }
}

//! Lists of records, and finding one.

use bitacora_core::id::{EncounterId, PersonId};
use bitacora_core::short_code;
use rusqlite::Connection;

use super::filter::{PAGE_ROWS_MAX, RowFilter};
use super::names::Names;
use super::row::{Line, Page, Row, RowPage};
use crate::device::{Device, Unlocked};
use crate::error::DeviceError;
use crate::store::StoreError;
use crate::store::table::encounter_row::{self, StateCounts, StoredLine};
use crate::store::table::page;

impl Device {
    /// Returns one page of records, newest saved first. Withdrawn records are in no list.
    pub fn rows(&self, filter: &RowFilter) -> Result<RowPage, DeviceError> {
        self.page(filter, |line| line.to_row())
    }

    /// Returns one page of whatever `each` makes of its lines, which are read where they lie. The device
    /// is held meanwhile: `each` must not ask it for anything.
    pub fn page<T>(
        &self,
        filter: &RowFilter,
        mut each: impl FnMut(&Line<'_>) -> Result<T, DeviceError>,
    ) -> Result<Page<T>, DeviceError> {
        let limit = filter.limit.min(PAGE_ROWS_MAX);
        self.with(|unlocked| {
            let Unlocked {
                store,
                counted,
                names,
                me,
                ..
            } = unlocked;
            let (db, writes) = (store.read(), store.writes());
            let names = names.as_of(writes);
            let mut rows = Vec::with_capacity(usize::try_from(limit).unwrap_or_default());
            let start = counted.start(writes, filter);
            let last = page::each(db, filter, limit, start, |stored| {
                rows.push(each(&Line::of(stored, names, db, *me)?)?);
                Ok::<_, DeviceError>(())
            })?;
            let length = u64::try_from(rows.len()).unwrap_or(u64::MAX);
            let is_whole = filter.offset == 0 && length < u64::from(limit);
            let total = match is_whole {
                true => length,
                false => counted.total(db, writes, filter)?,
            };
            counted.turned(writes, filter, length, last);
            Ok(Page { rows, total })
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
            let db = unlocked.store.read();
            encounter_row::by_short_code(db, &code, |stored| unlocked.row(stored))
        })
    }
}

impl Unlocked {
    /// Returns the row of a record.
    pub(crate) fn row_of(&self, id: EncounterId) -> Result<Row, DeviceError> {
        let found = encounter_row::get(self.store.read(), id, |stored| self.row(stored))?;
        found.ok_or(DeviceError::NotFound {
            what: "this record",
        })
    }

    /// Adds names and marks to a stored row.
    pub(crate) fn row(&self, stored: &StoredLine<'_>) -> Result<Row, DeviceError> {
        let mut names = Names::default();
        Line::of(stored, &mut names, self.store.read(), self.me)?.to_row()
    }
}

impl<'a> Line<'a> {
    /// Reads what a stored line shows, and adds names.
    fn of(
        stored: &'a StoredLine<'a>,
        names: &'a mut Names,
        db: &Connection,
        me: PersonId,
    ) -> Result<Self, StoreError> {
        let heading = stored
            .record
            .heading()
            .ok_or(StoreError::Value { what: "summary" })?;
        let told = names.of(db, &heading)?;
        Ok(Self {
            figures: &stored.record,
            heading,
            place: stored.place,
            unreceived: stored.unreceived,
            is_refused: stored.refused,
            saved_at: stored.saved_at,
            received_at: stored.received_at,
            author_name: told.author,
            author_is_me: heading.author_id == me,
            device_name: told.device,
            patrol_code: told.patrol,
        })
    }

    /// Copies the line.
    pub fn to_row(&self) -> Result<Row, DeviceError> {
        Ok(Row {
            summary: encounter_row::whole(self.figures)?,
            place: self.place,
            unreceived: self.unreceived,
            marks: self.marks().collect(),
            saved_at: self.saved_at,
            received_at: self.received_at,
            author_name: self.author_name.to_owned(),
            author_is_me: self.author_is_me,
            device_name: self.device_name.to_owned(),
            patrol_code: self.patrol_code.map(str::to_owned),
        })
    }
}

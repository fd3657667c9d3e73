//! Which patrol was out when a form was begun.

use bitacora_core::content::{FieldValue, Stated};
use bitacora_core::patrol as documents;
use chrono::{DateTime, Utc};

use crate::device::Unlocked;
use crate::record::load;
use crate::store::StoreError;
use crate::store::table::change::{self, ChangeKey, Kind};
use crate::store::table::patrol_row::{self, PatrolRow};

impl Unlocked {
    /// Returns the patrol that was out with this device at a moment, the one that left last if there are several. One that
    /// somebody else closed was out until the device heard of it: its people could not know.
    pub(super) fn out_at(&self, at: DateTime<Utc>) -> Result<Option<PatrolRow>, StoreError> {
        for row in patrol_row::maybe_out_at(self.store.read(), at)? {
            if self.ended(&row)?.is_none_or(|ended| ended >= at) {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// Returns when a patrol was over for this device; by its row where its document cannot be read.
    fn ended(&self, row: &PatrolRow) -> Result<Option<DateTime<Utc>>, StoreError> {
        if row.returned_at.is_none() {
            return Ok(None);
        }
        let Ok((document, _)) = load(self, row.patrol_id.into(), Kind::PATROL) else {
            return Ok(row.returned_at);
        };
        let patrol = documents::read(&document)?;
        let stated = patrol.fields.get("returned_at");
        let mut ends = Vec::new();
        for stated in stated.into_iter().flat_map(|register| &register.values) {
            ends.extend(self.heard(row, stated)?);
        }
        Ok(ends.into_iter().min().or(row.returned_at))
    }

    /// Returns when this device came to know of a return: by its own word that it was then, by another's when it arrived.
    fn heard(&self, row: &PatrolRow, stated: &Stated) -> Result<Option<DateTime<Utc>>, StoreError> {
        let FieldValue::Time(time) = &stated.value else {
            return Ok(None);
        };
        let mut heard = Vec::new();
        for change in stated.also.iter().chain([&stated.change]) {
            let key = ChangeKey {
                document: row.patrol_id.into(),
                change: *change,
            };
            let arrived = change::authorship(self.store.read(), key)?;
            let arrived = arrived.filter(|change| !change.own);
            heard.push(arrived.map_or(time.to_utc(), |change| change.saved_at));
        }
        Ok(heard.into_iter().min())
    }
}

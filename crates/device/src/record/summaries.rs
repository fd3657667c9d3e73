//! Streaming rows for reports: one at a time, never all documents.

use bitacora_core::summary::{Figures as _, Held, Packed, Summary, days_elsewhere};
use chrono::NaiveDate;

use super::row::Place;
use crate::device::Device;
use crate::error::DeviceError;
use crate::store::table::{encounter_row, summaries};

/// Local days of the post, first and last included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first day; `None` from the beginning.
    pub first: Option<NaiveDate>,
    /// The last day; `None` to the end.
    pub last: Option<NaiveDate>,
}

/// What a report needs to know beside the summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flags {
    /// Where the record is.
    pub place: Place,
    /// The server refused a change of it.
    pub refused: bool,
    /// How far the post has it.
    pub held: Held,
}

impl Flags {
    /// Derives them; `received` says whether the server has ever taken anything of the record.
    pub(crate) fn of(place: Place, refused: bool, received: bool) -> Self {
        let held = match place {
            Place::OnPhone if refused && !received => Held::Refused,
            Place::OnPhone => Held::Unreceived,
            Place::AtPost | Place::AtHq => Held::AtPost,
        };
        Self {
            place,
            refused,
            held,
        }
    }
}

impl Period {
    /// Every day.
    pub const ALL: Self = Self {
        first: None,
        last: None,
    };

    /// One day.
    pub const fn day(day: NaiveDate) -> Self {
        Self {
            first: Some(day),
            last: Some(day),
        }
    }

    /// Returns whether a record may have happened on one of these days, or did as it was approved.
    #[inline]
    pub(crate) fn may_hold(self, record: &Packed<'_>) -> bool {
        self.contains(record.day())
            || (!record.is_of_its_day_only()
                && days_elsewhere(record)
                    .into_iter()
                    .any(|day| self.contains(day)))
    }

    /// Returns whether a day is one of these.
    #[inline]
    pub(crate) fn contains(self, day: NaiveDate) -> bool {
        self.first.is_none_or(|first| first <= day) && self.last.is_none_or(|last| day <= last)
    }
}

impl Device {
    /// Hands every record of a period to `each`, in the order of saving, also void and incomplete ones:
    /// a report says what it left out. A record of which one of two times lies in the period is of the period too;
    /// how far, [`Stands`](bitacora_core::summary::Stands) says. So is one that was approved with a day of the period
    /// and has changed since. A record's post is that of its audience. Withdrawn records are handed over too; their
    /// status says so.
    pub fn for_each_summary(
        &self,
        period: Period,
        mut each: impl FnMut(Summary, Flags),
    ) -> Result<u64, DeviceError> {
        self.with(|unlocked| {
            let whole = |packed: &Packed<'_>, flags| {
                each(encounter_row::whole(packed)?, flags);
                Ok(())
            };
            let db = unlocked.store.read();
            Ok(summaries::for_each(db, period, whole)?)
        })
    }

    /// The same for what only adds up figures: each record is read where it lies, and nothing is copied.
    pub fn for_each_packed(
        &self,
        period: Period,
        mut each: impl FnMut(&Packed<'_>, Flags),
    ) -> Result<u64, DeviceError> {
        self.with(|unlocked| {
            let packed = |packed: &Packed<'_>, flags| {
                each(packed, flags);
                Ok(())
            };
            let db = unlocked.store.read();
            Ok(summaries::for_each(db, period, packed)?)
        })
    }

    /// Returns the last local day before one that has a record, also a void or incomplete one, or one that may have
    /// happened on another day or was approved with another.
    pub fn last_day_before(&self, day: NaiveDate) -> Result<Option<NaiveDate>, DeviceError> {
        self.with(|unlocked| Ok(summaries::last_day_before(unlocked.store.read(), day)?))
    }
}

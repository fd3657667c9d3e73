//! The records that were here before an import began: a line that says the same as one of them is that one.
//!
//! Whoever corrects the lines of a sheet that were not accepted imports all of it again.

use std::collections::HashMap;

use bitacora_core::capture::Capture;
use bitacora_core::encounter::{self, Status};
use bitacora_core::id::EncounterId;
use bitacora_core::rule;
use bitacora_core::summary::Summary;
use bitacora_device::{Device, DeviceError, Period};
use chrono::{DateTime, Utc};

/// What two records that are alike have in common: when it was, and how many people in all.
type Key = (Option<DateTime<Utc>>, u32);

/// Records by what a line can be found with.
#[derive(Default)]
pub(crate) struct Here(HashMap<Key, Vec<EncounterId>>);

impl Here {
    /// Looks at every record that is here, also at void ones: their sheet does not bring them back.
    pub(crate) fn of(device: &Device) -> Result<Self, DeviceError> {
        let mut here: HashMap<Key, Vec<_>> = HashMap::new();
        device.for_each_summary(Period::ALL, |record, _| {
            if record.status != Status::Withdrawn {
                here.entry(key_of(&record))
                    .or_default()
                    .push(record.encounter_id);
            }
        })?;
        Ok(Self(here))
    }

    /// Takes out the record that says all that a line says and nothing more; none for a line that states neither a time
    /// nor a folio, for it may tell of anybody. A record stands for one line: of two groups that are alike one may be
    /// here, and the other not yet.
    pub(crate) fn take(
        &mut self,
        device: &Device,
        line: &Capture,
    ) -> Result<Option<EncounterId>, DeviceError> {
        if line.occurred_at.is_none() && line.paper_ref.is_none() {
            return Ok(None);
        }
        let Some(alike) = self.0.get_mut(&key(line)) else {
            return Ok(None);
        };
        let Some(line) = stated(line) else {
            return Ok(None);
        };
        for (place, id) in alike.iter().enumerate() {
            if stated(&device.encounter(*id)?.capture()).as_ref() == Some(&line) {
                return Ok(Some(alike.swap_remove(place)));
            }
        }
        Ok(None)
    }
}

fn key_of(record: &Summary) -> Key {
    let has_time = !record.missing.iter().any(|(_, field)| field == rule::TIME);
    let at = has_time.then(|| record.occurred_at.to_utc());
    (at, record.people.total.max)
}

fn key(line: &Capture) -> Key {
    let counted = line.composition.values().flat_map(|cells| cells.values());
    let counted = counted.fold(0u32, |sum, people| sum.saturating_add(*people));
    let people = counted.max(line.group_estimate.unwrap_or(0));
    (line.occurred_at.map(|at| at.to_utc()), people)
}

/// Returns what a person stated, in one way of saying it: without what a device adds, without what says nothing. None
/// for a line that no record can begin with.
fn stated(capture: &Capture) -> Option<Capture> {
    let mut stated = encounter::as_recorded(capture).ok()?;
    (stated.clock_source, stated.capture_mode) = (None, None);
    Some(stated)
}

//! *Igual que el anterior*: a form that begins as the person's last record.

use bitacora_core::capture::Capture;
use chrono::TimeDelta;

use crate::device::Device;
use crate::error::DeviceError;
use crate::store::table::encounter_row;

/// For how long the place of a record outside of a patrol is still taken for here, hours.
const HERE_HOURS: i64 = 12;

impl Device {
    /// Returns what the next record may begin with: composition and assistance of the person's last record, and
    /// *ninguna necesidad* if that was stated. Never a need, a position, a time or an estimate of the group; trail,
    /// setting and direction only from the same patrol, or without one from the last hours.
    /// Errors with `not_found` if the person has no such record.
    pub fn same_as_last(&self) -> Result<Capture, DeviceError> {
        self.repeatable()?.ok_or(DeviceError::NotFound {
            what: "a last record of this person",
        })
    }

    /// Returns the same, or `None` if the person has no record on this device that still counts.
    pub fn repeatable(&self) -> Result<Option<Capture>, DeviceError> {
        let now = self.environment().now();
        let last = self.with(|unlocked| {
            let Some(last) = encounter_row::last_of(unlocked.store.read(), unlocked.me)? else {
                return Ok(None);
            };
            let encounter = unlocked.encounter(last)?;
            let capture = encounter.capture();
            let out = unlocked.open_patrol()?.map(|patrol| patrol.patrol_id);
            let age = now - encounter.header.created_at;
            let is_here =
                capture.patrol_id == out && (out.is_some() || age <= TimeDelta::hours(HERE_HOURS));
            Ok(Some((capture, is_here)))
        })?;
        Ok(last.map(|(capture, is_here)| Capture {
            composition: capture.composition,
            count_method: capture.count_method,
            assistance: capture.assistance,
            needs: capture.needs.filter(std::collections::BTreeMap::is_empty),
            trail_id: capture.trail_id.filter(|_| is_here),
            setting: capture.setting.filter(|_| is_here),
            direction: capture.direction.filter(|_| is_here),
            ..Capture::default()
        }))
    }
}

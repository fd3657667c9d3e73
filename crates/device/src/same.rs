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
    /// *ninguna necesidad* if that was stated. Never a need, a position or a time; trail, setting and direction only
    /// from the same patrol, or without one from the last hours.
    pub fn same_as_last(&self) -> Result<Capture, DeviceError> {
        let now = self.environment().now();
        let (capture, is_here) = self.with(|unlocked| {
            let last = encounter_row::last_of(unlocked.store.read(), unlocked.me)?;
            let last = last.ok_or(DeviceError::NotFound {
                what: "a last record of this person",
            })?;
            let encounter = unlocked.encounter(last)?;
            let capture = encounter.capture();
            let out = unlocked.open_patrol()?.map(|patrol| patrol.patrol_id);
            let age = now - encounter.header.created_at;
            let is_here =
                capture.patrol_id == out && (out.is_some() || age <= TimeDelta::hours(HERE_HOURS));
            Ok((capture, is_here))
        })?;
        Ok(Capture {
            composition: capture.composition,
            count_method: capture.count_method,
            group_estimate: capture.group_estimate,
            assistance: capture.assistance,
            needs: capture.needs.filter(std::collections::BTreeMap::is_empty),
            trail_id: capture.trail_id.filter(|_| is_here),
            setting: capture.setting.filter(|_| is_here),
            direction: capture.direction.filter(|_| is_here),
            ..Capture::default()
        })
    }
}

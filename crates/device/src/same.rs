//! *Igual que el anterior*: a form that begins as the person's last record.

use bitacora_core::capture::Capture;
use bitacora_core::encounter::Status;

use crate::device::Device;
use crate::error::DeviceError;
use crate::record::filter::RowFilter;

/// How far back the person's last record is looked for.
const LOOKED_AT: u32 = 50;

impl Device {
    /// Returns what the next record may begin with: composition, assistance and place words of the
    /// person's last record, and *ninguna necesidad* if that was stated. Never a need, a position or a time.
    pub fn same_as_last(&self) -> Result<Capture, DeviceError> {
        let page = self.rows(&RowFilter {
            limit: LOOKED_AT,
            ..RowFilter::default()
        })?;
        let is_usable =
            |status: Status| !matches!(status, Status::Voided | Status::Merged | Status::Withdrawn);
        let last = page
            .rows
            .into_iter()
            .find(|row| row.author_is_me && is_usable(row.summary.status));
        let last = last.ok_or(DeviceError::NotFound {
            what: "a last record of this person",
        })?;
        let capture = self.encounter(last.summary.encounter_id)?.capture();
        Ok(Capture {
            composition: capture.composition,
            count_method: capture.count_method,
            group_estimate: capture.group_estimate,
            assistance: capture.assistance,
            needs: capture.needs.filter(std::collections::BTreeMap::is_empty),
            trail_id: capture.trail_id,
            setting: capture.setting,
            direction: capture.direction,
            ..Capture::default()
        })
    }
}

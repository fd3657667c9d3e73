//! What a form showed when it was opened, also if something of it was refused since.

use bitacora_core::capture::Capture;
use bitacora_core::document::{DocumentError, Version};
use bitacora_core::id::EncounterId;
use bitacora_core::recover;

use super::author::load;
use super::undo::capture_at;
use crate::device::Unlocked;
use crate::error::DeviceError;
use crate::store::StoreError;
use crate::store::table::change::{self, Kind};

impl Unlocked {
    /// Returns what a record said at a version, and the version at which a correction of it is written: the same, or what
    /// stands for it if a change of it has left the record.
    pub(super) fn shown(
        &self,
        id: EncounterId,
        seen: &Version,
    ) -> Result<(Capture, Version), DeviceError> {
        let (document, _) = load(self, id.into(), Kind::ENCOUNTER)?;
        match document.at(seen) {
            Ok(then) => return Ok((capture_at(&then)?, seen.clone())),
            Err(DocumentError::UnknownVersion) => {}
            Err(error) => return Err(StoreError::from(error).into()),
        }
        let held = change::all_of(self.store.read(), id.into())?;
        let held = held.iter().map(|held| held.bytes.as_slice());
        let seen = recover::seen(recover::Kind::Encounter, held, &document, seen)
            .map_err(|_| DeviceError::StaleVersion)?;
        Ok((capture_at(&seen.then)?, seen.version))
    }
}

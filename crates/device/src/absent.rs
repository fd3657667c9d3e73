//! Handing in for those who are not coming: a server was lost with its key, and some phones with it.

use crate::device::Device;
use crate::error::{DeviceError, ErrorCode};
use crate::store::table::way::absent;
use crate::store::table::{change, encounter_row};

impl Device {
    /// Lets the next sync hand in what other devices wrote for a server that is lost, as far as this device has read it
    /// and, by its last contact, the server in its place has not: sync first. Returns how many records and patrols
    /// that concerns.
    ///
    /// It goes under this device's seal, in its authors' names and with a member's rights
    /// (docs/decisions/0097). An author who joins later brings the rest.
    ///
    /// Errors with `not_enrolled` on a device that belongs to no server.
    pub fn hand_in_for_absent(&self) -> Result<u64, DeviceError> {
        let Some(server) = self.server()? else {
            return Err(DeviceError::Server {
                code: ErrorCode::NotEnrolled,
                message: "this device is not enrolled yet; enrol it with the server that is to have the records"
                    .to_owned(),
            });
        };
        self.with(|unlocked| {
            unlocked.store.keep(|tx| {
                let documents = absent::unseal(tx, server.enrolment.organisation)?;
                for document in &documents {
                    encounter_row::set_place(tx, &change::whereabouts(tx, *document)?)?;
                }
                Ok(u64::try_from(documents.len()).unwrap_or(u64::MAX))
            })
        })
    }
}

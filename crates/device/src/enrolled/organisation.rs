//! Enrolling where another organisation's server answers: the former one was lost with its key, or the device goes
//! elsewhere.
//!
//! A seal names its organisation, and a receipt, a position and a revision of the directory their server. None of
//! them says anything to the new one. What this device wrote is sealed anew, so that it can be handed in.

use bitacora_core::id::DeviceId;

use super::Server;
use crate::error::DeviceError;
use crate::store::table::way::sealing;
use crate::store::table::{change, encounter_row, envelope, meta, person, subscription};
use crate::store::tx::Tx;

/// Forgets what the former server gave, if it served another organisation.
///
/// A server of the same post takes the place of a lost one: all that this device wrote is handed in again. At
/// another post only what nobody has received yet is: the rest is for those who received it.
pub(super) fn leave_if_another(
    tx: &Tx<'_>,
    device: DeviceId,
    former: &Server,
    new: &Server,
) -> Result<(), DeviceError> {
    if former.enrolment.organisation == new.enrolment.organisation {
        return Ok(());
    }
    let same_post = former.enrolment.post == new.enrolment.post;
    let documents = sealing::unseal_own(tx, same_post)?;
    envelope::forget_of(tx, device)?;
    subscription::forget_all(tx)?;
    person::forget_announced(tx)?;
    meta::remove(tx, meta::DIRECTORY_REV)?;
    for document in documents {
        encounter_row::set_place(tx, &change::whereabouts(tx, document)?)?;
    }
    Ok(())
}

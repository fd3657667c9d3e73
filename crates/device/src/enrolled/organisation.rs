//! Enrolling where another organisation's server answers: the former one was lost with its key, or the device goes
//! elsewhere.
//!
//! A seal names its organisation, and a receipt, a position and a revision of the directory their server. None of
//! them says anything to the new one. What this device wrote is sealed anew, so that it can be handed in.

use bitacora_core::id::DeviceId;

use super::{Server, comparison};
use crate::error::DeviceError;
use crate::store::table::taken_out::TakenOut;
use crate::store::table::way::sealing;
use crate::store::table::{change, encounter_row, envelope, meta, person, post, subscription};
use crate::store::tx::Tx;

/// Forgets what the former server gave, if it served another organisation.
///
/// A server of the same post takes the place of a lost one: all that this device wrote is handed in again. At
/// another post only records of which nobody has received anything yet are: the rest is for those who received it.
///
/// Errors with `not_allowed` and the word `former_post` while the former post lacks something of its own records
/// that was not taken out for it either; nothing has changed then.
pub(super) fn leave_if_another(
    tx: &Tx<'_>,
    device: DeviceId,
    (former, scope): (&Server, &str),
    new: &Server,
) -> Result<(), DeviceError> {
    if former.enrolment.organisation == new.enrolment.organisation {
        return Ok(());
    }
    let same_post = former.enrolment.post == new.enrolment.post;
    if !same_post {
        expect_handed_in(tx, former, scope)?;
    }
    let documents = sealing::unseal_own(tx, same_post)?;
    envelope::forget_of(tx, device)?;
    subscription::forget_all(tx)?;
    person::forget_announced(tx)?;
    meta::remove(tx, meta::DIRECTORY_REV)?;
    meta::remove(tx, meta::TAKEN_OUT)?;
    meta::set(tx, meta::NOT_HEARD_OF, &[])?;
    for document in documents {
        encounter_row::set_place(tx, &change::whereabouts(tx, document)?)?;
    }
    Ok(())
}

/// Refuses to leave a post that lacks a correction of a record that it has: no other post may be told of it.
fn expect_handed_in(tx: &Tx<'_>, former: &Server, scope: &str) -> Result<(), DeviceError> {
    // Where nothing may go to that server neither way is open: what is its own stays on the device.
    if comparison::read(tx)?.is_some() {
        return Ok(());
    }
    match TakenOut::read(tx)?.behind(tx, scope)? {
        0 => Ok(()),
        records => {
            let known = post::get(tx, &former.enrolment.post)?;
            Err(DeviceError::FormerPost {
                records,
                post: known.map_or_else(|| former.enrolment.post_name.clone(), |post| post.name),
            })
        }
    }
}

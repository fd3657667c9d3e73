//! What a change may say of a patrol: with which device it left, and when its team came and went.

use bitacora_core::document::Document;
use bitacora_core::envelope::{DocumentKind, PublicKey};
use bitacora_core::id::DeviceId;
use bitacora_core::patrol::{self, Correction, Header, Signer};
use bitacora_core::review::NotAllowed;
use bitacora_core::sync::NewChange;
use rusqlite::Connection;

use super::{Asked, NotTaken, guarded};
use crate::store::StoreError;
use crate::store::table::{device, person};

/// Whose the device is with which a change lets a patrol leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LeftWith {
    /// Its author's: it sealed the change, or he was announced there; or nobody waits for it.
    Its,
    /// Somebody else's, who would be on patrol every day.
    Anothers,
}

/// Asks whose the device is that a change names which may begin a patrol.
///
/// A change may come under the seal of another device than the one that it was made on: that one was copied, cut off, or
/// forgotten by a server that was put back. The first two are marked, the third is not known, and nobody waits for any of
/// them. On one that is in use its author was announced.
pub(super) fn left_with(
    connection: &Connection,
    change: &NewChange,
) -> Result<LeftWith, StoreError> {
    if change.kind != DocumentKind::PATROL {
        return Ok(LeftWith::Its);
    }
    let begun = guarded(|| patrol::read(&Document::from_changes([change.bytes.as_slice()])?));
    // What cannot be read is refused for that.
    let Ok(begun) = begun else {
        return Ok(LeftWith::Its);
    };
    let named = begun.header.device_id;
    if named == change.device {
        return Ok(LeftWith::Its);
    }
    let is_in_use = device::find(connection, named)?
        .is_some_and(|named| named.revoked_at.is_none() && !named.cloned);
    let is_announced = person::role_on(connection, named, change.person)?.is_some();
    Ok(match is_in_use && !is_announced {
        true => LeftWith::Anothers,
        false => LeftWith::Its,
    })
}

/// Returns a device's key, if it was ever enrolled here.
pub(super) fn key_of(connection: &Connection, id: DeviceId) -> Option<PublicKey> {
    let known = device::find(connection, id).ok()??;
    Some(PublicKey::new(known.public_key))
}

/// Refuses what is not its signer's to say of a patrol.
pub(super) fn judge(
    before: Option<&Document>,
    after: &Document,
    header: &Header,
    asked: &Asked<'_>,
) -> Result<(), NotTaken> {
    let change = asked.change;
    let Some(before) = before else {
        return match asked.left_with {
            _ if header.author_id != change.person => Err(NotAllowed::OtherPerson.into()),
            LeftWith::Anothers => Err(NotAllowed::OtherDevice.into()),
            LeftWith::Its => Ok(()),
        };
    };
    let signer = Signer {
        device: change.device,
        person: change.person,
        role: asked.role,
    };
    let correction = Correction {
        before,
        after,
        seen: &asked.seen,
    };
    match patrol::may_correct(&correction, &signer, asked.key_of)? {
        true => Ok(()),
        false => Err(NotAllowed::OtherPatrol.into()),
    }
}

//! Whose a patrol is to correct: asked at admission, where the envelope says who it was.

use super::{Patrol, read};
use crate::content::FieldValue;
use crate::document::{Document, DocumentError, Version};
use crate::enrol::Role;
use crate::envelope::PublicKey;
use crate::id::{DeviceId, PersonId};
use crate::succession;

/// Who signed for a change, and as what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signer {
    /// The device that sealed it.
    pub device: DeviceId,
    /// The person that the envelope names.
    pub person: PersonId,
    /// What this person may on this device.
    pub role: Role,
}

/// A patrol that somebody is about to change.
#[derive(Debug, Clone, Copy)]
pub struct Correction<'a> {
    /// Without the change.
    pub before: &'a Document,
    /// With it.
    pub after: &'a Document,
    /// What the change builds on: whoever was taken off a patrol while he was offline could not know it.
    pub seen: &'a Version,
}

/// Returns whether a further change of a patrol is its signer's to make: its own team's, or a leader's or commander's of
/// the post. Its times decide what its records are worth, so nobody else states them.
///
/// The device that it left with is of its team, also under a later key, if the change or an earlier one brings the word of
/// the former for that ([`succession`]). `key_of` gives the keys of known devices.
pub fn may_correct(
    correction: &Correction<'_>,
    signer: &Signer,
    key_of: &dyn Fn(DeviceId) -> Option<PublicKey>,
) -> Result<bool, DocumentError> {
    let Correction {
        before,
        after,
        seen,
    } = correction;
    Ok(signer.role.decides()
        || read(before)?.is_of(signer.device, signer.person)
        || read(&before.at(seen)?)?.is_of(signer.device, signer.person)
        || read(after)?.is_carried_by(signer.device, key_of))
}

impl Patrol {
    /// Returns whether this person opened the patrol, leads it or is on it.
    pub fn names(&self, person: PersonId) -> bool {
        self.header.author_id == person
            || self.leader_id() == Some(person)
            || self.members().contains(&person)
    }

    fn is_of(&self, device: DeviceId, person: PersonId) -> bool {
        self.header.device_id == device || self.names(person)
    }

    fn is_carried_by(
        &self,
        device: DeviceId,
        key_of: &dyn Fn(DeviceId) -> Option<PublicKey>,
    ) -> bool {
        let values = self.fields.get("carried").into_iter();
        values
            .flat_map(|register| &register.values)
            .any(|stated| match &stated.value {
                FieldValue::Text(steps) => {
                    succession::leads(steps, self.header.device_id, device, key_of)
                }
                _ => false,
            })
    }
}

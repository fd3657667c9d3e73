//! What a line of a list shows of a record beside its figures: stepped over by whoever adds up.

use std::fmt;

use chrono::{DateTime, FixedOffset};

use super::bytes::Reader;
use crate::id::{DeviceId, EncounterId, PatrolId, PersonId};

/// What a line of a list shows of a record beside its figures.
#[derive(Clone, Copy, PartialEq)]
pub struct Heading<'a> {
    /// The record.
    pub encounter_id: EncounterId,
    /// `BCH-0314-7QK-3`.
    pub short_code: &'a str,
    /// When it happened.
    pub occurred_at: DateTime<FixedOffset>,
    /// Who captured it.
    pub author_id: PersonId,
    /// On what.
    pub device_id: DeviceId,
    /// The patrol, if any.
    pub patrol_id: Option<PatrolId>,
}

impl fmt::Debug for Heading<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Heading")
            .field("encounter_id", &self.encounter_id)
            .finish_non_exhaustive()
    }
}

pub(super) fn read<'a>(from: &mut Reader<'a>) -> Option<Heading<'a>> {
    Some(Heading {
        encounter_id: EncounterId::from_bytes(from.array()?),
        short_code: from.text()?,
        occurred_at: from.local_time()?,
        author_id: PersonId::from_bytes(from.array()?),
        device_id: DeviceId::new(from.array()?),
        patrol_id: from.option(|from| from.array().map(PatrolId::from_bytes))?,
    })
}

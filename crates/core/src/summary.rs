//! The flat row of an encounter: what lists and reports read without opening the document.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};

use crate::capture::Code;
use crate::encounter::{Count, Encounter, Status};
use crate::id::{DeviceId, EncounterId, PatrolId, PersonId, PostId};

/// People by sex and adult/minor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct People {
    /// Adult men.
    pub men: Count,
    /// Adult women.
    pub women: Count,
    /// Boys.
    pub boys: Count,
    /// Girls.
    pub girls: Count,
    /// Age group or sex not known.
    pub unknown: Count,
    /// All of them.
    pub total: Count,
}

/// One encounter as a row. Derived: `rebuild` makes it again from the change log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The record.
    pub encounter_id: EncounterId,
    /// `BCH-0314-7QK-3`.
    pub short_code: String,
    /// The post.
    pub post_id: PostId,
    /// The patrol, if any.
    pub patrol_id: Option<PatrolId>,
    /// Who captured it.
    pub author_id: PersonId,
    /// On what.
    pub device_id: DeviceId,
    /// When by the device's clock it was saved first.
    pub created_at: DateTime<Utc>,
    /// When it happened (the winner, if undecided).
    pub occurred_at: DateTime<FixedOffset>,
    /// The local day of the post at which it happened.
    pub day: chrono::NaiveDate,
    /// Direction code.
    pub direction: Option<Code>,
    /// Decimal degrees, if there was a fix.
    pub lat_lon: Option<(f64, f64)>,
    /// People by nationality, in code order.
    pub nationalities: BTreeMap<Code, People>,
    /// People in all nationalities; its total is the encounter's total (estimate included).
    pub people: People,
    /// Attentions per category code (`RES`, `PAX`, `ASO`, `ORI`, `LEG`, `LOC`).
    pub attentions: BTreeMap<Code, Count>,
    /// Where it stands.
    pub status: Status,
    /// Rules E01 to E09 that are not met: rule id and field.
    pub missing: Vec<(String, String)>,
    /// Fields with two values that must be chosen between.
    pub undecided: Vec<String>,
    /// Typed parts larger than the total: code, part, total.
    pub parts_over_total: Vec<(Code, u32, u32)>,
    /// The time was taken from a clock that nobody could check.
    pub clock_doubt: bool,
}

impl Summary {
    /// Derives the row.
    pub fn of(_encounter: &Encounter) -> Self {
        todo!()
    }

    /// Returns whether tables count it: complete, not void, not withdrawn, not merged.
    pub fn counts(&self) -> bool {
        todo!()
    }
}

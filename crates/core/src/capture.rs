//! A *capture*: the encounter as a person states it, in DOMAIN's field names, without derived fields.
//!
//! It is what the form saves, what `bitacora record` reads and what import lines hold. Everything is
//! optional: rules say what is missing to be complete, they never block saving.

mod stated;
pub(crate) mod time;

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::{EncounterId, PatrolId};

/// A code of a code list (`water`, `river`, …). Unknown codes are kept and shown as codes.
pub type Code = String;

/// People per `age band + sex` cell (`AA+M`), per nationality (`VEN`).
pub type Composition = BTreeMap<Code, BTreeMap<Code, u32>>;

/// One encounter as stated.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Capture {
    /// Given by imports so that a line that is read twice is one record; made by the device otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encounter_id: Option<EncounterId>,
    /// When it happened.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "time::read"
    )]
    pub occurred_at: Option<DateTime<FixedOffset>>,
    /// `minute`, `hour` or `day`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurred_precision: Option<Code>,
    /// `gnss`, `network`, `device` or `typed`. A device adds `typed_ahead` to what was typed ahead of its clock while
    /// nobody vouched for it; who states that is read as `typed`, and judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_source: Option<Code>,
    /// When the assistance ended.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "time::read"
    )]
    pub ended_at: Option<DateTime<FixedOffset>>,
    /// Where, as one unit, or the statement that there was no fix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<StatedPosition>,
    /// A place of the place list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place_id: Option<Code>,
    /// A trail of the post.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trail_id: Option<Code>,
    /// Kilometre of the trail, one decimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trail_km: Option<f64>,
    /// Code list `setting`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setting: Option<Code>,
    /// Words about the place, at most 80 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place_note: Option<String>,
    /// Code list `river_state`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub river_state: Option<Code>,
    /// Code list `trail_state`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trail_state: Option<Code>,
    /// Code list `direction`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Code>,
    /// People by nationality, age band and sex.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub composition: Composition,
    /// Code list `count_method`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count_method: Option<Code>,
    /// People in all, only when not fully counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_estimate: Option<u32>,
    /// Families in the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub families: Option<u32>,
    /// Code list `re_encounter`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub re_encounter: Option<Code>,
    /// Other encounters that belong to this one: `same_group`, `family_of` or `continuation`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub linked_encounters: BTreeMap<EncounterId, Code>,
    /// Code list `language`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub languages: Option<Vec<Code>>,
    /// Code list `interpretation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interpretation: Option<Code>,
    /// A female officer was there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub female_officer: Option<bool>,
    /// People per need. Absent: not asked. Empty: asked, none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs: Option<BTreeMap<Code, u32>>,
    /// Children per code of `separation`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub separation: BTreeMap<Code, u32>,
    /// People reached per assistance code.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub assistance: BTreeMap<Code, Reach>,
    /// Quantity per item code, in the item's unit.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub items_given: BTreeMap<Code, u32>,
    /// People per category (`ASO`, …) when different people got different things; replaces the derived count.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub beta_override: BTreeMap<Code, u32>,
    /// Operational note without personal data, at most 500 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// `quick`, `full`, `paper`, `radio` or `import`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capture_mode: Option<Code>,
    /// Folio of the paper strip, at most 16 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paper_ref: Option<String>,
    /// Warnings that were accepted: rule and reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub warnings_ack: BTreeMap<Code, String>,
    /// The patrol it belongs to; a record without a patrol is allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patrol_id: Option<PatrolId>,
}

/// People reached by an assistance code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The whole group; follows the total after an edit, a merge or a choice. Written `"all"`.
    All,
    /// A typed part.
    Part(u32),
}

/// The position that a person or a receiver states.
#[derive(Debug, Clone, PartialEq)]
pub enum StatedPosition {
    /// A fix.
    Fix(Position),
    /// There was no fix. Written `"no_fix"`.
    NoFix,
}

/// One fix, always written and merged as one unit.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// WGS 84 latitude, decimal degrees.
    #[schemars(range(min = -90, max = 90))]
    pub lat: f64,
    /// WGS 84 longitude, decimal degrees.
    #[schemars(range(min = -180, max = 180))]
    pub lon: f64,
    /// Horizontal accuracy, metres (68 %).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1_000_000))]
    pub accuracy_m: Option<f64>,
    /// Altitude above the ellipsoid, metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -1_000, max = 10_000))]
    pub altitude_m: Option<f64>,
    /// Vertical accuracy, metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1_000_000))]
    pub altitude_accuracy_m: Option<f64>,
    /// Code list `location_source`.
    pub source: Code,
    /// Age of the fix when it was saved, seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 10_000_000))]
    pub fix_age_s: Option<u32>,
    /// Horizontal dilution of precision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1_000))]
    pub hdop: Option<f64>,
}

impl Capture {
    /// Returns whether it was typed from a strip of paper.
    pub fn is_paper(&self) -> bool {
        self.capture_mode.as_deref() == Some("paper")
    }
}

/// Returns the JSON Schema of a capture, as `bitacora schema` prints it.
pub fn schema() -> schemars::Schema {
    crate::encounter::capture_schema()
}

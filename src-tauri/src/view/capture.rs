//! The capture: an encounter as a person states it, in the field names of the domain.

use std::collections::BTreeMap;

use bitacora_core::capture as core;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use specta::Type;
use specta_typescript::Number;

use super::error::BackendError;

/// One fix.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Position {
    /// WGS 84 latitude, decimal degrees.
    #[specta(type = Number)]
    pub lat: f64,
    /// WGS 84 longitude, decimal degrees.
    #[specta(type = Number)]
    pub lon: f64,
    /// Horizontal accuracy, metres.
    pub accuracy_m: Option<f64>,
    /// Altitude, metres.
    pub altitude_m: Option<f64>,
    /// Vertical accuracy, metres.
    pub altitude_accuracy_m: Option<f64>,
    /// Code list `location_source`.
    pub source: String,
    /// Age of the fix when it was saved, seconds.
    pub fix_age_s: Option<u32>,
    /// Horizontal dilution of precision.
    pub hdop: Option<f64>,
}

impl From<&core::Position> for Position {
    fn from(position: &core::Position) -> Self {
        Self {
            lat: position.lat,
            lon: position.lon,
            accuracy_m: position.accuracy_m,
            altitude_m: position.altitude_m,
            altitude_accuracy_m: position.altitude_accuracy_m,
            source: position.source.clone(),
            fix_age_s: position.fix_age_s,
            hdop: position.hdop,
        }
    }
}

/// A fix, or the statement that there was none.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(untagged)]
pub enum StatedPosition {
    /// A fix.
    Fix(Position),
    /// There was none.
    NoFix(NoFix),
}

/// The word for no fix.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub enum NoFix {
    /// Written `no_fix`.
    #[serde(rename = "no_fix")]
    NoFix,
}

/// People reached: all of the group, or a typed part.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(untagged)]
pub enum Reach {
    /// The whole group, whatever its number turns out to be.
    All(AllOfTheGroup),
    /// A part.
    Part(u32),
}

/// The word for the whole group.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub enum AllOfTheGroup {
    /// Written `all`.
    #[serde(rename = "all")]
    All,
}

/// People per `age band + sex` cell, per nationality.
pub type Composition = BTreeMap<String, BTreeMap<String, u32>>;

/// One encounter as stated. What is absent or null is not stated.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Capture {
    /// When it happened.
    #[specta(optional)]
    pub occurred_at: Option<String>,
    /// `minute`, `hour` or `day`.
    #[specta(optional)]
    pub occurred_precision: Option<String>,
    /// `gnss`, `network`, `device` or `typed`; `typed_ahead` is what the device says of a typed time that lies ahead.
    #[specta(optional)]
    pub clock_source: Option<String>,
    /// When the assistance ended.
    #[specta(optional)]
    pub ended_at: Option<String>,
    /// Where.
    #[specta(optional)]
    pub position: Option<StatedPosition>,
    /// A place of the place list.
    #[specta(optional)]
    pub place_id: Option<String>,
    /// A trail of the post.
    #[specta(optional)]
    pub trail_id: Option<String>,
    /// Kilometre of the trail.
    #[specta(optional)]
    pub trail_km: Option<f64>,
    /// Code list `setting`.
    #[specta(optional)]
    pub setting: Option<String>,
    /// Words about the place.
    #[specta(optional)]
    pub place_note: Option<String>,
    /// Code list `river_state`.
    #[specta(optional)]
    pub river_state: Option<String>,
    /// Code list `trail_state`.
    #[specta(optional)]
    pub trail_state: Option<String>,
    /// Code list `direction`.
    #[specta(optional)]
    pub direction: Option<String>,
    /// People by nationality, age band and sex.
    #[specta(optional)]
    pub composition: Composition,
    /// Code list `count_method`.
    #[specta(optional)]
    pub count_method: Option<String>,
    /// People in all, when not fully counted.
    #[specta(optional)]
    pub group_estimate: Option<u32>,
    /// Families in the group.
    #[specta(optional)]
    pub families: Option<u32>,
    /// Code list `re_encounter`.
    #[specta(optional)]
    pub re_encounter: Option<String>,
    /// Other records that belong to this one, with how.
    #[specta(optional)]
    pub linked_encounters: BTreeMap<String, String>,
    /// Code list `language`.
    #[specta(optional)]
    pub languages: Option<Vec<String>>,
    /// Code list `interpretation`.
    #[specta(optional)]
    pub interpretation: Option<String>,
    /// A female officer was there.
    #[specta(optional)]
    pub female_officer: Option<bool>,
    /// People per need. Null: not asked. Empty: asked, none.
    #[specta(optional)]
    pub needs: Option<BTreeMap<String, u32>>,
    /// Children per code of `separation`.
    #[specta(optional)]
    pub separation: BTreeMap<String, u32>,
    /// People reached per assistance code.
    #[specta(optional)]
    pub assistance: BTreeMap<String, Reach>,
    /// Quantity per item code.
    #[specta(optional)]
    pub items_given: BTreeMap<String, u32>,
    /// People per category when different people got different things.
    #[specta(optional)]
    pub beta_override: BTreeMap<String, u32>,
    /// Operational note.
    #[specta(optional)]
    pub note: Option<String>,
    /// `quick`, `full`, `paper`, `radio` or `import`.
    #[specta(optional)]
    pub capture_mode: Option<String>,
    /// Folio of the paper strip.
    #[specta(optional)]
    pub paper_ref: Option<String>,
    /// Warnings that were accepted: rule and reason.
    #[specta(optional)]
    pub warnings_ack: BTreeMap<String, String>,
    /// The patrol it belongs to.
    #[specta(optional)]
    pub patrol_id: Option<String>,
}

impl Capture {
    /// Returns what core understands by it. Errors name what cannot be understood.
    pub fn into_core(self) -> Result<core::Capture, BackendError> {
        let mut value = serde_json::to_value(self).map_err(|error| unreadable(&error))?;
        if let Value::Object(fields) = &mut value {
            fields.retain(|_, field| !field.is_null());
            if let Some(Value::Object(position)) = fields.get_mut("position") {
                position.retain(|_, part| !part.is_null());
            }
        }
        serde_json::from_value(value).map_err(|error| unreadable(&error))
    }

    /// Returns what the window shows of a capture of core's.
    pub fn from_core(capture: &core::Capture) -> Result<Self, BackendError> {
        let value = serde_json::to_value(capture).map_err(|error| unreadable(&error))?;
        serde_json::from_value(value).map_err(|error| unreadable(&error))
    }
}

/// A message of serde's names the type and the place, never the value of a text field.
fn unreadable(error: &serde_json::Error) -> BackendError {
    BackendError::invalid("capture", error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::Capture;
    use serde_json::json;

    #[test]
    fn a_capture_survives_the_way_to_core_and_back() {
        let stated = json!({
            "position": "no_fix", "setting": "river", "note": null,
            "composition": {"HTI": {"AA+M": 3, "AC+F": 1}},
            "needs": {}, "assistance": {"water": "all", "orientation": 2},
        });
        let capture: Capture = serde_json::from_value(stated).unwrap();
        let back = Capture::from_core(&capture.clone().into_core().unwrap()).unwrap();
        assert!(
            back == capture,
            "nothing that the window states is lost or added on the way"
        );
        assert!(
            back.needs.is_some(),
            "asked, and none, is not the same as not asked"
        );
    }

    /// What the form does not show must not be taken for removed when it is saved.
    #[test]
    fn every_field_of_a_capture_survives_the_form() {
        let fields = bitacora_core::capture::schema();
        let fields = fields
            .get("properties")
            .and_then(|all| all.as_object())
            .unwrap();
        let form = serde_json::to_value(Capture::default()).unwrap();
        let lost: Vec<_> = fields
            .keys()
            .filter(|field| *field != "encounter_id" && form.get(*field).is_none())
            .collect();
        assert!(lost.is_empty(), "the form forgets {lost:?}");
        let stated = json!({
            "ended_at": "2025-03-14T07:40:00-05:00", "female_officer": false, "beta_override": {"ASO": 4},
            "separation": {"uac": 1}, "warnings_ack": {"W06": "contados dos veces"},
            "linked_encounters": {"0198f3c2-6b1e-7c40-9a55-2f6f0a7d1e77": "family_of"},
        });
        let stated: bitacora_core::capture::Capture = serde_json::from_value(stated).unwrap();
        let form = Capture::from_core(&stated).unwrap();
        assert!(form.into_core().unwrap() == stated, "with its value");
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_refused_with_its_field() {
        let capture: Capture = serde_json::from_value(json!({"occurred_at": "ayer"})).unwrap();
        let refused = capture.into_core().err().unwrap();
        assert_eq!(
            refused.field.as_deref(),
            Some("capture"),
            "the window learns what to look at"
        );
    }
}

//! Code lists: what the interface offers, from data files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

/// A code with its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CodeItem {
    /// What is stored.
    pub code: String,
    /// In Spanish.
    pub es: String,
    /// In English.
    pub en: String,
    /// Further columns of the list.
    pub attributes: BTreeMap<String, String>,
}

impl From<&bitacora_core::code::CodeItem> for CodeItem {
    fn from(item: &bitacora_core::code::CodeItem) -> Self {
        Self {
            code: item.code.clone(),
            es: item.es.clone(),
            en: item.en.clone(),
            attributes: item.attributes.clone(),
        }
    }
}

/// A nationality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Country {
    /// ISO 3166-1 alpha-3, or XXA (stateless), XXX (unknown).
    pub alpha3: String,
    /// In Spanish.
    pub es: String,
    /// In English.
    pub en: String,
    /// Region, for ordering.
    pub group: String,
    /// A man of that country, in Spanish.
    pub demonym_m: Option<String>,
    /// A woman of that country, in Spanish.
    pub demonym_f: Option<String>,
}

/// A place that officers name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Place {
    /// What is stored.
    pub place_id: String,
    /// What people call it.
    pub name: String,
    /// Village, river, camp and so on.
    pub kind: String,
}

/// All lists at once; they are small and do not change while the app runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Lists {
    /// What was done.
    pub assistance: Vec<CodeItem>,
    /// What was needed.
    pub need: Vec<CodeItem>,
    /// What was given.
    pub item: Vec<CodeItem>,
    /// Kind of surroundings.
    pub setting: Vec<CodeItem>,
    /// Which way they went.
    pub direction: Vec<CodeItem>,
    /// How people were counted.
    pub count_method: Vec<CodeItem>,
    /// Age bands.
    pub age_band: Vec<CodeItem>,
    /// Sexes.
    pub sex: Vec<CodeItem>,
    /// Roles.
    pub role: Vec<CodeItem>,
    /// Why a record was voided.
    pub void_reason: Vec<CodeItem>,
    /// Why a record was flagged.
    pub flag_reason: Vec<CodeItem>,
    /// Events of the review log.
    pub review_event: Vec<CodeItem>,
    /// Whether they were met before.
    pub re_encounter: Vec<CodeItem>,
    /// How people understood each other.
    pub interpretation: Vec<CodeItem>,
    /// Languages.
    pub language: Vec<CodeItem>,
    /// State of a river.
    pub river_state: Vec<CodeItem>,
    /// State of a trail.
    pub trail_state: Vec<CodeItem>,
    /// Where a position came from.
    pub location_source: Vec<CodeItem>,
    /// Nationalities.
    pub countries: Vec<Country>,
    /// Places of the post.
    pub places: Vec<Place>,
    /// Every trail that the product knows; those of the post are in its [`Post`](super::access::Post).
    pub trails: Vec<CodeItem>,
}

//! Code lists: codes with Spanish and English labels and attributes, read from data files.
//!
//! An unknown code is never an error of reading: newer builds may know it. It is kept and shown as
//! the code itself.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// The data file with all lists but countries and places.
const CODE_LISTS: &str = include_str!("../data/codelists.csv");
/// The data file with places.
const PLACES: &str = include_str!("../data/places.csv");

/// One code of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodeItem {
    /// The code, as stored.
    pub code: String,
    /// Spanish label.
    pub es: String,
    /// English label.
    pub en: String,
    /// Attributes such as `beta=ASO` or `rollup=minor`.
    pub attributes: BTreeMap<String, String>,
}

/// One place of the gazetteer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Its code, such as `PA-BCH`.
    pub place_id: String,
    /// Its name.
    pub name: String,
    /// `community`, `town`, `reception_station`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// WGS 84 latitude, decimal degrees.
    pub lat: f64,
    /// WGS 84 longitude, decimal degrees.
    pub lon: f64,
    /// Country, ISO 3166-1 alpha-3.
    pub iso3: String,
    /// P-code of the district or municipality.
    pub adm2_pcode: String,
    /// How exact the position is, metres.
    pub precision_m: u32,
}

/// Whether an age band is adult or minor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgeGroup {
    /// 18 and older.
    Adult,
    /// Under 18.
    Minor,
    /// Not known.
    Unknown,
}

impl CodeItem {
    /// Returns whether the code belongs to the protected record only (†).
    pub fn is_protected(&self) -> bool {
        self.attributes.contains_key("protected")
    }
}

/// Returns a list by name, in the file's order; empty if there is none of that name.
pub fn list(name: &str) -> &'static [CodeItem] {
    lists().get(name).map_or(&[], Vec::as_slice)
}

/// Returns a code's entry.
pub fn find(list_name: &str, code: &str) -> Option<&'static CodeItem> {
    list(list_name).iter().find(|item| item.code == code)
}

/// Returns whether the code of this list belongs to the protected record only (†, E19).
pub fn is_protected(list_name: &str, code: &str) -> bool {
    find(list_name, code).is_some_and(CodeItem::is_protected)
}

/// Returns the category (`ASO`, `PAX`, …) that an assistance code counts into.
pub fn category(assistance: &str) -> Option<&'static str> {
    find("assistance", assistance)?
        .attributes
        .get("beta")
        .map(String::as_str)
}

/// Returns whether people of an age band are adults or minors; unknown bands are unknown.
pub fn age_group(age_band: &str) -> AgeGroup {
    match find("age_band", age_band)
        .and_then(|item| item.attributes.get("rollup"))
        .map(String::as_str)
    {
        Some("adult") => AgeGroup::Adult,
        Some("minor") => AgeGroup::Minor,
        _ => AgeGroup::Unknown,
    }
}

/// Returns all lists by name.
pub fn lists() -> &'static BTreeMap<String, Vec<CodeItem>> {
    static LISTS: OnceLock<BTreeMap<String, Vec<CodeItem>>> = OnceLock::new();
    LISTS.get_or_init(|| {
        let mut lists: BTreeMap<String, Vec<CodeItem>> = BTreeMap::new();
        for row in rows::<CodeRow>(CODE_LISTS) {
            lists.entry(row.list.clone()).or_default().push(row.into());
        }
        lists
    })
}

/// Returns all places.
pub fn places() -> &'static [Place] {
    static PLACE_LIST: OnceLock<Vec<Place>> = OnceLock::new();
    PLACE_LIST.get_or_init(|| rows(PLACES).collect())
}

/// Reads the rows of an embedded data file. A test reads every row of every file, so none is left out here.
pub(crate) fn rows<T: for<'de> Deserialize<'de>>(data: &'static str) -> impl Iterator<Item = T> {
    csv::Reader::from_reader(data.as_bytes())
        .into_deserialize()
        .filter_map(Result::ok)
}

#[derive(Deserialize)]
struct CodeRow {
    list: String,
    code: String,
    es: String,
    en: String,
    attributes: String,
}

impl From<CodeRow> for CodeItem {
    fn from(row: CodeRow) -> Self {
        let pairs = row
            .attributes
            .split(';')
            .filter_map(|pair| pair.split_once('='));
        let attributes = pairs
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        Self {
            code: row.code,
            es: row.es,
            en: row.en,
            attributes,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn lines(data: &str) -> usize {
        data.lines().count() - 1
    }

    #[test]
    fn every_row_of_the_data_files_is_read() {
        let codes: usize = lists().values().map(Vec::len).sum();
        assert_eq!(
            codes,
            lines(CODE_LISTS),
            "a malformed row would silently be missing from a list"
        );
        assert_eq!(
            places().len(),
            lines(PLACES),
            "a malformed row would silently be missing from the places"
        );
    }

    #[test]
    fn every_assistance_counts_into_a_known_category() {
        for item in list("assistance") {
            let category =
                category(&item.code).unwrap_or_else(|| panic!("{} has no category", item.code));
            assert!(
                find("beta_category", category).is_some(),
                "{category} of {} is no category",
                item.code
            );
        }
    }

    #[test]
    fn codes_are_unique_within_their_list() {
        for (name, items) in lists() {
            let codes: std::collections::BTreeSet<_> =
                items.iter().map(|item| &item.code).collect();
            assert_eq!(codes.len(), items.len(), "{name} has a code twice");
        }
    }

    #[test]
    fn protected_codes_are_marked() {
        assert!(
            is_protected("need", "trafficking_concern"),
            "† codes must be refused in encounters"
        );
        assert!(
            !is_protected("need", "pregnant"),
            "ordinary needs are recorded"
        );
    }

    #[test]
    fn age_bands_roll_up() {
        assert_eq!(age_group("AC"), AgeGroup::Minor);
        assert_eq!(age_group("A60"), AgeGroup::Adult);
        assert_eq!(age_group("AU"), AgeGroup::Unknown);
        assert_eq!(
            age_group("from-the-future"),
            AgeGroup::Unknown,
            "unknown codes are never guessed"
        );
    }
}

//! Nationalities: ISO 3166-1 alpha-3, `XXA` stateless, `XXX` unknown; found by name or demonym.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The data file.
const COUNTRIES: &str = include_str!("../data/countries.csv");

/// One country, or stateless, or unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Country {
    /// ISO 3166-1 alpha-3, `XXA` or `XXX`.
    pub alpha3: String,
    /// Region group of Panama's tables.
    pub group: String,
    /// Spanish name.
    pub es: String,
    /// English name.
    pub en: String,
    /// Spanish demonym, masculine; may be empty.
    pub demonym_es_m: String,
    /// Spanish demonym, feminine; may be empty.
    pub demonym_es_f: String,
}

/// Returns all countries in the file's order.
pub fn countries() -> &'static [Country] {
    static LIST: OnceLock<Vec<Country>> = OnceLock::new();
    LIST.get_or_init(|| crate::code::rows(COUNTRIES).collect())
}

/// Returns a country by its code.
pub fn find(alpha3: &str) -> Option<&'static Country> {
    static BY_CODE: OnceLock<HashMap<&'static str, &'static Country>> = OnceLock::new();
    let by_code = BY_CODE.get_or_init(|| {
        let code = |country: &'static Country| (country.alpha3.as_str(), country);
        countries().iter().map(code).collect()
    });
    by_code.get(alpha3).copied()
}

/// Returns the countries whose name, demonym or code begins with the words, then those that contain them.
///
/// Accents and case do not matter: `haiti`, `HAITIANA` and `hti` find Haití.
pub fn search(words: &str) -> Vec<&'static Country> {
    let wanted = plain(words);
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(bool, &Country)> = countries()
        .iter()
        .filter(|country| names(country).any(|name| plain(name).contains(&wanted)))
        .map(|country| {
            (
                !names(country).any(|name| plain(name).starts_with(&wanted)),
                country,
            )
        })
        .collect();
    found.sort_by_key(|(contains_only, _)| *contains_only);
    found.into_iter().map(|(_, country)| country).collect()
}

/// Returns a text without accents and in lower case.
pub fn plain(text: &str) -> String {
    text.trim()
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

fn names(country: &Country) -> impl Iterator<Item = &str> {
    [
        &country.es,
        &country.en,
        &country.demonym_es_m,
        &country.demonym_es_f,
        &country.alpha3,
    ]
    .into_iter()
    .map(String::as_str)
    .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(words: &str) -> &'static str {
        search(words)
            .first()
            .map_or("nothing", |country| &country.alpha3)
    }

    #[test]
    fn every_row_is_read() {
        assert_eq!(
            countries().len(),
            COUNTRIES.lines().count() - 1,
            "a malformed row would be missing"
        );
    }

    #[test]
    fn found_by_name_demonym_or_code_without_accents() {
        for words in ["haiti", "Haití", "HAITIANA", "haitiano", "hti"] {
            assert_eq!(first(words), "HTI", "searching for {words}");
        }
        assert_eq!(first("venez"), "VEN");
        assert_eq!(first("apatrida"), "XXA");
    }

    #[test]
    fn nothing_typed_finds_nothing() {
        assert!(
            search("  ").is_empty(),
            "an empty search must not list the world"
        );
        assert!(search("qqqq").is_empty());
    }
}

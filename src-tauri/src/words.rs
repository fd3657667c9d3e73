//! Fields and values in words, for two values side by side and for histories.
//!
//! Codes have their words in the code lists. Only the names of fields are written here.

mod how;

use bitacora_core::capture::Reach;
use bitacora_core::encounter::FieldValue;
use bitacora_core::{code, nation};
use bitacora_device::Device;
use chrono::{DateTime, FixedOffset};
use chrono_tz::Tz;

use crate::shell::Answer;
use crate::view::settings::Language;

/// The name of a field: its path, in Spanish, in English, and the list of its codes if it has one.
type Name = (
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
);

const FIELDS: [Name; 33] = [
    ("occurred_at", "Hora", "Time", None),
    (
        "occurred_precision",
        "Precisión de la hora",
        "Precision of the time",
        None,
    ),
    (
        "clock_source",
        "Origen de la hora",
        "Source of the time",
        None,
    ),
    ("ended_at", "Hora de término", "Time of ending", None),
    ("position", "Posición", "Position", None),
    ("place_id", "Lugar", "Place", None),
    ("trail_id", "Sendero", "Trail", Some("trail")),
    ("trail_km", "Kilómetro", "Kilometre", None),
    ("setting", "Entorno", "Setting", Some("setting")),
    (
        "place_note",
        "Seña del lugar",
        "Words about the place",
        None,
    ),
    ("river_state", "Río", "River", Some("river_state")),
    (
        "trail_state",
        "Estado del sendero",
        "State of the trail",
        Some("trail_state"),
    ),
    ("direction", "Sentido", "Direction", Some("direction")),
    ("composition", "Personas", "People", None),
    (
        "count_method",
        "Modo de conteo",
        "Way of counting",
        Some("count_method"),
    ),
    (
        "group_estimate",
        "Total del grupo",
        "Total of the group",
        None,
    ),
    ("families", "Familias", "Families", None),
    (
        "re_encounter",
        "Vistos antes",
        "Met before",
        Some("re_encounter"),
    ),
    ("languages", "Idiomas", "Languages", Some("language")),
    (
        "interpretation",
        "Interpretación",
        "Interpretation",
        Some("interpretation"),
    ),
    (
        "female_officer",
        "Oficial mujer presente",
        "Female officer present",
        None,
    ),
    ("needs", "Necesidad", "Need", Some("need")),
    (
        "needs_answered",
        "Necesidades preguntadas",
        "Needs asked about",
        None,
    ),
    (
        "separation",
        "Situación de separación",
        "Separation",
        Some("separation"),
    ),
    ("assistance", "Asistencia", "Assistance", Some("assistance")),
    ("items_given", "Entregado", "Given", Some("item")),
    (
        "beta_override",
        "Corrección de atenciones",
        "Correction of attentions",
        Some("beta_category"),
    ),
    (
        "linked_encounters",
        "Registro vinculado",
        "Linked record",
        None,
    ),
    ("warnings_ack", "Aviso aceptado", "Accepted warning", None),
    ("note", "Nota", "Note", None),
    ("capture_mode", "Modo de registro", "Way of recording", None),
    ("paper_ref", "Folio", "Folio", None),
    ("patrol_id", "Patrulla", "Patrol", None),
];

/// The five cells of the quick form.
const CELLS: [(&str, &str, &str); 5] = [
    ("AA+M", "Hombres", "Men"),
    ("AA+F", "Mujeres", "Women"),
    ("AC+M", "Niños", "Boys"),
    ("AC+F", "Niñas", "Girls"),
    ("AU+U", "Sin dato", "Unknown"),
];

/// Returns a field's name: `Hombres, Venezuela`, `Asistencia: Agua`. An unknown field is its path.
pub(crate) fn field(path: &str, language: Language) -> String {
    let mut parts = path.split('/');
    let name = parts.next().unwrap_or_default();
    match (name, parts.next(), parts.next()) {
        ("composition", Some(country), Some(cell)) => {
            format!(
                "{}, {}",
                self::cell(cell, language),
                self::country(country, language)
            )
        }
        (_, Some(code), None) => match known(name) {
            Some((_, _, _, Some(list))) => {
                format!("{}: {}", title(name, language), label(list, code, language))
            }
            // Its keys are ids or rules, which say nothing to an officer.
            Some(_) => title(name, language),
            None => path.to_owned(),
        },
        (_, None, _) => title(name, language),
        _ => path.to_owned(),
    }
}

/// Whom words are for. Times are told in one zone, wherever they were written: somebody compares them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader {
    pub(crate) language: Language,
    /// The post's; without one that is known here each time is told as it was written.
    pub(crate) tz: Option<Tz>,
}

impl Reader {
    /// Returns a person at this device.
    pub(crate) fn at(device: &Device, language: Language) -> Answer<Self> {
        let tz = device.status()?.post.tz.parse().ok();
        Ok(Self { language, tz })
    }
}

/// Returns a value of a field in words.
pub(crate) fn value(path: &str, value: &FieldValue, reader: Reader) -> String {
    let language = reader.language;
    match value {
        FieldValue::Absent => word(language, "nada", "nothing"),
        FieldValue::Text(text) => match (path, known(path)) {
            ("place_id", _) => place(text),
            (_, Some((_, _, _, Some(list)))) => label(list, text, language),
            _ => how::code(path, text, language).map_or_else(|| text.clone(), str::to_owned),
        },
        FieldValue::Int(number) => number.to_string(),
        FieldValue::Decimal(number) => number.to_string(),
        FieldValue::Bool(true) => word(language, "sí", "yes"),
        FieldValue::Bool(false) => word(language, "no", "no"),
        FieldValue::Time(time) => {
            let told = |time: DateTime<FixedOffset>| time.format("%H:%M, %d/%m/%Y").to_string();
            reader.tz.map_or_else(
                || told(*time),
                |tz| told(time.with_timezone(&tz).fixed_offset()),
            )
        }
        FieldValue::Position(None) => word(language, "sin posición", "no fix"),
        FieldValue::Position(Some(fix)) => format!("{:.5}, {:.5}", fix.lat, fix.lon),
        FieldValue::Reach(Reach::All) => word(language, "todo el grupo", "all of the group"),
        FieldValue::Reach(Reach::Part(part)) => part.to_string(),
        FieldValue::Unknown(text) => text.clone(),
    }
}

/// Returns several values in one line: `8 / 9`. None at all is no line.
pub(crate) fn values(path: &str, all: &[FieldValue], reader: Reader) -> Option<String> {
    let words: Vec<String> = all.iter().map(|one| value(path, one, reader)).collect();
    (!words.is_empty()).then(|| words.join(" / "))
}

fn known(name: &str) -> Option<&'static Name> {
    FIELDS.iter().find(|(known, ..)| *known == name)
}

fn title(name: &str, language: Language) -> String {
    known(name).map_or_else(|| name.to_owned(), |(_, es, en, _)| word(language, es, en))
}

fn cell(code: &str, language: Language) -> String {
    if let Some((_, es, en)) = CELLS.iter().find(|(cell, ..)| *cell == code) {
        return word(language, es, en);
    }
    let (age, sex) = code.split_once('+').unwrap_or((code, ""));
    format!(
        "{}, {}",
        label("sex", sex, language),
        label("age_band", age, language)
    )
}

fn label(list: &str, code: &str, language: Language) -> String {
    let item = code::find(list, code);
    item.map_or_else(
        || code.to_owned(),
        |item| word(language, &item.es, &item.en),
    )
}

fn country(alpha3: &str, language: Language) -> String {
    let country = nation::find(alpha3);
    country.map_or_else(
        || alpha3.to_owned(),
        |known| word(language, &known.es, &known.en),
    )
}

fn place(place_id: &str) -> String {
    let place = code::places()
        .iter()
        .find(|place| place.place_id == place_id);
    place.map_or_else(|| place_id.to_owned(), |place| place.name.clone())
}

fn word(language: Language, es: &str, en: &str) -> String {
    match language {
        Language::Es => es.to_owned(),
        Language::En => en.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        reason = "a test stops at the first surprise"
    )]

    use chrono_tz::Tz;

    use super::{Reader, field, value};
    use crate::view::settings::Language::{En, Es};
    use bitacora_core::encounter::FieldValue;

    const SPANISH: Reader = Reader {
        language: Es,
        tz: Some(Tz::America__Tijuana),
    };

    #[test]
    fn times_are_told_in_the_zone_of_the_post_wherever_they_were_written() {
        let said = |time: &str| {
            value(
                "occurred_at",
                &FieldValue::Time(time.parse().unwrap()),
                SPANISH,
            )
        };
        let (here, from_panama) = ("2026-11-27T19:10:00-08:00", "2026-11-27T22:10:00-05:00");
        assert_eq!(said(here), "19:10, 27/11/2026");
        assert_eq!(said(from_panama), said(here), "one moment, one word for it");
    }

    /// Fields of a record: those of a capture, and what the device notes beside them.
    fn fields() -> Vec<String> {
        let schema = serde_json::to_value(bitacora_core::capture::schema()).unwrap();
        let stated = schema["properties"].as_object().unwrap().keys().cloned();
        // It names the record and is no field of it.
        let fields = stated.filter(|name| name != "encounter_id");
        fields.chain(["needs_answered".to_owned()]).collect()
    }

    #[test]
    fn how_it_was_recorded_is_said_in_words() {
        let said =
            |path: &str, code: &str| value(path, &FieldValue::Text(code.to_owned()), SPANISH);
        assert_eq!(said("capture_mode", "paper"), "papel");
        assert_eq!(said("clock_source", "device"), "reloj sin comprobar");
        assert_eq!(said("occurred_precision", "hour"), "a la hora");
        assert_eq!(
            said("trail_id", "tuquesa"),
            "Río Tuquesa",
            "as the lists say"
        );
        assert_eq!(said("capture_mode", "x9"), "x9", "a newer build's stays");
    }

    #[test]
    fn every_field_has_a_name_in_both_languages() {
        for path in fields() {
            for language in [Es, En] {
                assert_ne!(field(&path, language), path, "it would be shown as a code");
            }
        }
        for path in ["separation/alone", "beta_override/ASO", "warnings_ack/W05"] {
            for language in [Es, En] {
                assert_ne!(field(path, language), path, "it would be shown as a path");
            }
        }
    }

    #[test]
    fn fields_are_named_as_an_officer_would() {
        for (path, es, en) in [
            (
                "composition/VEN/AA+M",
                "Hombres, Venezuela",
                "Men, Venezuela",
            ),
            ("group_estimate", "Total del grupo", "Total of the group"),
            ("a_newer_field", "a_newer_field", "a_newer_field"),
            ("a_newer/one", "a_newer/one", "a_newer/one"),
        ] {
            assert_eq!(field(path, Es), es, "the name of {path}");
            assert_eq!(field(path, En), en, "the name of {path}");
        }
        assert!(
            field("assistance/water", Es).starts_with("Asistencia: Agua"),
            "codes have their words"
        );
    }

    #[test]
    fn an_unknown_code_is_shown_as_it_is() {
        let newer = FieldValue::Text("by_drone".to_owned());
        assert_eq!(
            value("setting", &newer, SPANISH),
            "by_drone",
            "a newer build's code is not hidden"
        );
    }
}

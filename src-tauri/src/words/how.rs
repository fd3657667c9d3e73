//! How something was recorded, in words: codes that the device states by itself and no form offers.

use crate::view::settings::Language;

/// Field, code, Spanish, English (DOMAIN 4.1).
const HOW: [(&str, &str, &str, &str); 13] = [
    ("capture_mode", "quick", "forma rápida", "quick form"),
    ("capture_mode", "full", "forma completa", "full form"),
    ("capture_mode", "paper", "papel", "paper"),
    ("capture_mode", "radio", "radio", "radio"),
    ("capture_mode", "import", "archivo", "file"),
    ("clock_source", "gnss", "satélite", "satellite"),
    (
        "clock_source",
        "network",
        "reloj comprobado en un contacto",
        "clock checked at a contact",
    ),
    (
        "clock_source",
        "device",
        "reloj sin comprobar",
        "clock not checked",
    ),
    ("clock_source", "typed", "escrita a mano", "typed"),
    (
        "clock_source",
        "typed_ahead",
        "escrita a mano, sin comprobar",
        "typed, not checked",
    ),
    ("occurred_precision", "minute", "al minuto", "to the minute"),
    ("occurred_precision", "hour", "a la hora", "to the hour"),
    ("occurred_precision", "day", "al día", "to the day"),
];

/// Returns the words of a code of such a field; `None` for another field or a code of a newer build.
pub(super) fn code(field: &str, code: &str, language: Language) -> Option<&'static str> {
    let found = HOW
        .iter()
        .find(|(of, one, ..)| *of == field && *one == code)?;
    Some(match language {
        Language::Es => found.2,
        Language::En => found.3,
    })
}

//! Settings of the device that are no secret: readable before anybody unlocks.

use serde::{Deserialize, Serialize};
use specta::Type;

/// The colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// For shade and indoors.
    #[default]
    Standard,
    /// For direct sun: no grey.
    Sun,
    /// For the night: no white, no sound.
    Night,
}

/// The language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Spanish.
    #[default]
    Es,
    /// English.
    En,
}

/// Which country's words for post and patrol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Vocabulary {
    /// Puesto, patrulla.
    #[default]
    Pa,
    /// Módulo, recorrido.
    Mx,
}

impl Vocabulary {
    /// Reads the word of the post's directory; a newer build may know more.
    pub(crate) fn read(word: &str) -> Option<Self> {
        match word {
            "pa" => Some(Self::Pa),
            "mx" => Some(Self::Mx),
            _ => None,
        }
    }

    /// Returns the country whose words these are, as alpha-3.
    pub(crate) const fn country(self) -> &'static str {
        match self {
            Self::Pa => "PAN",
            Self::Mx => "MEX",
        }
    }
}

/// Everything in the settings file. A field that is missing there has its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
pub struct Settings {
    /// The language of the interface.
    #[serde(default)]
    pub language: Language,
    /// The colours.
    #[serde(default)]
    pub theme: Theme,
    /// Whether touches that are too short to be meant do not count.
    #[serde(default)]
    pub rain_mode: bool,
    /// Which country's words: those of the post as last told, chosen by hand before there is one.
    #[serde(default)]
    pub vocabulary: Vocabulary,
}

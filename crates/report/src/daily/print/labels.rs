//! Who names what a printed table shows, in which language and country.

/// The language of a printed table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Spanish.
    #[default]
    Spanish,
    /// English.
    English,
}

/// Whose words for post and patrol a printed table uses: those of the post's country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Vocabulary {
    /// Puesto, patrulla.
    #[default]
    Panama,
    /// Módulo, recorrido.
    Mexico,
}

impl Vocabulary {
    /// Reads the word of the post's directory, `pa` or `mx`; a newer build may know more.
    pub fn read(word: &str) -> Option<Self> {
        match word {
            "pa" => Some(Self::Panama),
            "mx" => Some(Self::Mexico),
            _ => None,
        }
    }
}

/// Names for codes. Code lists are data and live elsewhere; a code without a name is printed as it is.
pub trait Labels {
    /// Returns the language of the page.
    fn language(&self) -> Language {
        Language::Spanish
    }

    /// Returns whose words for post and patrol the page uses.
    fn vocabulary(&self) -> Vocabulary {
        Vocabulary::Panama
    }

    /// Returns the name of a country.
    fn nationality(&self, code: &str) -> Option<String>;

    /// Returns the name of a category of attentions.
    fn category(&self, code: &str) -> Option<String>;
}

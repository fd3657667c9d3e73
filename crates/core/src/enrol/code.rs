//! The typed enrolment code.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Without 0 O 1 I, which are misread on a wet page or over the radio.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

const LENGTH: usize = 8;
const NAMEPLATE_LENGTH: usize = 2;

/// A single-use code of eight characters: two find it at the server, six are the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

/// Why a typed text is no code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidCode {
    /// Too few or too many characters.
    #[error("code has {0} characters, expected 8")]
    Length(usize),
    /// A character that codes never have.
    #[error("code has the character {0:?}; codes have letters and digits without 0, O, 1 and I")]
    Character(char),
}

impl Code {
    /// Makes a code of 40 random bits.
    pub fn from_random(random: [u8; 5]) -> Self {
        let bits = random
            .iter()
            .fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        let letter = |place: usize| {
            let index = (bits >> (5 * (LENGTH - 1 - place))) & 31;
            ALPHABET
                .get(index as usize)
                .map_or('?', |letter| char::from(*letter))
        };
        Self((0..LENGTH).map(letter).collect())
    }

    /// Returns the part that finds the code at the server; not secret.
    pub fn nameplate(&self) -> &str {
        self.0.split_at(NAMEPLATE_LENGTH).0
    }

    /// Returns the password of the exchange. Secret: it never leaves either end.
    pub fn password(&self) -> &str {
        self.0.split_at(NAMEPLATE_LENGTH).1
    }

    /// Returns the eight characters without a separator.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Code {
    type Err = InvalidCode;

    /// Reads a code as people type it: any case, with spaces or hyphens.
    fn from_str(text: &str) -> Result<Self, InvalidCode> {
        let typed: Vec<char> = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| c.to_ascii_uppercase())
            .take(64)
            .collect();
        if let Some(odd) = typed
            .iter()
            .find(|c| !c.is_ascii() || !ALPHABET.contains(&(**c as u8)))
        {
            return Err(InvalidCode::Character(*odd));
        }
        if typed.len() != LENGTH {
            return Err(InvalidCode::Length(typed.len()));
        }
        Ok(Self(typed.into_iter().collect()))
    }
}

impl fmt::Display for Code {
    /// Writes the code in two groups of four, as it is read aloud.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (front, back) = self.0.split_at(LENGTH / 2);
        write!(f, "{front}-{back}")
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({}…)", self.nameplate())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_code_is_read_back_however_it_is_typed(random: [u8; 5]) {
            let code = Code::from_random(random);
            prop_assert_eq!(code.as_str().len(), 8, "the sheet has eight boxes");
            prop_assert!(!code.as_str().contains(['0', 'O', '1', 'I']), "these are misread");
            let typed = format!(" {} ", code.to_string().to_lowercase().replace('-', " - "));
            prop_assert_eq!(typed.parse::<Code>().unwrap(), code, "case, spaces and hyphens are not the officer's problem");
        }

        #[test]
        fn any_text_is_answered(text: String) {
            let _ = text.parse::<Code>();
        }
    }

    #[test]
    fn a_wrong_character_and_a_wrong_length_are_told_apart() {
        assert_eq!(
            "ABCD-EFG0".parse::<Code>(),
            Err(InvalidCode::Character('0')),
            "0 is named, so that it is looked at again"
        );
        assert_eq!(
            "ABCD".parse::<Code>(),
            Err(InvalidCode::Length(4)),
            "half a code is not a wrong code"
        );
        assert_eq!(
            "ABCD-EFGñ".parse::<Code>(),
            Err(InvalidCode::Character('ñ')),
            "letters beyond ASCII are named too"
        );
    }

    #[test]
    fn the_password_is_not_in_the_debug_form() {
        let code = Code::from_random([1, 2, 3, 4, 5]);
        assert!(
            !format!("{code:?}").contains(code.password()),
            "debug output ends in logs"
        );
    }
}

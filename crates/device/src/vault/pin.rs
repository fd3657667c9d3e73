//! PINs and passphrases as people type them.

mod easy;

use std::fmt;

use thiserror::Error;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Digits that a PIN has at least.
pub const PIN_DIGITS_MIN: usize = 6;
/// Characters that a passphrase has at least.
pub const PASSPHRASE_CHARACTERS_MIN: usize = 10;
/// Bytes that are read of what was typed; more is refused before any work is done on it.
pub const PIN_BYTES_MAX: usize = 256;

/// The first digit (zero) of each script whose keyboards are found on phones.
const ZEROS: [char; 16] = [
    '\u{0660}', '\u{06F0}', '\u{07C0}', '\u{0966}', '\u{09E6}', '\u{0A66}', '\u{0AE6}', '\u{0B66}',
    '\u{0BE6}', '\u{0C66}', '\u{0CE6}', '\u{0D66}', '\u{0E50}', '\u{0ED0}', '\u{0F20}', '\u{1040}',
];

/// What is wrong with a new PIN or passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PinProblem {
    /// Nothing was typed.
    #[error(
        "pin: empty, expected at least {PIN_DIGITS_MIN} digits or a passphrase of {PASSPHRASE_CHARACTERS_MIN} characters"
    )]
    Empty,
    /// Too few digits.
    #[error("pin: too short, expected at least {PIN_DIGITS_MIN} digits")]
    TooFewDigits,
    /// Too few characters for words.
    #[error(
        "pin: too short, expected at least {PASSPHRASE_CHARACTERS_MIN} characters when it is not only digits"
    )]
    TooFewCharacters,
    /// One of those that are guessed first.
    #[error(
        "pin: easy to guess; no repeated or consecutive digits, no pattern on the keys, no date"
    )]
    Easy,
    /// Far too long.
    #[error("pin: too long, at most {PIN_BYTES_MAX} bytes")]
    TooLong,
    /// A character that no keyboard gives twice in the same way.
    #[error("pin: has a control character")]
    ControlCharacter,
}

/// A PIN or passphrase in the one form that keys are derived from. Wiped when dropped.
pub struct Pin(Zeroizing<String>);

impl Pin {
    /// Reads what was typed: other scripts' digits become 0-9, composed letters one form, ends trimmed.
    pub fn read(typed: &str) -> Result<Self, PinProblem> {
        if typed.len() > PIN_BYTES_MAX {
            return Err(PinProblem::TooLong);
        }
        let normal: Zeroizing<String> =
            Zeroizing::new(typed.trim().nfkc().map(western_digit).collect());
        if normal.is_empty() {
            return Err(PinProblem::Empty);
        }
        if normal.chars().any(char::is_control) {
            return Err(PinProblem::ControlCharacter);
        }
        Ok(Self(normal))
    }

    /// Reads a new PIN, which must also be long enough and not easy to guess.
    pub fn read_new(typed: &str) -> Result<Self, PinProblem> {
        let pin = Self::read(typed)?;
        let length = pin.0.chars().count();
        if pin.0.chars().all(|c| c.is_ascii_digit()) {
            if length < PIN_DIGITS_MIN {
                return Err(PinProblem::TooFewDigits);
            }
            if easy::is_easy(&pin.0) {
                return Err(PinProblem::Easy);
            }
        } else if length < PASSPHRASE_CHARACTERS_MIN {
            return Err(PinProblem::TooFewCharacters);
        }
        Ok(pin)
    }

    /// Returns the bytes that the key is derived from.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

fn western_digit(c: char) -> char {
    let value = ZEROS.iter().find_map(|zero| {
        u32::from(c)
            .checked_sub(u32::from(*zero))
            .filter(|value| *value < 10)
    });
    value
        .and_then(|value| char::from_digit(value, 10))
        .unwrap_or(c)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;

    #[test]
    fn digits_of_other_scripts_are_the_same_pin() {
        let western = Pin::read_new("482913").unwrap();
        for typed in ["٤٨٢٩١٣", "۴۸۲۹۱۳", "４８２９１３", " 482913 "] {
            let pin = Pin::read_new(typed).unwrap();
            assert_eq!(
                pin.as_bytes(),
                western.as_bytes(),
                "a phone's keyboard must not lock its owner out"
            );
        }
    }

    #[test]
    fn composed_and_decomposed_letters_are_the_same_passphrase() {
        let composed = Pin::read_new("el niño cruza").unwrap();
        let decomposed = Pin::read_new("el nin\u{303}o cruza").unwrap();
        assert_eq!(
            composed.as_bytes(),
            decomposed.as_bytes(),
            "two keyboards type ñ differently"
        );
    }

    #[test]
    fn what_is_too_short_or_too_long_says_so() {
        let long = "1".repeat(10_000);
        let cases = [
            ("", PinProblem::Empty),
            ("   ", PinProblem::Empty),
            ("12345", PinProblem::TooFewDigits),
            ("palabra", PinProblem::TooFewCharacters),
            ("123456", PinProblem::Easy),
            ("٠٠٠٠٠٠", PinProblem::Easy),
            (" 140383 ", PinProblem::Easy),
            (long.as_str(), PinProblem::TooLong),
            ("12\u{0}3456", PinProblem::ControlCharacter),
        ];
        for (typed, problem) in cases {
            assert_eq!(
                Pin::read_new(typed).unwrap_err(),
                problem,
                "each problem has its own sentence"
            );
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(
            format!("{:?}", Pin::read("482913").unwrap()),
            "Pin(…)",
            "a log must not hold a PIN"
        );
    }
}

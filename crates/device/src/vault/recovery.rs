//! Recovery codes: written on paper once, good only for setting a new PIN.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::error::VaultError;
use crate::environment::Environment;

/// Crockford's base 32: no I, L, O or U, so that handwriting is read back right.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Random characters: 110 bits.
const RANDOM_CHARACTERS: usize = 22;
/// Check characters: a slip of the pen passes once in 1,024.
const CHECK_CHARACTERS: usize = 2;
const GROUP: usize = 4;

/// A recovery code in its plain form without hyphens. Wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(Zeroizing<String>);

impl RecoveryCode {
    /// Makes a new code.
    pub(crate) fn generate(environment: &Environment) -> Result<Self, VaultError> {
        let bytes: Zeroizing<[u8; RANDOM_CHARACTERS]> = Zeroizing::new(environment.bytes()?);
        let mut text = Zeroizing::new(String::with_capacity(RANDOM_CHARACTERS + CHECK_CHARACTERS));
        bytes.iter().for_each(|byte| text.push(character(*byte)));
        let check = check_of(&text);
        text.push_str(&check);
        Ok(Self(text))
    }

    /// Reads a code as typed: case, spaces and hyphens do not matter, O is 0, I and L are 1.
    pub fn read(typed: &str) -> Result<Self, VaultError> {
        let mut text = Zeroizing::new(String::with_capacity(RANDOM_CHARACTERS + CHECK_CHARACTERS));
        for c in typed
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .take(RANDOM_CHARACTERS + CHECK_CHARACTERS + 1)
        {
            let plain = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let known =
                plain.is_ascii() && ALPHABET.iter().any(|known| char::from(*known) == plain);
            if !known {
                return Err(VaultError::RecoveryCodeMistyped);
            }
            text.push(plain);
        }
        let (random, check) = text
            .split_at_checked(RANDOM_CHARACTERS)
            .ok_or(VaultError::RecoveryCodeMistyped)?;
        if check != check_of(random) {
            return Err(VaultError::RecoveryCodeMistyped);
        }
        Ok(Self(text))
    }

    /// Returns the code in groups of four, for the one time that it is shown.
    pub fn shown(&self) -> Zeroizing<String> {
        let mut shown = Zeroizing::new(String::new());
        for (index, c) in self.0.chars().enumerate() {
            if index > 0 && index % GROUP == 0 {
                shown.push('-');
            }
            shown.push(c);
        }
        shown
    }

    /// Returns the bytes that the key is derived from.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

fn character(byte: u8) -> char {
    ALPHABET
        .get(usize::from(byte % 32))
        .copied()
        .map_or('0', char::from)
}

fn check_of(random: &str) -> String {
    let digest = Sha256::new_with_prefix(b"bitacora recovery code 1\0")
        .chain_update(random.as_bytes())
        .finalize();
    digest
        .iter()
        .take(CHECK_CHARACTERS)
        .map(|byte| character(*byte))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;

    #[test]
    fn a_code_reads_back_as_shown_and_as_handwritten() {
        let code = RecoveryCode::generate(&Environment::system()).unwrap();
        let shown = code.shown();
        assert_eq!(
            shown.split('-').count(),
            6,
            "six groups of four are read aloud without losing the place"
        );
        assert!(
            RecoveryCode::read(&shown).unwrap() == code,
            "the code as shown must be accepted"
        );
        let sloppy = shown
            .to_lowercase()
            .replace('0', "o")
            .replace('1', "l")
            .replace('-', " ");
        assert!(
            RecoveryCode::read(&sloppy).unwrap() == code,
            "handwriting must be accepted"
        );
    }

    #[test]
    fn one_wrong_character_is_called_a_typing_error() {
        let code = RecoveryCode::generate(&Environment::system()).unwrap();
        let shown = code.shown();
        let mut caught = 0;
        for (index, c) in shown.char_indices().filter(|(_, c)| *c != '-') {
            let other = if c == 'Z' { 'Y' } else { 'Z' };
            let wrong: String = shown
                .char_indices()
                .map(|(at, c)| if at == index { other } else { c })
                .collect();
            caught += u32::from(matches!(
                RecoveryCode::read(&wrong),
                Err(VaultError::RecoveryCodeMistyped)
            ));
        }
        assert!(
            caught >= 23,
            "24 single slips, about one in a thousand may pass, {caught} were caught"
        );
        assert!(RecoveryCode::read("").is_err(), "nothing is no code");
        assert!(
            RecoveryCode::read(&format!("{}A", *shown)).is_err(),
            "a longer code is another code"
        );
    }
}

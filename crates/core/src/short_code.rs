//! Short codes: what is said over the radio and written on paper, `BCH-0314-7QK-3`.
//!
//! Post, local month and day, three characters of base 32, one check character. The alphabet leaves
//! out I, L, O and U, which are misheard or misread. The check character finds every single wrong
//! character and every swap of two neighbours.

use chrono::{Datelike, NaiveDate};

use crate::id::PostId;

/// Crockford's base 32.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Makes the code of an encounter from 15 random bits.
pub fn make(post: &PostId, day: NaiveDate, random: u16) -> String {
    let symbols = [10, 5, 0].map(|shift| symbol(u32::from(random >> shift) % 32));
    let body = format!(
        "{}-{:02}{:02}-{}{}{}",
        post.short(),
        day.month(),
        day.day(),
        symbols[0],
        symbols[1],
        symbols[2]
    );
    let check = check(&body);
    format!("{body}-{check}")
}

/// Reads a code as typed (any case, spaces for hyphens) into its canonical form, if the check holds.
pub fn parse(typed: &str) -> Option<String> {
    let code: String = typed
        .trim()
        .to_ascii_uppercase()
        .replace([' ', '–', '—'], "-");
    let (body, given) = code.rsplit_once('-')?;
    let shape: Vec<usize> = body.split('-').map(str::len).collect();
    let well_shaped = matches!(shape.as_slice(), [1..=16, 4, 3]) && given.len() == 1;
    (well_shaped && given.starts_with(check(body))).then_some(code)
}

fn symbol(value: u32) -> char {
    let index = usize::try_from(value).unwrap_or_default();
    ALPHABET.get(index).copied().map_or('0', char::from)
}

/// The value of the body as a polynomial over GF(32), at a generator: single errors cannot cancel, and
/// neighbours carry different weights.
fn check(body: &str) -> char {
    symbol(
        body.chars()
            .filter(|c| *c != '-')
            .fold(0, |sum, c| times_generator(sum) ^ value(c)),
    )
}

/// Multiplies by the generator of GF(32) modulo x^5 + x^2 + 1.
fn times_generator(value: u32) -> u32 {
    let doubled = value << 1;
    if doubled & 32 == 0 {
        doubled
    } else {
        doubled ^ 0b10_0101
    }
}

/// A symbol's value. The four letters that are left out may stand in a post's name; they count as
/// what they are mistaken for.
fn value(c: char) -> u32 {
    let c = match c {
        'I' | 'L' => '1',
        'O' => '0',
        'U' => 'V',
        other => other,
    };
    let position = ALPHABET.iter().position(|symbol| char::from(*symbol) == c);
    position
        .and_then(|position| u32::try_from(position).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;

    fn code(random: u16) -> String {
        make(
            &"PA-BCH".parse().unwrap(),
            NaiveDate::from_ymd_opt(2025, 3, 14).unwrap(),
            random,
        )
    }

    #[test]
    fn has_the_shape_that_fits_paper_and_radio() {
        assert_eq!(code(0), "BCH-0314-000-T");
        assert_eq!(
            parse("bch 0314 000 t").as_deref(),
            Some("BCH-0314-000-T"),
            "typed as heard"
        );
    }

    #[test]
    fn every_code_is_accepted_by_its_own_check() {
        for random in 0..(1 << 15) {
            let code = code(random);
            assert_eq!(parse(&code).as_deref(), Some(code.as_str()), "{code}");
        }
    }

    #[test]
    fn one_wrong_character_in_day_or_number_is_found() {
        for random in (0..(1 << 15)).step_by(37) {
            let code = code(random);
            for position in (4..code.len()).filter(|at| code.as_bytes()[*at] != b'-') {
                for other in ALPHABET
                    .iter()
                    .filter(|other| **other != code.as_bytes()[position])
                {
                    let mut wrong = code.clone().into_bytes();
                    wrong[position] = *other;
                    let wrong = String::from_utf8(wrong).unwrap();
                    assert_eq!(parse(&wrong), None, "{wrong} passes for {code}");
                }
            }
        }
    }

    #[test]
    fn two_swapped_neighbours_are_found() {
        for random in 0..(1 << 15) {
            let code = code(random).into_bytes();
            for left in [4, 5, 6, 9, 10]
                .into_iter()
                .filter(|left| code[*left] != code[left + 1])
            {
                let mut swapped = code.clone();
                swapped.swap(left, left + 1);
                let text = String::from_utf8(swapped).unwrap();
                assert_eq!(parse(&text), None, "{text} passes");
            }
        }
    }
}

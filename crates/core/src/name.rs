//! A person's name as colleagues see it: one rule for who types it and for what goes over the wire.

use thiserror::Error;

use crate::wire::limit::NAME_BYTES_MAX;

/// Characters that a name has at most.
pub const CHARACTERS_MAX: usize = 40;

/// Why a name is not usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NameError {
    /// There is none.
    #[error("empty, expected the name or rank that others know")]
    Empty,
    /// Too long to be read on a tile or in a list.
    #[error("too long, at most {CHARACTERS_MAX} characters")]
    Characters,
    /// Too long for the wire, in letters of which each takes several bytes.
    #[error(
        "too long, at most {NAME_BYTES_MAX} bytes in UTF-8: in these letters that is fewer than {CHARACTERS_MAX} characters"
    )]
    Bytes,
    /// It would not be one line.
    #[error("has a control character")]
    Control,
}

/// Returns the name as it is kept: trimmed, one line, not empty, and of a length that every server takes.
pub fn checked(name: &str) -> Result<&str, NameError> {
    let name = name.trim();
    if name.is_empty() {
        Err(NameError::Empty)
    } else if name.chars().count() > CHARACTERS_MAX {
        Err(NameError::Characters)
    } else if name.len() > NAME_BYTES_MAX {
        Err(NameError::Bytes)
    } else if name.chars().any(char::is_control) {
        Err(NameError::Control)
    } else {
        Ok(name)
    }
}

/// Returns as much of a name as the wire takes, in whole characters. Earlier builds counted characters only: a vault
/// can hold a longer name, and one name that a server refuses would hold back everything of that phone.
pub(crate) fn for_the_wire(name: &str) -> &str {
    name.get(..name.floor_char_boundary(NAME_BYTES_MAX))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{NameError, checked, for_the_wire};
    use crate::wire::limit::NAME_BYTES_MAX;

    #[rstest]
    #[case::plain("  Cabo 17 ", Ok("Cabo 17"))]
    #[case::nothing(" ", Err(NameError::Empty))]
    #[case::two_lines("Cabo\n17", Err(NameError::Control))]
    fn a_name_is_one_short_line(#[case] typed: &str, #[case] kept: Result<&str, NameError>) {
        assert_eq!(checked(typed), kept);
    }

    #[rstest]
    #[case::of_one_byte("x", 40, NameError::Characters)]
    #[case::of_two_bytes("ñ", 40, NameError::Characters)]
    #[case::of_three_bytes("字", 40, NameError::Characters)]
    #[case::of_four_bytes("𐍈", 30, NameError::Bytes)]
    fn the_longest_name_goes_over_the_wire_and_no_longer_one_is_taken(
        #[case] letter: &str,
        #[case] most: usize,
        #[case] why: NameError,
    ) {
        let longest = letter.repeat(most);
        assert_eq!(checked(&longest), Ok(longest.as_str()));
        assert_eq!(for_the_wire(&longest), longest, "whole");
        let longer = letter.repeat(most + 1);
        assert_eq!(checked(&longer), Err(why));
    }

    #[test]
    fn a_name_of_an_earlier_build_is_cut_at_a_character() {
        let sent = format!("x{}", "𐍈".repeat(39));
        let cut = for_the_wire(&sent);
        assert_eq!(cut, format!("x{}", "𐍈".repeat(29)), "117 of 157 bytes");
        assert!(cut.len() <= NAME_BYTES_MAX);
    }
}

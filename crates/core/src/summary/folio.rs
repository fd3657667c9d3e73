//! The folio of a paper strip, as people compare it.

/// Returns a folio in the form in which two of them are compared: in capitals, without spaces.
pub fn folio(typed: &str) -> String {
    let parts: String = typed.split_whitespace().collect();
    parts.to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::folio;

    #[test]
    fn case_and_spaces_make_no_other_folio() {
        assert_eq!(folio(" ñ 0041-b\u{a0}"), folio("Ñ0041-B"));
        assert_ne!(folio("0041-B"), folio("41-B"), "a zero does");
    }
}

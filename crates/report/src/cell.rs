//! Texts that spreadsheets must not take for formulas.

use std::borrow::Cow;

/// Returns a text that a spreadsheet shows as it is.
///
/// A cell that starts with `=`, `+`, `-`, `@`, a tab or a line end is run as a formula by common spreadsheets, so a
/// note could read files or call out from the commander's laptop. An apostrophe in front makes it a text again.
/// Blanks in front do not protect: some programs trim them.
pub fn inert(text: &str) -> Cow<'_, str> {
    let runs = |c: char| {
        matches!(
            c,
            '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}'
        )
    };
    let starts = text.starts_with(['\t', '\r', '\n']) || text.trim_start().starts_with(runs);
    if starts {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::inert;
    use rstest::rstest;

    #[rstest]
    #[case("=HYPERLINK(\"x\")")]
    #[case("+1")]
    #[case("-1+cmd|' /C calc'!A0")]
    #[case("@SUM(A1)")]
    #[case("\t=1")]
    #[case("\r=1")]
    #[case("  =1")]
    #[case("＝1")]
    fn a_formula_becomes_a_text(#[case] text: &str) {
        assert_eq!(
            inert(text),
            format!("'{text}"),
            "a spreadsheet would run this"
        );
    }

    #[rstest]
    #[case("")]
    #[case("BCH-0314-7QK-3")]
    #[case("río crecido = peligro")]
    fn an_ordinary_text_stays(#[case] text: &str) {
        assert_eq!(inert(text), text, "only the first character matters");
    }
}

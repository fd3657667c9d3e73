//! The page of faults names tests; each of them must exist.

use super::sources;

/// Returns what stands between backticks and looks like the name of a test: words with underscores, three at least.
fn names(page: &str) -> Vec<&str> {
    let quoted = page.split('`').skip(1).step_by(2);
    let is_name = |text: &&str| {
        text.matches('_').count() >= 2
            && text
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    quoted.filter(is_name).collect()
}

#[test]
fn faults_name_tests_that_exist() {
    let page = std::fs::read_to_string(sources::root().join("docs/FAULTS.md")).unwrap();
    let named = names(&page);
    assert!(named.len() > 60, "{} tests are few", named.len());
    let code = sources::rust();
    let missing: Vec<_> = named
        .iter()
        .filter(|name| !code.contains(&format!("fn {name}(")))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/FAULTS.md promises tests that are not there: {missing:?}"
    );
}

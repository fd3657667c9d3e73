//! The ten stories of the architecture page: each names the tests that tell it, and they exist.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const STORIES: usize = 10;

/// Returns the tests that the page names for each story: file and name.
fn told() -> BTreeMap<usize, Vec<(String, String)>> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ARCHITECTURE.md");
    let text = fs::read_to_string(page).unwrap();
    let section = text.split("## The ten stories").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let mut stories = BTreeMap::new();
    for row in section.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let Ok(number) = cells[1].parse() else {
            continue;
        };
        // `file` test, `file` test
        let tests = cells[3].split(", ").map(|one| {
            let (file, name) = one.trim_start_matches('`').split_once("` ").unwrap();
            (file.to_owned(), name.to_owned())
        });
        stories.insert(number, tests.collect());
    }
    stories
}

#[test]
fn every_story_is_told_by_tests_that_exist() {
    let stories = told();
    assert_eq!(
        stories.keys().copied().collect::<Vec<_>>(),
        (1..=STORIES).collect::<Vec<_>>(),
        "the page has a row for each story"
    );
    for (number, tests) in stories {
        assert!(!tests.is_empty(), "story {number} is told by no test");
        for (file, name) in tests {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(&file);
            let source = fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("story {number}: {file}: {error}"));
            assert!(
                source.contains(&format!("fn {name}("))
                    || source.contains(&format!("it(\"{name}\"")),
                "story {number}: {file} has no test {name}"
            );
        }
    }
}

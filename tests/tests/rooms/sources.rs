//! The project's own text files, as git knows them.

use std::path::PathBuf;
use std::process::Command;

pub fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Returns whether a path is Rust that ships, and not its tests.
pub fn is_product(path: &str) -> bool {
    let room = ["crates/", "src-tauri/", "sync-server/"]
        .iter()
        .any(|room| path.starts_with(room));
    let test =
        path.contains("/tests/") || path.ends_with("/tests.rs") || path.ends_with("_tests.rs");
    room && path.contains("/src/") && path.ends_with(".rs") && !test
}

/// Returns `path:line: text` for each line of a chosen file that contains one of the words, unless
/// the line is a comment or stands in a file's own tests at its end.
pub fn lines_with(words: &[&str], chosen: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let paths = files();
    assert!(
        paths.len() > 20,
        "git lists the project's files; {} are too few",
        paths.len()
    );
    for path in paths.iter().filter(|path| chosen(path)) {
        // Pictures and the like are no text, and a file deleted but not yet committed is none.
        let Ok(text) = std::fs::read_to_string(root().join(path)) else {
            continue;
        };
        let mut lines = text.lines().enumerate().peekable();
        while let Some((index, line)) = lines.next() {
            // A file's own tests end it; tests that are a file of their own are one line.
            let own_tests = |(_, next): &(usize, &str)| next.trim_end().ends_with('{');
            if line.trim() == "#[cfg(test)]" && lines.peek().is_some_and(own_tests) {
                break;
            }
            if !line.trim_start().starts_with("//") && words.iter().any(|word| line.contains(word))
            {
                found.push(format!("{path}:{}: {}", index + 1, line.trim()));
            }
        }
    }
    found
}

/// Returns all Rust of the project, tests too, as one text.
pub fn rust() -> String {
    let paths = files();
    let rust = paths.iter().filter(|path| path.ends_with(".rs"));
    // A file deleted but not yet committed is none.
    rust.filter_map(|path| std::fs::read_to_string(root().join(path)).ok())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Returns the files that git tracks or would add.
fn files() -> Vec<String> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git lists the project's files");
    String::from_utf8(listed.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

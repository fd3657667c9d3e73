//! A folder with a vault in it, driven by the command line.

use bitacora_tests::programs;
use bitacora_tests::programs::{CommandLine, Said};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const GROUP: &str = r#"{"occurred_at":"2023-08-14T07:21:00-05:00","composition":{"VEN":{"AA+M":3,"AA+F":2,"AC+M":1}},
    "assistance":{"water":"all"},"needs":{},"position":"no_fix","setting":"river"}"#;

pub(crate) const PIN: &str = "482915";

pub(crate) struct Post {
    pub(crate) folder: TempDir,
    pub(crate) line: CommandLine,
}

impl Post {
    /// A folder in which nothing has been made.
    pub(crate) fn empty() -> Self {
        programs::build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let line = CommandLine::of(&folder.path().join("vault"), PIN).unwrap();
        Self { folder, line }
    }

    /// A vault of one person.
    pub(crate) fn ready() -> Self {
        let post = Self::empty();
        post.done(&["init", "--name", "Cabo 17", "--post", "PA-BCH"]);
        post
    }

    pub(crate) fn done(&self, arguments: &[&str]) -> Said {
        self.done_with(arguments, "")
    }

    pub(crate) fn done_with(&self, arguments: &[&str], input: &str) -> Said {
        let said = self.line.run_with(arguments, input).unwrap();
        assert_eq!(
            said.code,
            Some(0),
            "`bitacora {arguments:?}` should be done: {}",
            said.message
        );
        said
    }

    /// Runs something that must be refused with exit code 1 and says why; nothing on standard output.
    pub(crate) fn refused(&self, arguments: &[&str], input: &str, why: &[&str]) {
        let said = self.line.run_with(arguments, input).unwrap();
        assert_eq!(
            said.code,
            Some(1),
            "`bitacora {arguments:?}` should be refused: {}",
            said.message
        );
        for why in why {
            assert!(
                said.message.contains(why),
                "`bitacora {arguments:?}` should say `{why}`: {}",
                said.message
            );
        }
        assert!(
            !said.message.contains("panicked"),
            "a refusal is no crash: {}",
            said.message
        );
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        self.line.json(arguments, "").unwrap()
    }

    /// Records the group and returns its short code.
    pub(crate) fn recorded(&self) -> String {
        let saved = self.line.json(&["record", "-"], GROUP).unwrap();
        saved["short_code"].as_str().unwrap().to_owned()
    }
}

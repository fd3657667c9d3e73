//! A post's day with the two programs alone, as its operator works: what the story in two phones does not tell.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::fs;
use std::process::Command;

use bitacora_tests::programs::{self, CommandLine, ServerProcess};
use serde_json::{Value, json};
use tempfile::TempDir;

const GROUP: &str = r#"{"occurred_at":"2023-08-14T07:21:00-05:00","composition":{"VEN":{"AA+M":3,"AA+F":2,"AC+M":1}},
    "assistance":{"water":"all"},"needs":{},"position":"no_fix","setting":"river"}"#;

struct Post {
    folder: TempDir,
    server: ServerProcess,
}

impl Post {
    fn open() -> Self {
        programs::build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("server");
        let server = ServerProcess::start(&data, "127.0.0.1:0", "PA-BCH", "Bajo Chiquito").unwrap();
        Self { folder, server }
    }

    fn enrolled(&self, name: &str, role: &str) -> CommandLine {
        self.enrol(self.stranger(name), name, role)
    }

    fn stranger(&self, name: &str) -> CommandLine {
        let line = CommandLine::of(&self.folder.path().join(name), "482915").unwrap();
        line.json(&["init", "--name", name], "").unwrap();
        line
    }

    fn enrol(&self, line: CommandLine, name: &str, role: &str) -> CommandLine {
        let code = self.server.code(role, name).unwrap();
        let url = format!("https://{}", self.server.address);
        let enrolled = line
            .json(&["enrol", "--server", &url, "--code", &code], "")
            .unwrap();
        let devices = self.server.run(&["devices"]).unwrap();
        let listed = devices["devices"]
            .as_array()
            .unwrap()
            .iter()
            .find(|device| device["name"] == name)
            .unwrap();
        assert_eq!(
            listed["digits"], enrolled["digits"],
            "both ends show the same six digits"
        );
        line
    }

    fn documents(&self) -> Value {
        self.server.run(&["health"]).unwrap()["documents"].clone()
    }
}

fn list(line: &CommandLine, state: &str) -> usize {
    let list = line.json(&["list", "--state", state], "").unwrap();
    list.as_array().unwrap().len()
}

#[test]
fn what_cannot_be_sent_is_carried_as_a_file_and_received_by_the_next_sync() {
    let post = Post::open();
    let cabo = post.enrolled("Cabo 17", "patrol_member");
    for _ in 0..3 {
        cabo.json(&["record", "-"], GROUP).unwrap();
    }
    let stick = post.folder.path().join("stick");
    fs::create_dir(&stick).unwrap();
    let exported = cabo
        .json(
            &[
                "export",
                "--format",
                "sealed",
                "--out",
                stick.to_str().unwrap(),
            ],
            "",
        )
        .unwrap();
    assert_eq!(exported["records"], 3, "all that the post has not received");
    let file = exported["file"].as_str().unwrap();
    let bytes = fs::read(file).unwrap();
    assert!(
        !bytes.windows(5).any(|window| window == b"river"),
        "who finds the stick reads nothing"
    );
    assert_eq!(list(&cabo, "unreceived"), 3, "a file is no receipt");

    assert_eq!(post.documents(), 0, "nothing went over the network");
    let handed_in = post.server.run(&["hand-in", file]).unwrap();
    assert_eq!(
        (&handed_in["received"], &handed_in["refused"]),
        (&json!(3), &json!(0)),
        "the server takes what it was sealed for: {handed_in}"
    );
    let again = post.server.run(&["hand-in", file]).unwrap();
    assert_eq!(
        post.documents(),
        3,
        "the same file twice is the same: {again}"
    );

    cabo.json(&["sync"], "").unwrap();
    assert_eq!(
        list(&cabo, "unreceived"),
        0,
        "the receipts come with the next contact"
    );
    let replaced = cabo
        .run(&["export", "--format", "sealed", "--out", file])
        .unwrap();
    assert_eq!(
        (replaced.code, fs::read(file).unwrap() == bytes),
        (Some(1), true),
        "a file that is there is not replaced: {}",
        replaced.message
    );
}

#[test]
fn before_enrolment_there_is_no_file_and_after_a_revocation_nothing_is_lost() {
    let post = Post::open();
    let alone = CommandLine::of(&post.folder.path().join("alone"), "482915").unwrap();
    alone.json(&["init", "--name", "Alone"], "").unwrap();
    alone.json(&["record", "-"], GROUP).unwrap();
    let early = alone.run(&["export", "--format", "sealed"]).unwrap();
    assert_eq!(early.code, Some(1), "nobody's key is known");
    assert!(
        early.message.contains("bitacora enrol"),
        "and what to do first is said: {}",
        early.message
    );

    let cabo = post.enrolled("Cabo 17", "patrol_member");
    cabo.json(&["record", "-"], GROUP).unwrap();
    let revoked = post.server.run(&["revoke", "Cabo 17"]).unwrap();
    assert_eq!(revoked["revoked"], true, "by its name");
    let refused = cabo.run(&["sync"]).unwrap();
    assert_eq!(refused.code, Some(1), "its next request is refused");
    assert!(
        refused.message.contains("revoked") && refused.message.contains("records are kept"),
        "in words: {}",
        refused.message
    );
    assert_eq!(list(&cabo, "unreceived"), 1, "its record is still there");
    assert_eq!(post.documents(), 0, "and not at the post");
}

#[test]
fn a_sound_server_verifies_and_prints_the_table_that_its_commander_sees() {
    let post = Post::open();
    let commander = post.enrolled("Puesto 1", "post_commander");
    let cabo = post.stranger("Cabo 17");
    cabo.json(&["record", "-"], GROUP).unwrap();
    let cabo = post.enrol(cabo, "Cabo 17", "patrol_member");
    cabo.json(&["record", "-"], GROUP).unwrap();
    cabo.json(&["sync"], "").unwrap();
    commander.json(&["sync"], "").unwrap();
    let report = ["report", "daily", "--period", "2023-08-14"];
    let seen = commander.json(&report, "").unwrap();
    let printed = post.server.run(&["table", "--day", "2023-08-14"]).unwrap();
    assert_eq!(
        (
            &seen["totals"]["total"]["max"],
            &printed["table"]["people"]["total"]["max"]
        ),
        (&json!(12), &json!(12)),
        "both count the same, also what was recorded before the enrolment: {printed}"
    );
    let code = commander.json(&["list"], "").unwrap()[0]["short_code"].clone();
    commander
        .json(&["review", code.as_str().unwrap(), "approve"], "")
        .unwrap();
    let seen = commander.json(&report, "").unwrap();
    assert_eq!(seen["reviewed"], 1, "approved by who may");
    let own = cabo
        .run(&["review", code.as_str().unwrap(), "approve"])
        .unwrap();
    assert_eq!(own.code, Some(1), "a member approves nothing");
    commander.json(&["sync"], "").unwrap();
    let verified = post.server.run(&["verify"]).unwrap();
    assert_eq!(
        verified["findings"],
        json!([]),
        "every chain and receipt fits"
    );
    assert_eq!(
        post.server.run(&["quarantine"]).unwrap(),
        json!([]),
        "nothing was put aside"
    );
}

/// Runs `bitacora-server` in a folder of its own; returns exit code, answer and message.
fn server(arguments: &[&str], folder: &TempDir) -> (Option<i32>, String, String) {
    let output = Command::new(programs::program("bitacora-server").unwrap())
        .args(arguments)
        .env_clear()
        .env("BITACORA_SERVER_DATA", folder.path().join("data"))
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn every_command_of_the_operator_explains_itself_with_an_example() {
    programs::build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    for command in [
        "serve",
        "enrol-code",
        "devices",
        "revoke",
        "hand-in",
        "quarantine",
        "verify",
        "health",
        "table",
    ] {
        let (code, help, _) = server(&[command, "--help"], &folder);
        assert_eq!(code, Some(0), "{command}");
        assert!(
            help.contains(&format!("Example:\n  bitacora-server {command} ")),
            "`{command} --help` needs an example: {help}"
        );
    }
}

#[test]
fn a_setting_that_is_wrong_is_wrong_usage_wherever_it_stands() {
    programs::build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("post.toml");
    fs::write(&file, "post = \"PA-BCH\"\ntz = \"Panama\"\n").unwrap();
    let by_file = file.to_str().unwrap();
    for (arguments, says) in [
        (vec!["serve"], "--post PA-BCH"),
        (
            vec!["serve", "--post", "bajo chiquito"],
            "post is not valid",
        ),
        (
            vec!["serve", "--post", "PA-BCH", "--tz", "Panama"],
            "tz is not valid",
        ),
        (vec!["serve", "--config", by_file], "tz is not valid"),
        (
            vec!["serve", "--lock-minutes", "0", "--post", "PA-BCH"],
            "lock_minutes is not valid",
        ),
        (vec!["serve", "--listen", "here"], "--listen"),
        (vec!["devicse"], "devices"),
    ] {
        let (code, answer, message) = server(&arguments, &folder);
        assert_eq!(code, Some(2), "{arguments:?}: {message}");
        assert!(
            message.contains(says) && answer.is_empty(),
            "{arguments:?} should say `{says}`: {message}"
        );
    }
    let (code, _, message) = server(&["health"], &folder);
    assert_eq!(code, Some(1), "asked well, and refused");
    assert!(
        message.contains("the first `serve` makes one"),
        "nothing was made on the way: {message}"
    );
}

#[test]
fn a_code_whose_picture_cannot_be_written_is_not_issued() {
    let post = Post::open();
    let issue = |picture: &std::path::Path| {
        Command::new(programs::program("bitacora-server").unwrap())
            .args([
                "enrol-code",
                "--role",
                "patrol_member",
                "--name",
                "Cabo 17",
                "--qr",
            ])
            .arg(picture)
            .env_clear()
            .env("BITACORA_SERVER_DATA", post.folder.path().join("server"))
            .env("RUST_LOG", "info")
            .output()
            .unwrap()
    };
    let is_issued = |output: &std::process::Output| {
        String::from_utf8_lossy(&output.stderr).contains("An enrolment code was issued")
    };
    let picture = post.folder.path().join("code.svg");
    let written = issue(&picture);
    assert!(
        written.status.success() && is_issued(&written),
        "{written:?}"
    );
    assert!(
        fs::read_to_string(&picture).unwrap().contains("<svg"),
        "the picture is there"
    );
    let refused = issue(&post.folder.path().join("no-such-folder/code.svg"));
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(
        !is_issued(&refused) && refused.stdout.is_empty(),
        "nobody can read it, and none was spent: {refused:?}"
    );
    let message = String::from_utf8_lossy(&refused.stderr);
    assert!(
        message.contains("no-such-folder"),
        "it names the file: {message}"
    );
}

//! What the server's commands say of themselves, and what they do not take.

use std::fs;
use std::process::Command;

use bitacora_tests::programs;
use tempfile::TempDir;

use crate::post::Post;

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

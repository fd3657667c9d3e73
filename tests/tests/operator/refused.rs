//! What the post does not accept: the device says so once as a failure, and then as a fact.

use std::fs;

use bitacora_tests::programs::{CommandLine, Said};
use serde_json::Value;

use crate::post::{GROUP, Post, list};

/// A laptop whose approval will not be accepted, because its code by then is a member's, with a correction made on top
/// of the approval.
fn demoted(post: &Post) -> CommandLine {
    let cabo = post.enrolled("Cabo 17", "patrol_member");
    let laptop = post.enrolled("Puesto 1", "post_commander");
    let saved = cabo.json(&["record", "-"], GROUP).unwrap();
    let code = saved["short_code"].as_str().unwrap();
    cabo.json(&["sync"], "").unwrap();
    laptop.json(&["sync"], "").unwrap();
    laptop.json(&["review", code, "approve"], "").unwrap();
    laptop
        .json(&["edit", code, "-"], r#"{"note":"eran seis"}"#)
        .unwrap();
    post.enrol(laptop, "Puesto 1b", "patrol_member")
}

fn synced(line: &CommandLine, arguments: &[&str]) -> (Said, Value) {
    let said = line
        .run(&[&["sync", "--json"][..], arguments].concat())
        .unwrap();
    let answer = serde_json::from_str(&said.answer).unwrap();
    (said, answer)
}

#[test]
fn a_sync_goes_on_until_what_was_written_anew_is_there_too_and_says_what_was_not_accepted() {
    let post = Post::open();
    let laptop = demoted(&post);
    let (said, answer) = synced(&laptop, &["--until-done"]);
    assert_eq!(
        (&answer["unreceived"], &answer["refused_now"]),
        (&Value::from(0), &Value::from(1)),
        "the correction is at the post, without the approval under it: {answer}"
    );
    assert_eq!(
        said.code,
        Some(1),
        "something was refused: {}",
        said.message
    );
    assert!(
        said.message.contains("list --state refused"),
        "and where to look: {}",
        said.message
    );
    assert_eq!(list(&laptop, "refused"), 1, "there it is");

    let (said, answer) = synced(&laptop, &[]);
    assert_eq!(
        (said.code, &answer["refused_now"], &answer["refused"]),
        (Some(0), &Value::from(0), &Value::from(1)),
        "of old is no failure of this sync: {}",
        said.message
    );
    assert!(
        said.message.contains("list --state refused"),
        "it is said all the same: {}",
        said.message
    );
    let said = laptop.run(&["sync"]).unwrap();
    assert!(
        said.answer
            .contains("1 records have something that it did not accept"),
        "and not that everything was accepted: {}",
        said.answer
    );
}

#[test]
fn one_sync_that_leaves_something_says_where_to_see_it() {
    let post = Post::open();
    let laptop = demoted(&post);
    let (said, answer) = synced(&laptop, &[]);
    assert_eq!(
        (said.code, &answer["unreceived"]),
        (Some(1), &Value::from(1)),
        "what was written anew waits for the next one: {}",
        said.message
    );
    assert!(
        said.message.contains("list --state unreceived"),
        "{}",
        said.message
    );
}

#[test]
fn a_file_of_which_something_is_refused_is_not_taken_as_done() {
    let post = Post::open();
    let laptop = demoted(&post);
    let stick = post.folder.path().join("stick");
    fs::create_dir(&stick).unwrap();
    let exported = laptop
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
    let file = exported["file"].as_str().unwrap();
    let said = post.operator(&["hand-in", file]);
    assert!(
        said.answer.contains(" 2 refused"),
        "the approval, and what builds on it: {}",
        said.answer
    );
    assert_eq!(said.code, Some(1), "a script notices: {}", said.answer);
}

#[test]
fn a_file_of_records_says_where_each_is_held() {
    let post = Post::open();
    let cabo = post.enrolled("Cabo 17", "patrol_member");
    cabo.json(&["record", "-"], GROUP).unwrap();
    cabo.json(&["sync"], "").unwrap();
    cabo.json(&["record", "-"], GROUP).unwrap();
    let sheet = cabo.run(&["export", "--format", "csv"]).unwrap().answer;
    let mut lines = csv::Reader::from_reader(sheet.trim_start_matches('\u{feff}').as_bytes());
    let header = lines.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|column| column == name).unwrap();
    let (held, refused) = (column("held"), column("refused"));
    let said: Vec<_> = lines
        .records()
        .map(|line| line.map(|line| (line[held].to_owned(), line[refused].to_owned())))
        .collect::<Result<_, _>>()
        .unwrap();
    let expected = [("at_post", "false"), ("on_phone", "false")];
    let expected = expected.map(|(held, refused)| (held.to_owned(), refused.to_owned()));
    assert_eq!(said, expected, "in the words of `list --json`");
}

//! Records on a stick, and devices that were cut off.

use std::fs;

use bitacora_tests::programs::CommandLine;
use serde_json::json;

use crate::post::{GROUP, Post, list};

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

//! The table that the server prints.

use serde_json::json;

use crate::post::{GROUP, Post};

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
    let approved = commander
        .run(&["review", code.as_str().unwrap(), "approve"])
        .unwrap();
    assert!(
        approved.answer.contains(": approved, "),
        "it says what it did: {} {}",
        approved.answer,
        approved.message
    );
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

#[test]
fn a_table_of_a_post_that_is_not_served_is_an_error_with_those_that_are() {
    let post = Post::open();
    for day in [&["--day", "2023-08-14"][..], &[]] {
        let slip = post.operator(&[&["table", "--post", "PA-BHC"][..], day].concat());
        assert_eq!(
            (slip.code, slip.answer.as_str()),
            (Some(1), ""),
            "a slip is no table of nobody: {}",
            slip.message
        );
        for says in ["--post", "PA-BHC", "PA-BCH"] {
            assert!(
                slip.message.contains(says),
                "it should say `{says}`: {}",
                slip.message
            );
        }
    }
    let right = post.operator(&["table", "--post", "PA-BCH", "--day", "2023-08-14"]);
    assert_eq!(right.code, Some(0), "the post itself: {}", right.message);
}

//! One record: in, corrected, chosen, taken back.

use serde_json::json;

use crate::post::Post;

#[test]
fn a_record_goes_in_and_comes_out_the_same() {
    let post = Post::ready();
    let code = post.recorded();
    let shown = post.json(&["show", &code]);
    let capture = &shown["record"]["capture"];
    assert_eq!(
        capture["composition"],
        json!({"VEN":{"AA+M":3,"AA+F":2,"AC+M":1}}),
        "what was stated"
    );
    assert_eq!(
        capture["assistance"],
        json!({"water":"all"}),
        "all of the group is stored as such"
    );
    assert_eq!(shown["here"]["place"], "on_phone", "nobody else has it yet");
    let table = post.json(&["report", "daily", "--period", "2023-08-14"]);
    assert_eq!(
        table["totals"]["total"],
        json!({"min":6,"max":6,"undecided":0}),
        "six people"
    );
    assert_eq!(
        table["attentions"][0],
        json!({"category":"ASO","people":{"min":6,"max":6,"undecided":0}}),
        "water is for all"
    );
}

#[test]
fn a_correction_names_only_what_changes_and_keeps_its_history() {
    let post = Post::ready();
    let code = post.recorded();
    post.done_with(
        &["edit", &code, "-"],
        r#"{"composition":{"VEN":{"AA+M":4}}}"#,
    );
    let record = &post.json(&["show", &code])["record"];
    assert_eq!(
        record["people"]["total"],
        json!({"min":7,"max":7}),
        "one man more"
    );
    assert_eq!(
        record["attentions"]["ASO"],
        json!({"min":7,"max":7}),
        "and he had water too"
    );
    let changed = record["history"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["field"] == "composition/VEN/AA+M");
    let changed = changed.expect("the history shows the change");
    assert_eq!(
        (&changed["before"][0], &changed["after"][0]),
        (&json!(3), &json!(4)),
        "from what to what"
    );
    assert_eq!(changed["by"], "Cabo 17", "and by whom");
}

#[test]
fn a_capture_that_is_wrong_names_its_field_and_nothing_is_saved() {
    let post = Post::ready();
    for (capture, why) in [
        ("{", "not JSON"),
        ("[]", "JSON object"),
        (
            r#"{"composition":{"VEN":{"AA+M":"three"}}}"#,
            "composition/VEN/AA+M",
        ),
        (
            r#"{"composition":{"VEN":{"AA+M":-1}}}"#,
            "composition/VEN/AA+M",
        ),
        (r#"{"colour":"red"}"#, "colour"),
        (r#"{"occurred_at":"yesterday"}"#, "occurred_at"),
        (r#"{"needs":{"trafficking_concern":1}}"#, "E19"),
    ] {
        post.refused(&["record", "-"], capture, &[why]);
    }
    let huge = format!(r#"{{"note":"{}"}}"#, "x".repeat(70_000));
    post.refused(&["record", "-"], &huge, &["at most"]);
    post.refused(&["record", "no-such-file.json"], "", &["no-such-file.json"]);
    assert_eq!(
        post.json(&["list"]),
        json!([]),
        "none of them left anything"
    );
}

#[test]
fn a_field_without_two_values_has_nothing_to_choose() {
    let post = Post::ready();
    let code = post.recorded();
    post.refused(
        &["resolve", &code, "composition/VEN/AA+M", "9"],
        "",
        &["no field with two values", "bitacora edit"],
    );
    post.refused(&["show", "BCH-0314-7QK-4"], "", &["short code"]);
    let said = post
        .line
        .run_with(&["edit", &code, "-", "--at", "00"], "{}")
        .unwrap();
    assert_eq!(
        said.code,
        Some(2),
        "a version that is none was mistyped: {}",
        said.message
    );
}

#[test]
fn an_undone_save_is_in_no_list_and_no_figure() {
    let post = Post::ready();
    let code = post.recorded();
    post.done(&["undo", &code]);
    assert_eq!(post.json(&["list"]), json!([]), "withdrawn is in no list");
    let table = post.json(&["report", "daily", "--period", "2023-08-14"]);
    assert_eq!(table["encounters"], 0, "and in no figure");
    assert_eq!(table["left_out"], json!([]), "and not spoken of");
}

#[test]
fn records_of_a_patrol_take_its_trail_and_know_it() {
    let post = Post::ready();
    let patrol = post.json(&[
        "patrol",
        "leave",
        "--trail",
        "tuquesa",
        "--setting",
        "jungle",
        "--direction",
        "north",
    ]);
    post.refused(&["patrol", "leave"], "", &["return first"]);
    let saved = post
        .line
        .json(&["record", "-"], r#"{"composition":{"HTI":{"AA+F":2}}}"#)
        .unwrap();
    let shown = post.json(&["show", saved["short_code"].as_str().unwrap()]);
    assert_eq!(
        shown["record"]["capture"]["trail_id"], "tuquesa",
        "the patrol brings the trail"
    );
    assert_eq!(
        shown["record"]["capture"]["patrol_id"], patrol["patrol_id"],
        "and the record names it"
    );
    post.refused(
        &["patrol", "return", "--zero-encounters"],
        "",
        &["zero_encounters"],
    );
    assert_eq!(
        post.json(&["patrol", "return"])["encounters"],
        1,
        "back with one record"
    );
}

#[test]
fn a_time_that_a_person_corrects_is_no_longer_one_of_a_doubtful_clock() {
    let post = Post::ready();
    let group = r#"{"composition":{"VEN":{"AA+M":3}},"assistance":{"water":"all"},"needs":{},"position":"no_fix","setting":"river"}"#;
    let saved = post.line.json(&["record", "-"], group).unwrap();
    let code = saved["short_code"].as_str().unwrap();
    let capture = || post.json(&["show", code])["record"]["capture"].clone();
    assert_eq!(capture()["clock_source"], "device", "nobody typed it");
    post.done_with(
        &["edit", code, "-"],
        r#"{"occurred_at":"2023-08-14T07:21:00-05:00"}"#,
    );
    assert_eq!(
        (&capture()["occurred_at"], &capture()["clock_source"]),
        (&json!("2023-08-14T07:21:00-05:00"), &json!("typed")),
        "a person vouches for it now"
    );
    let listed = post.json(&["list", "--state", "clock-doubt"]);
    assert_eq!(listed, json!([]), "and nothing doubts it");
}

#[test]
fn where_there_is_nothing_it_says_so_beside_the_answer() {
    let post = Post::ready();
    for (arguments, says) in [
        (vec!["list"], "No record is here"),
        (vec!["conflicts"], "No field has two values"),
        (vec!["drafts"], "No unfinished form"),
        (vec!["patrol", "list"], "No patrol is here"),
    ] {
        let said = post.done(&arguments);
        assert!(
            said.message.contains(says),
            "`bitacora {arguments:?}` should say `{says}`: {}",
            said.message
        );
        assert_eq!(
            said.answer.trim(),
            "",
            "a script reads no sentence as a record"
        );
    }
}

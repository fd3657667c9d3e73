//! What each command says of what it did, and what it expects.

use serde_json::json;

use crate::post::Post;

fn says_of(answer: &str, expected: &[&str]) {
    for expected in expected {
        assert!(
            answer.contains(expected),
            "it should say `{expected}`: {answer}"
        );
    }
}

#[test]
fn each_command_says_what_it_did() {
    let post = Post::ready();
    let code = post.recorded();
    let said = post.done(&["void", &code, "--reason", "duplicate"]);
    says_of(&said.answer, &[&format!("{code}: voided: duplicate")]);

    let code = post.recorded();
    let said = post.done(&["undo", &code]);
    says_of(&said.answer, &[&format!("{code}: taken back")]);
}

#[test]
fn a_time_that_cannot_be_read_is_told_how_times_are_written() {
    let post = Post::ready();
    for field in ["occurred_at", "ended_at"] {
        for time in ["2023-08-14", "yesterday", "2023-08-14T07:21:00"] {
            let capture = json!({ field: time }).to_string();
            let expected = [field, "RFC 3339", "2025-03-14T07:21:40-05:00"];
            post.refused(&["record", "-"], &capture, &expected);
        }
    }
    let code = post.recorded();
    post.refused(
        &["edit", &code, "-"],
        r#"{"occurred_at":"yesterday"}"#,
        &["occurred_at", "RFC 3339"],
    );
}

#[test]
fn a_patrol_is_named_by_the_code_that_its_list_prints() {
    let post = Post::ready();
    let patrol = post.json(&["patrol", "leave"]);
    let inside = post.recorded();
    post.done(&["patrol", "return"]);
    post.recorded();
    let (code, id) = (&patrol["code"], &patrol["patrol_id"]);
    for named in [code.as_str().unwrap(), id.as_str().unwrap()] {
        let listed = post.json(&["list", "--patrol", named]);
        assert_eq!(listed.as_array().unwrap().len(), 1, "{named}");
        assert_eq!(listed[0]["short_code"], json!(inside), "{named}");
    }
    post.refused(
        &["list", "--patrol", "BCH-0101-9"],
        "",
        &["--patrol", "BCH-0101-9", "bitacora patrol list"],
    );
}

#[test]
fn a_table_of_a_post_that_is_not_known_here_is_an_error_with_those_that_are() {
    let post = Post::ready();
    post.recorded();
    let report = ["report", "daily", "--period", "2023-08-14", "--post"];
    let slip = [&report[..], &["PA-BHC"]].concat();
    post.refused(&slip, "", &["--post", "PA-BHC", "PA-BCH"]);
    let right = [&report[..], &["PA-BCH"]].concat();
    assert_eq!(post.json(&right)["encounters"], 1, "the post itself");
}

#[test]
fn a_paper_strip_is_found_by_its_folio() {
    let post = Post::ready();
    post.recorded();
    let strip =
        r#"{"capture_mode":"paper","paper_ref":"ñ 0041-b","composition":{"VEN":{"AA+M":3}}}"#;
    let saved = post.line.json(&["record", "-"], strip).unwrap();
    for typed in ["ñ 0041-b", "Ñ0041-B", " ñ 0041 -b"] {
        let found = post.json(&["list", "--find", typed]);
        assert_eq!(found.as_array().unwrap().len(), 1, "`{typed}`");
        assert_eq!(found[0]["short_code"], saved["short_code"], "`{typed}`");
        assert_eq!(found[0]["paper_ref"], "ñ 0041-b", "as it was typed");
    }
    assert_eq!(
        post.json(&["list", "--find", "0041"]),
        json!([]),
        "a part of a folio finds nothing"
    );
    let sheet = post.done(&["export", "--format", "csv"]).answer;
    let mut lines = csv::Reader::from_reader(sheet.trim_start_matches('\u{feff}').as_bytes());
    let column = lines
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == "paper_ref");
    let column = column.expect("a column for folios");
    let mut folios: Vec<_> = lines
        .records()
        .map(|line| line.unwrap()[column].to_owned())
        .collect();
    folios.sort();
    assert_eq!(folios, ["", "ñ 0041-b"], "of whichever record has one");
}

#[test]
fn a_patrol_leaves_with_codes_that_readers_know() {
    let post = Post::ready();
    for (arguments, says) in [
        (["--trail", "tuqesa"], ["tuqesa", "tuquesa"]),
        (["--direction", "nort"], ["nort", "'north'"]),
        (["--direction", "upward"], ["upward", "return_local"]),
        (["--setting", "rivr"], ["rivr", "'river'"]),
    ] {
        let said = post
            .line
            .run(&[&["patrol", "leave"][..], &arguments[..]].concat())
            .unwrap();
        assert_eq!(said.code, Some(2), "{arguments:?}: {}", said.message);
        says_of(&said.message, &says);
    }
    assert_eq!(post.json(&["patrol", "list"]), json!([]), "nobody left");
    let codes = [
        "--trail",
        "tuquesa",
        "--direction",
        "north",
        "--setting",
        "river",
    ];
    post.done(&[&["patrol", "leave"][..], &codes[..]].concat());
}

#[test]
fn a_list_of_no_records_at_most_is_not_understood() {
    let post = Post::ready();
    post.recorded();
    let said = post.line.run(&["list", "--limit", "0"]).unwrap();
    assert_eq!(said.code, Some(2), "{}", said.message);
    says_of(&said.message, &["--limit"]);
    let one = post.json(&["list", "--limit", "1"]);
    assert_eq!(one.as_array().unwrap().len(), 1, "one is");
}

#[test]
fn the_help_of_a_review_says_what_reopening_undoes() {
    let help = Post::empty().done(&["review", "--help"]).answer;
    let help: Vec<_> = help.split_whitespace().collect();
    says_of(&help.join(" "), &["Undoes a voiding by its author"]);
}

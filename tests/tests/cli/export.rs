//! Files and tables: no more than what stands, and the same figures in every format.

use std::fs;

use serde_json::json;

use crate::post::Post;

#[test]
fn a_file_says_no_more_than_the_records_that_stand() {
    let post = Post::ready();
    let stays = post.recorded();
    let undone = post.recorded();
    post.done(&["undo", &undone]);
    let void = post.recorded();
    post.done(&["void", &void, "--reason", "test"]);
    let shown = post.json(&["show", &stays]);
    let version = shown["record"]["version"].as_str().unwrap();
    for men in [8, 9] {
        let patch = json!({"composition": {"VEN": {"AA+M": men}}}).to_string();
        post.done_with(&["edit", &stays, "-", "--at", version], &patch);
    }
    let sheet = post.done(&["export", "--format", "csv"]).answer;
    assert!(
        !sheet.contains(&undone),
        "what was taken back is in no file: {sheet}"
    );
    assert!(
        sheet.contains(&void) && sheet.contains("voided"),
        "a void record says that it is void: {sheet}"
    );
    let captures = post.done(&["export", "--format", "jsonl"]);
    assert_eq!(
        captures.answer.lines().count(),
        1,
        "an import must not bring a void record back to life: {}",
        captures.answer
    );
    assert!(
        captures.message.contains("1 void records were left out"),
        "and it is told: {}",
        captures.message
    );
    assert!(
        captures.message.contains("1 records have two values"),
        "a capture holds one value; that there is another is told: {}",
        captures.message
    );
}

#[test]
fn what_is_exported_as_captures_can_be_imported_elsewhere() {
    let (here, there) = (Post::ready(), Post::ready());
    here.recorded();
    here.recorded();
    let said = here.done(&["export", "--format", "jsonl"]);
    let file = there.folder.path().join("captures.jsonl");
    fs::write(&file, &said.answer).unwrap();
    there.done(&["import", file.to_str().unwrap()]);
    let figures =
        |post: &Post| post.json(&["report", "daily", "--period", "2023-08-14"])["rows"].clone();
    assert_eq!(figures(&here), figures(&there), "both tables say the same");
}

#[test]
fn a_formula_is_no_code_and_an_export_replaces_no_file() {
    let post = Post::ready();
    post.refused(
        &["record", "-"],
        r#"{"direction":"=HYPERLINK(\"http://x\")"}"#,
        &["direction", "code"],
    );
    post.recorded();
    let out = post.folder.path().join("records.csv");
    fs::write(&out, "mine").unwrap();
    post.refused(
        &["export", "--out", out.to_str().unwrap()],
        "",
        &["cannot be made"],
    );
    assert_eq!(
        fs::read_to_string(&out).unwrap(),
        "mine",
        "an existing file is not replaced"
    );
    let said = post.done(&["export", "--format", "csv"]);
    assert_eq!(
        said.answer.lines().count(),
        2,
        "a header and a line: {}",
        said.answer
    );
}

#[test]
fn the_table_comes_as_text_csv_and_json_with_the_same_figures() {
    let post = Post::ready();
    post.recorded();
    let day = ["report", "daily", "--period", "2023-08-14"];
    let text = post.done(&day).answer;
    assert!(
        text.contains("6 personas en 1 encuentro"),
        "a sentence first: {text}"
    );
    assert!(text.contains("Venezuela"), "countries by name");
    let csv = post.done(&[&day[..], &["--format", "csv"]].concat()).answer;
    assert!(
        csv.contains("people,VEN,,3,3,0,2,2,0,1,1,0,0,0,0,0,0,0,6,6,0"),
        "min, max and undecided of each cell: {csv}"
    );
    let json = post.json(&day);
    assert_eq!(
        (&json["definition"], &json["reviewed"]),
        (&json!("daily/7"), &json!(0)),
        "what it means, and how many are reviewed"
    );
    let reviewed = post.json(&[&day[..], &["--only-reviewed"]].concat());
    assert_eq!(
        reviewed["totals"]["total"]["max"], 0,
        "nothing is reviewed yet"
    );
    assert_eq!(
        reviewed["left_out"][0]["reason"], "not_reviewed",
        "and the table says so"
    );
    post.done(&[
        "void",
        post.json(&["list"])[0]["short_code"].as_str().unwrap(),
        "--reason",
        "test",
    ]);
    let void = post.json(&day);
    assert_eq!(
        (&void["encounters"], &void["left_out"][0]["reason"]),
        (&json!(0), &json!("void")),
        "void is in no figure"
    );
    let wrong = post
        .line
        .run(&["report", "daily", "--period", "tomorrow"])
        .unwrap();
    assert_eq!(
        wrong.code,
        Some(2),
        "a period that is none: {}",
        wrong.message
    );
    assert!(
        wrong.message.contains("2023-08-14..2023-08-20"),
        "says what to write"
    );
}

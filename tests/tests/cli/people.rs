//! Who uses the vault: PINs, authors, a forgotten PIN.

use std::fs;

use crate::post::{GROUP, Post};

#[test]
fn a_wrong_pin_says_how_many_tries_are_left_and_loses_nothing() {
    let post = Post::ready();
    post.recorded();
    let stranger = post.line.as_person("Cabo 17", "000111");
    let said = stranger.run(&["list"]).unwrap();
    assert_eq!(said.code, Some(1), "a wrong PIN opens nothing");
    assert!(
        said.message.contains("9 attempts left") && said.answer.is_empty(),
        "in words: {}",
        said.message
    );
    assert_eq!(
        post.json(&["list"]).as_array().unwrap().len(),
        1,
        "the right one still does"
    );
}

#[test]
fn two_people_share_a_vault_and_each_record_has_its_author() {
    let post = Post::ready();
    post.recorded();
    let pin = post.folder.path().join("pin.txt");
    fs::write(&pin, "719382\n").unwrap();
    post.done(&[
        "person",
        "add",
        "--name",
        "Sgto. 04",
        "--new-pin-file",
        pin.to_str().unwrap(),
    ]);
    let said = post.line.run(&["list"]).unwrap();
    assert_eq!(
        said.code,
        Some(2),
        "somebody must say who they are: {}",
        said.message
    );
    assert!(
        said.message.contains("--person") && said.message.contains("`S 04`"),
        "and is told how"
    );
    let second = post.line.as_person("sgto. 04", "719382");
    second.json(&["record", "-"], GROUP).unwrap();
    let list = second.json(&["list"], "").unwrap();
    let authors: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["author"].as_str().unwrap())
        .collect();
    assert_eq!(
        authors,
        ["Sgto. 04", "Cabo 17"],
        "each record has its own author"
    );
    post.done(&[
        "person",
        "reset",
        "Cabo 17",
        "--new-pin-file",
        pin.to_str().unwrap(),
        "--person",
        "Sgto. 04",
        "--pin-file",
        pin.to_str().unwrap(),
    ]);
    let first = post.line.as_person("Cabo 17", "719382");
    assert_eq!(
        first.json(&["list"], "").unwrap().as_array().unwrap().len(),
        2,
        "the new PIN opens, nothing was lost"
    );
}

#[test]
fn a_patrol_is_closed_by_its_code() {
    let post = Post::ready();
    post.done(&["patrol", "leave"]);
    let listed = post.json(&["patrol", "list"]);
    let code = listed[0]["code"].as_str().unwrap();
    let unknown = ["patrol", "return", "--patrol", "BCH-0101-9"];
    post.refused(
        &unknown,
        "",
        &["no patrol BCH-0101-9", "`bitacora patrol list`"],
    );
    let closed = post.json(&["patrol", "return", "--patrol", code]);
    assert_ne!(closed["returned_at"], serde_json::Value::Null);
    let again = ["patrol", "return", "--patrol", code];
    post.refused(&again, "", &["back already"]);
}

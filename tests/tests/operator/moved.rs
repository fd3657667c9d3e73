//! A commander's laptop that goes to another post: each table is of one post.

use std::fs;

use bitacora_tests::programs::ServerProcess;
use serde_json::{Value, json};

use crate::post::{GROUP, Post};

#[test]
fn a_laptop_that_moved_says_of_each_post_what_it_knows_of_that_one() {
    let river = Post::open();
    let cabo = river.enrolled("Cabo 17", "patrol_member");
    let laptop = river.enrolled("Puesto 1", "post_commander");
    cabo.json(&["record", "-"], GROUP).unwrap();
    cabo.json(&["patrol", "leave"], "").unwrap();
    cabo.json(&["sync"], "").unwrap();
    laptop.json(&["sync"], "").unwrap();
    let own = laptop.json(&["report", "daily"], "").unwrap();
    let out = own["coverage"]["patrols_missing"].clone();
    assert_eq!(out.as_array().map(Vec::len), Some(1), "it is out: {own}");

    // Another post, in a zone of its own, with a team that has never been heard.
    let data = river.folder.path().join("village");
    fs::create_dir(&data).unwrap();
    fs::write(
        data.join("bitacora-server.toml"),
        "tz = \"America/Tijuana\"\n",
    )
    .unwrap();
    let server = ServerProcess::start(&data, "127.0.0.1:0", "MX-TIJ", "Tijuana").unwrap();
    let village = Post {
        folder: tempfile::tempdir().unwrap(),
        server,
    };
    let laptop = village.enrol(laptop, "Puesto 2", "post_commander");
    village.enrolled("Agente 3", "patrol_member");
    laptop.json(&["sync"], "").unwrap();

    let own = laptop.json(&["report", "daily"], "").unwrap();
    assert_eq!(
        own["coverage"]["patrols_missing"],
        json!([]),
        "nobody waits here for the patrols of the post before"
    );
    assert_eq!(
        (&own["tz"], &own["coverage"]["teams_missing"][0]["name"]),
        (&json!("America/Tijuana"), &json!("Agente 3")),
        "here its own team is missing"
    );

    let former = ["report", "daily", "--post", "PA-BCH"];
    let table = laptop.json(&former, "").unwrap();
    let coverage = &table["coverage"];
    assert_eq!(
        (&coverage["teams_as_of"], &coverage["teams_missing"]),
        (&Value::Null, &json!([])),
        "whose teams these are nobody says here: {coverage}"
    );
    assert_eq!(coverage["patrols_missing"], out, "that one is its own");
    assert_eq!(
        (&table["tz"], &table["post_name"]),
        (&json!("America/Panama"), &json!("Bajo Chiquito")),
        "its days are those of its own zone"
    );
    let text = laptop.run(&former).unwrap().answer;
    assert!(
        text.contains("No se sabe qué equipos faltan"),
        "in words: {text}"
    );
    let csv = laptop
        .run(&[&former[..], &["--format", "csv"]].concat())
        .unwrap()
        .answer;
    assert!(csv.contains("fact,teams_as_of,unknown"), "{csv}");
    let of_the_day = [&former[..], &["--period", "2023-08-14"]].concat();
    let table = laptop.json(&of_the_day, "").unwrap();
    assert_eq!(table["totals"]["total"]["max"], 6, "with its records");
}

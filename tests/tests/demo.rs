//! What `cargo xtask run --demo` puts into a folder: a post's busy day on six devices, four of which have come back.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use bitacora_tests::demo::PIN;
use bitacora_tests::programs::{self, CommandLine};
use serde_json::{Value, json};

/// More than the day can have.
const ALL: &str = "5000";
const OUT: [&str; 2] = ["Agente 09", "Cabo 31"];

fn records(device: &CommandLine) -> Vec<Value> {
    let listed = device.json(&["list", "--limit", ALL], "").unwrap();
    listed.as_array().unwrap().clone()
}

fn ids(records: &[Value]) -> BTreeSet<String> {
    let id = |record: &Value| record["encounter_id"].as_str().unwrap().to_owned();
    records.iter().map(id).collect()
}

/// Runs the program as `run --demo` does, on a port of its own.
fn fill(state: &Path) -> String {
    let filled = Command::new(programs::program("demo").unwrap())
        .args(["--listen", "127.0.0.1:0", "--state"])
        .arg(state)
        .output()
        .unwrap();
    let told = String::from_utf8(filled.stderr).unwrap();
    assert!(filled.status.success(), "{told}");
    told
}

/// The day of most of the records.
fn day_of(records: &[Value]) -> String {
    let mut days = BTreeMap::<&str, usize>::new();
    for record in records {
        *days.entry(record["day"].as_str().unwrap()).or_default() += 1;
    }
    let most = days.into_iter().max_by_key(|(_, count)| *count);
    most.unwrap().0.to_owned()
}

#[test]
fn the_demo_day_is_on_six_devices_and_the_table_has_what_four_brought_back() {
    programs::build().unwrap();
    let state = tempfile::tempdir().unwrap();
    let told = fill(state.path());
    assert!(told.contains("have not come back"), "{told}");

    let at = |place: &str| CommandLine::of(&state.path().join(place), PIN).unwrap();
    let commander = at("commander/vault");
    let teams: Vec<CommandLine> = (1..=6).map(|team| at(&format!("teams/{team}"))).collect();
    for device in teams.iter().chain([&commander]) {
        let verified = device.json(&["verify"], "").unwrap();
        assert_eq!(verified["problems"], json!([]), "every vault is whole");
    }

    let at_post = records(&commander);
    let here = ids(&at_post);
    let brought: BTreeSet<String> = teams[..4]
        .iter()
        .flat_map(|team| ids(&records(team)))
        .collect();
    assert_eq!(here, brought, "the commander has what four teams brought");
    for team in &teams[4..] {
        let only_there = records(team);
        assert!(
            !only_there.is_empty() && ids(&only_there).is_disjoint(&here),
            "what a team has that is still out is on its phone only"
        );
        let waiting = team.json(&["status"], "").unwrap()["unreceived"].clone();
        assert_eq!(waiting, json!(only_there.len()), "and it says so");
    }

    let day = day_of(&at_post);
    let report = commander
        .json(&["report", "daily", "--offline", "--period", &day], "")
        .unwrap();
    let of_day: Vec<&Value> = at_post
        .iter()
        .filter(|record| record["day"] == json!(day))
        .collect();
    let (counted, left_out): (Vec<&Value>, Vec<&Value>) = of_day
        .into_iter()
        .partition(|record| record["missing"] == json!([]));
    let people = |end: &str| -> u64 {
        let of = |record: &&Value| record["people"]["total"][end].as_u64().unwrap();
        counted.iter().map(of).sum()
    };
    let total = &report["totals"]["total"];
    assert_eq!(report["encounters"], json!(counted.len()));
    assert_eq!(total["min"], json!(people("min")), "every complete record");
    assert_eq!(total["max"], json!(people("max")), "and every second value");
    assert_eq!(
        total["undecided"],
        json!(3),
        "three groups were counted twice"
    );
    let said = report["left_out"].as_array().unwrap().iter();
    let said: u64 = said.map(|why| why["records"].as_u64().unwrap()).sum();
    assert_eq!(said, left_out.len() as u64, "what is incomplete is said");
    let missing = report["coverage"]["teams_missing"].as_array().unwrap();
    let missing: Vec<&str> = missing
        .iter()
        .map(|team| team["name"].as_str().unwrap())
        .collect();
    assert_eq!(missing, OUT, "and who is missing, of six teams");
    assert_eq!(report["coverage"]["teams_expected"], json!(6));
}

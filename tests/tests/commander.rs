//! The commander's command line: what was recorded before the post knew the phone, and pairs that look like one group.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use bitacora_core::enrol::Role;
use bitacora_tests::programs::{self, CommandLine, Said};
use bitacora_tests::world::World;
use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

/// A group that is complete, met some time ago.
fn group(men: u32, minutes_ago: i64) -> String {
    let at = Utc::now() - TimeDelta::minutes(minutes_ago);
    json!({ "occurred_at": at.to_rfc3339(), "composition": { "VEN": { "AA+M": men } }, "direction": "north",
        "assistance": { "water": "all" }, "needs": {}, "position": "no_fix", "setting": "river" })
    .to_string()
}

async fn command_line(world: &World, name: &str) -> CommandLine {
    programs::build().unwrap();
    let vault = world.server_folder().parent().unwrap().join(name);
    let line = CommandLine::of(&vault, "482915").unwrap();
    said(&line, &["init", "--name", name], "").await;
    line
}

/// Runs a command away from the server's own threads.
async fn run(line: &CommandLine, arguments: &[&str], input: &str) -> Said {
    let (line, input) = (line.clone(), input.to_owned());
    let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
    let run = move || line.run_with(&arguments, &input).unwrap();
    tokio::task::spawn_blocking(run).await.unwrap()
}

/// The same; it must be done.
async fn said(line: &CommandLine, arguments: &[&str], input: &str) -> String {
    let said = run(line, arguments, input).await;
    assert_eq!(said.code, Some(0), "it should be done: {}", said.message);
    said.answer
}

async fn json_of(line: &CommandLine, arguments: &[&str], input: &str) -> Value {
    let all = [arguments, &["--json"]].concat();
    serde_json::from_str(&said(line, &all, input).await).unwrap()
}

async fn enrol(world: &World, line: &CommandLine, role: Role, name: &str) {
    let code = world.code(role, name).unwrap().to_string();
    let server = format!("https://{}", world.address());
    said(line, &["enrol", "--server", &server, "--code", &code], "").await;
    said(line, &["sync"], "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_recorded_before_the_enrolment_is_in_the_commanders_report() {
    let world = World::start_by_the_wall_clock().await.unwrap();
    let phone = command_line(&world, "Cabo 17").await;
    said(&phone, &["record", "-"], &group(6, 90)).await;
    let alone = json_of(
        &phone,
        &["report", "daily", "--period", "yesterday..today"],
        "",
    )
    .await;
    assert_eq!(
        (&alone["encounters"], &alone["unreceived"]),
        (&json!(1), &json!(1)),
        "it counts here, and nowhere else yet"
    );

    enrol(&world, &phone, Role::PatrolMember, "Cabo 17").await;
    let commander = command_line(&world, "Comandante").await;
    enrol(&world, &commander, Role::PostCommander, "Comandante").await;
    for line in [&phone, &commander] {
        let report = ["report", "daily", "--period", "yesterday..today"];
        let table = json_of(line, &report, "").await;
        assert_eq!(
            (
                &table["post_id"],
                &table["encounters"],
                &table["totals"]["total"]["max"]
            ),
            (&json!("PA-BCH"), &json!(1), &json!(6)),
            "who may see it decides whose it is, not what the phone was called when it was made"
        );
        assert_eq!(table["unreceived"], 0, "the post has it");
    }
    let teams = json_of(&commander, &["report", "daily"], "").await["coverage"].clone();
    assert_eq!(teams["teams_expected"], 1, "one team in the field: {teams}");
    assert!(
        teams["teams_as_of"].is_string(),
        "and since when that is known"
    );
    let offline = json_of(&commander, &["report", "daily", "--offline"], "").await;
    assert_eq!(
        offline["coverage"]["teams_expected"], 1,
        "without a link the list is what the server said last"
    );
    let other = run(&commander, &["report", "daily", "--post", "PA-LBL"], "").await;
    assert!(
        other.code == Some(1) && other.message.contains("PA-BCH"),
        "a slip is no table of nobody: {}",
        other.message
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_that_stands_out_is_told_apart_and_taken_back_on_every_device() {
    let world = World::start_by_the_wall_clock().await.unwrap();
    let mut lines = Vec::new();
    for (name, role) in [
        ("Sgto. 04", Role::PatrolLeader),
        ("Cabo 17", Role::PatrolMember),
        ("Comandante", Role::PostCommander),
    ] {
        let line = command_line(&world, name).await;
        enrol(&world, &line, role, name).await;
        lines.push(line);
    }
    let [leader, member, commander] = lines.try_into().unwrap_or_else(|_| unreachable!());
    let first = json_of(&leader, &["record", "-"], &group(11, 90)).await["short_code"].clone();
    let second = json_of(&member, &["record", "-"], &group(11, 30)).await["short_code"].clone();
    for line in [&leader, &member, &commander, &leader, &member] {
        said(line, &["sync"], "").await;
    }
    let pair = [first.as_str().unwrap(), second.as_str().unwrap()];
    let listed = |text: &str| pair.iter().all(|code| text.contains(code));
    let seen = said(&commander, &["repeats"], "").await;
    assert!(listed(&seen), "the pair is suggested: {seen}");
    let all = said(&commander, &["repeats", "--all"], "").await;
    assert!(
        all.starts_with("* ") && all.contains("no other record is as near"),
        "among all pairs those that stand out are marked, and each says why: {all}"
    );

    let refused = member.clone();
    let arguments = ["repeats", "distinct", pair[0], pair[1]].map(str::to_owned);
    let run = move || refused.run_with(&arguments, "").unwrap();
    let refused = tokio::task::spawn_blocking(run).await.unwrap();
    assert_eq!(refused.code, Some(1), "a member does not decide");
    assert!(refused.message.contains("leader"), "{}", refused.message);

    said(&commander, &["repeats", "distinct", pair[0], pair[1]], "").await;
    for line in [&commander, &leader] {
        said(line, &["sync"], "").await;
        let seen = said(line, &["repeats"], "").await;
        assert!(!listed(&seen), "told apart for everybody: {seen}");
        let apart = said(line, &["repeats", "--distinct"], "").await;
        assert!(listed(&apart), "and it can be looked up: {apart}");
    }
    let report = ["report", "daily", "--period", "yesterday..today"];
    let table = json_of(&commander, &report, "").await;
    assert_eq!(table["encounters"], 2, "both count, before and after");

    said(&leader, &["repeats", "undo", pair[1], pair[0]], "").await;
    for line in [&leader, &commander] {
        said(line, &["sync"], "").await;
        let seen = said(line, &["repeats"], "").await;
        assert!(listed(&seen), "taken back for everybody: {seen}");
    }
}

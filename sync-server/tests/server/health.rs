//! What `health` tells whoever watches over a server.

use std::process::{Command, Output};

use bitacora_core::enrol::{Code, Role};
use bitacora_server::store::{DataFolder, Store};
use chrono::DateTime;
use tempfile::TempDir;

use crate::client::Client;
use crate::world::{NOON_MS, World, setup};

fn health(data: &DataFolder) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bitacora-server"))
        .args(["health", "--data"])
        .arg(data.path())
        .output()
        .unwrap()
}

#[test]
fn it_ends_with_1_while_nobody_serves() {
    let folder = TempDir::new().unwrap();
    let data = DataFolder::new(folder.path().join("data"));
    let now = DateTime::from_timestamp_millis(NOON_MS).unwrap();
    drop(Store::create(&data, &setup(), now).unwrap());
    let said = health(&data);
    let words = String::from_utf8(said.stdout).unwrap();
    assert!(words.contains("Nobody is serving"), "{words}");
    assert_eq!(said.status.code(), Some(1), "who watches is told");

    let serving = data.lock_for_serving().unwrap().unwrap();
    let said = health(&data);
    assert_eq!(said.status.code(), Some(0), "{said:?}");
    drop(serving);
}

#[tokio::test]
async fn codes_that_wrong_proofs_spent_are_told_for_a_day() {
    let world = World::start().await;
    let spent = |world: &World| {
        let health = serde_json::to_value(world.server.health().unwrap()).unwrap();
        health["codes_spent"].as_u64()
    };
    let code = world.issue_code(Role::PatrolMember, "Cabo 17");
    let client = Client::new(1, world.address);
    client.enrol(&code).await.ok().unwrap();
    assert_eq!(spent(&world), Some(0), "a code that was used is none");

    for number in [2, 3] {
        let code = world.issue_code(Role::PatrolMember, "Cabo 18");
        let last = if code.to_string().ends_with('A') {
            'B'
        } else {
            'A'
        };
        let mut wrong = code.to_string();
        wrong.pop();
        wrong.push(last);
        let wrong: Code = wrong.parse().unwrap();
        let refused = Client::new(number, world.address).enrol(&wrong).await;
        assert_eq!(refused.err().unwrap().code(), "code_wrong");
    }
    assert_eq!(spent(&world), Some(2), "somebody mistypes, or guesses");
    world.pass_seconds(25 * 3600);
    assert_eq!(spent(&world), Some(0), "yesterday's are over");
    world.stop().await;
}

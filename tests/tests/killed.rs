//! The process is killed at every SQL statement of a save and of a message's application: nothing that was
//! acknowledged is lost, nothing is half.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::process::Command;

use bitacora_core::encounter::{Count, Status};
use bitacora_core::enrol::Role;
use bitacora_core::id::{DraftId, EncounterId};
use bitacora_tests::world::{PIN, Phone, World};
use serde_json::json;

/// More boundaries than any of the workloads has.
const BOUNDARIES_MAX: u64 = 2_000;

/// What a child said before its end, and whether it was killed.
struct Child {
    said: Vec<String>,
    killed: bool,
}

fn run(phone: &Phone, what: &str, boundary: u64) -> Child {
    let mut program = Command::new(env!("CARGO_BIN_EXE_killed_workload"));
    program
        .arg(what)
        .arg(phone.vault())
        .arg(boundary.to_string());
    let output = program.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    // Killed by a signal has no exit code; any other failure is a fault of the program.
    let killed = output.status.code().is_none();
    assert!(
        killed || output.status.success(),
        "{what}, boundary {boundary}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Child {
        said: said.lines().map(str::to_owned).collect(),
        killed,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_boundary_of_a_save_nothing_acknowledged_is_lost() {
    let world = World::start().await.unwrap();
    let mut phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    let cabo = phone.device.me().unwrap();
    let mut kills = 0;
    for boundary in 1..BOUNDARIES_MAX {
        let before = phone.records().unwrap().len();
        phone.device.lock();
        let child = run(&phone, "save", boundary);
        phone.unlock(cabo, PIN).unwrap();
        check_saved(&phone, &child, before, boundary);
        if !child.killed {
            break;
        }
        kills += 1;
    }
    assert!(
        (50..BOUNDARIES_MAX - 1).contains(&kills),
        "{kills} statements is not what these saves have"
    );
    phone.sync().await.unwrap();
    commander.sync().await.unwrap();
    assert_eq!(
        phone.unreceived().unwrap(),
        0,
        "all that is there is received"
    );
    for id in phone.records().unwrap() {
        assert_eq!(
            phone.says(id).unwrap(),
            commander.says(id).unwrap(),
            "the commander reads what the phone holds"
        );
    }
    assert_eq!(
        phone.records().unwrap().len(),
        commander.records().unwrap().len(),
        "no more and no less"
    );
}

/// Compares the phone with what its person was told before the kill.
fn check_saved(phone: &Phone, child: &Child, before: usize, boundary: u64) {
    let report = phone.device.verify().unwrap();
    assert_eq!(
        report.problems, [""; 0],
        "boundary {boundary}: the store is sound"
    );
    assert!(
        phone.device.status().unwrap().tail_missing.is_none(),
        "boundary {boundary}: a kill is no lost tail"
    );
    let mut draft = None;
    let mut told_saved = false;
    for line in &child.said {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["draft", id] => draft = Some(id.parse::<DraftId>().unwrap()),
            ["men", id, men] => {
                told_saved = true;
                let id: EncounterId = id.parse().unwrap();
                let people = phone.device.row(id).unwrap().summary.people.men;
                let men: u32 = men.parse().unwrap();
                // A correction may be durable before it was told.
                let possible = [Count::exactly(men), Count::exactly(7)];
                assert!(
                    possible.contains(&people),
                    "boundary {boundary}: {line}, found {people:?}"
                );
            }
            ["undone", id] => {
                let status = phone
                    .device
                    .row(id.parse().unwrap())
                    .unwrap()
                    .summary
                    .status;
                assert_eq!(status, Status::Withdrawn, "boundary {boundary}: {line}");
            }
            _ => panic!("boundary {boundary}: {line}"),
        }
    }
    let Some(draft) = draft else { return };
    let is_draft = phone.device.draft(draft).is_ok();
    let is_record = phone.records().unwrap().len() > before;
    assert_ne!(
        is_draft, is_record,
        "boundary {boundary}: a draft becomes a record in one commit"
    );
    assert!(
        !(told_saved && is_draft),
        "boundary {boundary}: what is saved is no draft any more"
    );
    if is_draft {
        phone.device.discard_draft(draft).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_boundary_of_what_arrives_the_next_sync_makes_it_whole() {
    let world = World::start().await.unwrap();
    let mut phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let cabo = phone.device.me().unwrap();
    let shared = phone.meets(3, "VEN").unwrap().row.summary.encounter_id;
    phone.sync().await.unwrap();
    sergeant.sync().await.unwrap();
    let mut kills = 0;
    for boundary in 1..BOUNDARIES_MAX {
        // Something of one's own to be receipted, something new and something altered to be read.
        let men = u32::try_from(boundary).unwrap();
        let own = phone.meets(men, "ECU").unwrap().row.summary.encounter_id;
        let new = sergeant.meets(men, "HTI").unwrap().row.summary.encounter_id;
        sergeant
            .corrects(
                shared,
                json!({ "composition": { "VEN": { "AA+F": boundary } } }),
            )
            .unwrap();
        sergeant.sync().await.unwrap();
        phone.device.lock();
        let child = run(&phone, "apply", boundary);
        phone.unlock(cabo, PIN).unwrap();
        let report = phone.device.verify().unwrap();
        assert_eq!(
            report.problems, [""; 0],
            "boundary {boundary}: the store is sound"
        );
        let received = phone.device.row(own).unwrap().unreceived == 0;
        let stored = world.documents().unwrap();
        let expected = 2 * boundary + 1;
        assert!(
            !received || stored == expected,
            "boundary {boundary}: received here but not there"
        );
        phone.sync().await.unwrap();
        assert_eq!(
            phone.unreceived().unwrap(),
            0,
            "boundary {boundary}: receipts are given again"
        );
        assert_eq!(
            world.documents().unwrap(),
            expected,
            "boundary {boundary}: each record once"
        );
        for id in [shared, new] {
            assert_eq!(
                phone.says(id).unwrap(),
                sergeant.says(id).unwrap(),
                "boundary {boundary}: what arrived is whole"
            );
        }
        if !child.killed {
            assert_eq!(child.said, ["synced"], "it ended by itself");
            break;
        }
        kills += 1;
    }
    assert!(
        (50..BOUNDARIES_MAX - 1).contains(&kills),
        "{kills} statements is not what a message has"
    );
}

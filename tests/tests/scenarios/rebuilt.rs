//! After merges, choices and a review, rows and snapshots derived again are those that were there.

use bitacora_core::enrol::Role;
use bitacora_device::{Choice, ReviewEvent};
use bitacora_tests::world::World;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_after_a_whole_story_changes_nothing_on_any_device() {
    let world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    let all = [&cabo, &sergeant, &commander];
    let id = cabo.meets(3, "VEN").unwrap().row.summary.encounter_id;
    cabo.meets(2, "HTI").unwrap();
    for phone in all {
        phone.sync().await.unwrap();
    }

    // Both correct the same cell; one chooses; the commander approves.
    cabo.corrects(id, json!({"composition": {"VEN": {"AA+M": 8}}}))
        .unwrap();
    sergeant
        .corrects(
            id,
            json!({"composition": {"VEN": {"AA+M": 9}}, "note": "río crecido"}),
        )
        .unwrap();
    for phone in [&cabo, &sergeant, &cabo, &commander] {
        phone.sync().await.unwrap();
    }
    let seen = sergeant.device.show(id).unwrap().encounter.version;
    let nine = Choice::Other(json!(9));
    sergeant
        .device
        .resolve(id, "composition/VEN/AA+M", &nine, &seen)
        .unwrap();
    for phone in [&sergeant, &commander] {
        phone.sync().await.unwrap();
    }
    let seen = commander.device.show(id).unwrap().encounter.version;
    commander
        .device
        .review(id, ReviewEvent::Approved, None, &seen)
        .unwrap();
    for phone in [&commander, &sergeant, &cabo] {
        phone.sync().await.unwrap();
    }

    for phone in all {
        let report = phone.device.rebuild().unwrap();
        assert_eq!(
            (report.documents, report.different),
            (2, 0),
            "{}: rows and snapshots come out as they were",
            phone.name
        );
        assert!(
            phone.device.verify().unwrap().problems.is_empty(),
            "{}: and everything agrees",
            phone.name
        );
    }
}

//! One file imported on two phones of a post: the same record begun twice.

use bitacora_core::enrol::Role;
use bitacora_core::id::EncounterId;
use bitacora_tests::world::World;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_record_begun_on_two_phones_is_one_and_everybody_sees_what_the_post_has() {
    let world = World::start().await.unwrap();
    let first = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let second = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    let id: EncounterId = "0198f3c2-6b1e-7c40-9a55-2f6f0a7d1e21".parse().unwrap();
    let line = json!({ "encounter_id": id, "composition": { "VEN": { "AA+M": 3 } }, "needs": {},
        "assistance": { "water": "all" }, "position": "no_fix", "setting": "river" });
    for phone in [&first, &second] {
        phone.record(line.clone()).unwrap();
    }
    first
        .corrects(id, json!({ "composition": { "VEN": { "AA+M": 4 } } }))
        .unwrap();
    first.sync().await.unwrap();
    for _ in 0..2 {
        second.sync().await.unwrap();
        commander.sync().await.unwrap();
    }
    for phone in [&second, &commander] {
        assert_eq!(
            phone.says(id).unwrap(),
            first.says(id).unwrap(),
            "{}: what the post has of it",
            phone.name
        );
        let verified = phone.device.verify().unwrap();
        assert!(verified.problems.is_empty(), "{:?}", verified.problems);
    }
    let mine = second.device.row(id).unwrap();
    assert!(
        mine.marks.contains(&bitacora_device::Mark::Refused),
        "its own beginning was not accepted, and that is said: {:?}",
        mine.marks
    );

    second.corrects(id, json!({ "setting": "camp" })).unwrap();
    second.sync().await.unwrap();
    first.sync().await.unwrap();
    assert_eq!(
        first.says(id).unwrap(),
        second.says(id).unwrap(),
        "both go on with the one record"
    );
}

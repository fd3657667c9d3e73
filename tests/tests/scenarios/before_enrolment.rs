//! *Empezar sin código*: everything records before any server is known; a later enrolment sends it all.

use bitacora_core::enrol::Role;
use bitacora_tests::world::World;
use chrono::TimeDelta;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_recorded_without_a_code_arrives_after_the_enrolment() {
    let world = World::start().await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    let phone = world.stranger("Cabo 17").unwrap();

    // 1. Without a code: three records, one of them corrected.
    let ids = [4, 5, 6].map(|men| {
        world.pass(TimeDelta::minutes(30));
        phone.meets(men, "VEN").unwrap().row.summary.encounter_id
    });
    phone
        .corrects(
            ids[0],
            json!({ "composition": { "VEN": { "AA+F": 1 } }, "direction": "south" }),
        )
        .unwrap();
    let error = phone.sync().await.unwrap_err();
    assert!(
        error.to_string().contains("not enrolled"),
        "there is nobody to send to yet: {error}"
    );
    assert_eq!(
        phone.unreceived().unwrap(),
        3,
        "three wait, nothing is lost by trying"
    );

    // 2. A code, later.
    let before: Vec<_> = ids.iter().map(|id| phone.says(*id).unwrap()).collect();
    let code = world.code(Role::PatrolMember, "Cabo 17").unwrap();
    phone.enrol(&code).await.unwrap();
    phone.sync().await.unwrap();
    commander.sync().await.unwrap();

    // 3. All of it is at the post, as it was written.
    assert_eq!(phone.unreceived().unwrap(), 0, "all are received");
    assert_eq!(world.documents().unwrap(), 3, "the server holds three");
    for (id, said) in ids.iter().zip(before) {
        assert_eq!(
            commander.says(*id).unwrap(),
            said,
            "enrolling alters no record"
        );
        assert_eq!(
            commander.device.row(*id).unwrap().author_name,
            "Cabo 17",
            "and the author has a name"
        );
    }

    let table = commander.table(world.day()).await.unwrap();
    assert_eq!(
        (table.encounters, table.totals.total.max),
        (3, 16),
        "they count in the post's day"
    );

    let verified = phone.device.verify().unwrap();
    assert!(
        verified.problems.is_empty(),
        "its rows say whose they are now, and that is right: {:?}",
        verified.problems
    );

    // 4. The code is spent: a second phone cannot use it.
    let other = world.stranger("Cabo 18").unwrap();
    assert!(
        other.enrol(&code).await.is_err(),
        "a code enrols one device"
    );
    other.meets(2, "ECU").unwrap();
    assert_eq!(
        other.unreceived().unwrap(),
        1,
        "who was refused goes on recording"
    );
}

//! A server that is restarted, and one that is restored from an older copy of its folder.

use std::path::Path;

use bitacora_core::enrol::Role;
use bitacora_device::Place;
use bitacora_tests::world::World;
use chrono::TimeDelta;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_in_the_middle_costs_nobody_anything() {
    let mut world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();

    // 1. A record is received; then the server is away while both go on.
    let id = cabo.meets(3, "VEN").unwrap().row.summary.encounter_id;
    cabo.sync().await.unwrap();
    world.stop_server().await.unwrap();
    cabo.corrects(id, json!({ "composition": { "VEN": { "AA+M": 4 } } }))
        .unwrap();
    let error = cabo.sync().await.unwrap_err();
    assert_eq!(
        cabo.unreceived().unwrap(),
        1,
        "nothing is received by a server that is away: {error}"
    );

    // 2. It is back.
    world.restart_server().await.unwrap();
    for phone in [&cabo, &sergeant] {
        phone.sync().await.unwrap();
    }
    assert_eq!(cabo.unreceived().unwrap(), 0, "the correction is received");
    assert_eq!(
        cabo.says(id).unwrap(),
        sergeant.says(id).unwrap(),
        "and read by others"
    );
    let report = world.server.verify().unwrap();
    assert!(
        report.is_sound(),
        "the server's log is whole: {:?}",
        report.findings
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_teach_a_restored_server_what_it_lost() {
    let mut world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();

    // 1. Two records are received, and the folder is copied.
    let early = cabo.meets(3, "VEN").unwrap().row.summary.encounter_id;
    let other = sergeant.meets(2, "HTI").unwrap().row.summary.encounter_id;
    for phone in [&cabo, &sergeant, &commander] {
        phone.sync().await.unwrap();
    }
    let copy = tempfile::tempdir().unwrap();
    world.stop_server().await.unwrap();
    copy_folder(&world.server_folder(), copy.path());
    world.restart_server().await.unwrap();

    // 2. The day goes on: a correction, a new record, both received and read by others.
    world.pass(TimeDelta::hours(1));
    cabo.corrects(early, json!({ "composition": { "VEN": { "AA+M": 5 } } }))
        .unwrap();
    let late = cabo.meets(7, "ECU").unwrap().row.summary.encounter_id;
    for phone in [&cabo, &sergeant, &commander] {
        phone.sync().await.unwrap();
    }
    assert_eq!(world.changes().unwrap(), 4, "the server holds four changes");

    // 3. The disk dies. The copy is put in its place: it has never heard of the afternoon.
    world.stop_server().await.unwrap();
    std::fs::remove_dir_all(world.server_folder()).unwrap();
    copy_folder(copy.path(), &world.server_folder());
    world.restart_server().await.unwrap();
    assert_eq!(
        world.changes().unwrap(),
        2,
        "the restored server holds the morning only"
    );

    // 4. The sergeant, who wrote none of it, comes first and teaches it; then it takes new work as ever.
    sergeant
        .corrects(other, json!({ "note": "río alto" }))
        .unwrap();
    sergeant.sync().await.unwrap();
    assert_eq!(
        world.changes().unwrap(),
        5,
        "the correction and the record are back, and the new one is there"
    );
    for phone in [&cabo, &commander, &sergeant] {
        phone.sync().await.unwrap();
        assert_eq!(
            phone.unreceived().unwrap(),
            0,
            "{}: everything is received again",
            phone.name
        );
    }
    for id in [early, other, late] {
        let said = commander.says(id).unwrap();
        assert_eq!(cabo.says(id).unwrap(), said, "one record everywhere");
        assert_eq!(sergeant.says(id).unwrap(), said, "one record everywhere");
    }
    assert_eq!(
        commander.says(early).unwrap()["fields"]["composition/VEN/AA+M"],
        json!([5]),
        "the correction that the server had lost holds"
    );
    let report = world.server.verify().unwrap();
    assert!(
        report.is_sound(),
        "the server's log is whole: {:?}",
        report.findings
    );
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_enrols_after_the_server_was_put_back_is_known_to_everybody() {
    let mut world = World::start().await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    commander.sync().await.unwrap();
    let copy = tempfile::tempdir().unwrap();
    world.back_up(copy.path()).await.unwrap();

    // 1. Somebody joins, and the commander's laptop learns of it.
    let first = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    first.sync().await.unwrap();
    commander.sync().await.unwrap();

    // 2. The copy is put back: nobody joined. Somebody else does now.
    world.put_back(copy.path()).await.unwrap();
    let second = world.phone("Sgto. 04", Role::PatrolMember).await.unwrap();
    let id = second.meets(3, "VEN").unwrap().row.summary.encounter_id;
    second.sync().await.unwrap();

    // 3. As many joined as before, but it is another one.
    let outcome = commander.sync().await.unwrap();
    assert_eq!(outcome.quarantined, 0, "nothing is put aside: {outcome:?}");
    assert_eq!(
        commander.says(id).unwrap(),
        second.says(id).unwrap(),
        "the commander reads the record"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_lost_phone_recorded_after_the_copy_is_taught_back_by_whoever_read_it() {
    let mut world = World::start().await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    commander.sync().await.unwrap();
    let copy = tempfile::tempdir().unwrap();
    world.back_up(copy.path()).await.unwrap();

    // 1. Somebody joins after the copy and records; the commander reads it, and corrects it. Then the phone is lost.
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let id = cabo.meets(3, "VEN").unwrap().row.summary.encounter_id;
    let alone = cabo.meets(5, "HTI").unwrap().row.summary.encounter_id;
    cabo.sync().await.unwrap();
    commander.sync().await.unwrap();
    commander
        .corrects(id, json!({ "note": "río alto" }))
        .unwrap();
    drop(cabo);

    // 2. The copy is put back: the server has never heard of that phone.
    world.put_back(copy.path()).await.unwrap();
    for _ in 0..3 {
        commander.sync().await.unwrap();
    }
    assert_eq!(
        (world.changes().unwrap(), commander.unreceived().unwrap()),
        (3, 0),
        "both records and the correction are at the post"
    );
    for id in [id, alone] {
        let place = commander.device.row(id).unwrap().place;
        assert_eq!(place, Place::AtPost, "and that is what is said");
    }

    // 3. Who joins now reads them, in their author's name as far as the server knows it.
    let late = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    late.sync().await.unwrap();
    for id in [id, alone] {
        assert_eq!(late.says(id).unwrap(), commander.says(id).unwrap());
    }
    let report = world.server.verify().unwrap();
    assert!(report.is_sound(), "{:?}", report.findings);
}

//! Who signed is compared with what is said in whose name; nobody honest is ever refused for it.

use std::path::Path;

use bitacora_core::enrol::Role;
use bitacora_core::wire::limit;
use bitacora_device::ReviewEvent;
use bitacora_tests::world::{PIN, Phone, World};
use serde_json::json;

fn all_is_received(world: &World, phones: &[&Phone]) {
    let aside = world.server.quarantine().unwrap();
    assert!(aside.is_empty(), "nobody honest is put aside: {aside:?}");
    for phone in phones {
        assert_eq!(
            phone.unreceived().unwrap(),
            0,
            "{}: all is received",
            phone.name
        );
        for id in phone.records().unwrap() {
            let refused = phone.device.show(id).unwrap().refused;
            assert_eq!(
                refused, None,
                "{}: nothing is shown as not accepted",
                phone.name
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_people_of_a_phone_are_known_although_they_came_late_or_the_server_forgot_them() {
    let mut world = World::start().await.unwrap();
    let shared = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    let sergeant = shared.device.me().unwrap();

    // 1. A member joins the phone before its first contact; both record, the leader hands in.
    let (cabo, _) = shared.device.add_person("Cabo 17", PIN).unwrap();
    shared.device.switch_person(cabo, PIN).unwrap();
    let early = shared.meets(3, "VEN").unwrap().row.summary.encounter_id;
    let seen = shared.device.show(early).unwrap().encounter.version;
    assert!(
        shared
            .device
            .review(early, ReviewEvent::Submitted, None, &seen)
            .is_err(),
        "the code was the sergeant's: what the server would refuse is not offered"
    );
    shared.device.switch_person(sergeant, PIN).unwrap();
    shared
        .device
        .review(early, ReviewEvent::Submitted, None, &seen)
        .unwrap();
    shared.sync().await.unwrap();
    commander.sync().await.unwrap();
    all_is_received(&world, &[&shared, &commander]);

    // 2. The server's folder is copied. Then somebody else joins, who records and is read by others.
    let copy = tempfile::tempdir().unwrap();
    world.stop_server().await.unwrap();
    copy_folder(&world.server_folder(), copy.path());
    world.restart_server().await.unwrap();
    let (late, _) = shared.device.add_person("Cabo 31", PIN).unwrap();
    shared.device.switch_person(late, PIN).unwrap();
    let second = shared.meets(2, "HTI").unwrap().row.summary.encounter_id;
    shared.sync().await.unwrap();
    commander.sync().await.unwrap();

    // 3. The copy takes the folder's place: it has never heard of him. A colleague's device comes first.
    world.stop_server().await.unwrap();
    std::fs::remove_dir_all(world.server_folder()).unwrap();
    copy_folder(copy.path(), &world.server_folder());
    world.restart_server().await.unwrap();
    commander.sync().await.unwrap();
    shared
        .corrects(second, json!({ "composition": { "HTI": { "AA+M": 4 } } }))
        .unwrap();
    for phone in [&shared, &commander] {
        phone.sync().await.unwrap();
    }
    all_is_received(&world, &[&shared, &commander]);
    assert_eq!(
        shared.says(second).unwrap(),
        commander.says(second).unwrap(),
        "and both say the same"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_people_recorded_without_a_code_is_taken_whoever_types_the_code() {
    let world = World::start().await.unwrap();
    let phone = world.stranger("Cabo 17").unwrap();
    let cabo = phone.device.me().unwrap();

    // 1. Two people record on a phone that no server knows; one voids his own.
    phone.meets(3, "VEN").unwrap();
    let mistaken = phone.meets(9, "ECU").unwrap().row.summary.encounter_id;
    let seen = phone.device.show(mistaken).unwrap().encounter.version;
    phone.device.void(mistaken, "repetido", &seen).unwrap();
    let (sergeant, _) = phone.device.add_person("Sgto. 04", PIN).unwrap();
    phone.device.switch_person(sergeant, PIN).unwrap();
    let handed_in = phone.meets(2, "HTI").unwrap().row.summary.encounter_id;

    // 2. The second types a leader's code and hands in at once, before any contact.
    let code = world.code(Role::PatrolLeader, "Teléfono 1").unwrap();
    phone.enrol(&code).await.unwrap();
    let seen = phone.device.show(handed_in).unwrap().encounter.version;
    phone
        .device
        .review(handed_in, ReviewEvent::Submitted, None, &seen)
        .unwrap();

    // 3. The first goes on as the member that he is.
    phone.device.switch_person(cabo, PIN).unwrap();
    phone.meets(1, "COL").unwrap();
    phone.sync().await.unwrap();
    all_is_received(&world, &[&phone]);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_people_than_one_hello_names_are_all_taken() {
    let world = World::start().await.unwrap();
    let phone = world.phone("Cabo 0", Role::PatrolMember).await.unwrap();
    let people = limit::PERSONS_MAX + 2;
    for number in 0..people {
        if number > 0 {
            let name = format!("Cabo {number}");
            let (person, _) = phone.device.add_person(&name, PIN).unwrap();
            phone.device.switch_person(person, PIN).unwrap();
        }
        phone.meets(1, "VEN").unwrap();
    }
    phone.sync().await.unwrap();
    all_is_received(&world, &[&phone]);
    assert_eq!(
        world.documents().unwrap(),
        u64::try_from(people).unwrap(),
        "the last to sign are named by the next hello of the same sync"
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
async fn a_member_sees_two_values_and_his_own_phone_says_who_chooses() {
    let world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let other = world.phone("Cabo 31", Role::PatrolMember).await.unwrap();
    let leader = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let men = |count: u32| json!({ "composition": { "VEN": { "AA+M": count } } });

    // 1. Two phones correct the same number without a network.
    let id = cabo.meets(7, "VEN").unwrap().row.summary.encounter_id;
    for phone in [&cabo, &other] {
        phone.sync().await.unwrap();
    }
    let form = cabo.device.show(id).unwrap().encounter.version;
    cabo.corrects(id, men(8)).unwrap();
    other.corrects(id, men(9)).unwrap();
    for phone in [&other, &cabo, &other, &leader] {
        phone.sync().await.unwrap();
    }

    // 2. Both see both. A member's correction over the two is refused by his own phone, which keeps the draft.
    for phone in [&cabo, &other] {
        assert_eq!(phone.device.conflicts_of(id).unwrap().fields.len(), 1);
        let refused = phone.corrects(id, men(10)).unwrap_err().to_string();
        assert!(refused.contains("chooses between them"), "{refused}");
        assert!(
            phone.corrects(id, json!({ "note": "dos equipos" })).is_ok(),
            "{}: every other field is his to correct",
            phone.name
        );
    }

    // 3. A form that was open since before is no choice: its number stands beside the others.
    let edit = bitacora_core::encounter::Edit::Patch(men(11));
    other.sync().await.unwrap();
    cabo.device.edit(id, &edit, &form, None).unwrap();
    for phone in [&cabo, &other, &leader] {
        phone.sync().await.unwrap();
    }
    let conflict = leader.device.conflicts_of(id).unwrap();
    assert_eq!(
        conflict.fields[0].values.len(),
        3,
        "three numbers, none lost"
    );

    // 4. The leader chooses, and nobody was put aside.
    let stays = bitacora_device::Choice::Other(json!(9));
    leader
        .device
        .resolve(id, &conflict.fields[0].field, &stays, &conflict.version)
        .unwrap();
    for phone in [&leader, &cabo, &other] {
        phone.sync().await.unwrap();
    }
    all_is_received(&world, &[&cabo, &other, &leader]);
    assert_eq!(
        cabo.says(id).unwrap(),
        leader.says(id).unwrap(),
        "equal everywhere"
    );
}

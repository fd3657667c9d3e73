//! Two phones with one identity, because a vault was copied: both people's work arrives, also when the server was
//! put back to an older day in between.

use bitacora_core::enrol::Role;
use bitacora_core::id::EncounterId;
use bitacora_device::Leaving;
use bitacora_report::coverage::Why;
use bitacora_tests::world::{Phone, World};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};

const MEN: &str = "composition/VEN/AA+M";

fn men(count: u32) -> Value {
    json!({ "composition": { "VEN": { "AA+M": count } } })
}

fn meets(phone: &Phone, count: u32) -> EncounterId {
    phone.meets(count, "VEN").unwrap().row.summary.encounter_id
}

/// Syncs all until nothing moves any more; who learns that his identity was copied enrols again.
async fn agree(world: &World, phones: &[&Phone]) {
    for _ in 0..4 {
        for phone in phones {
            let outcome = phone.sync().await.unwrap();
            assert_eq!(outcome.quarantined, 0, "{}: all rows are sound", phone.name);
            if outcome.is_copied {
                let before = phone.device.id().unwrap();
                world.enrol_again(phone, Role::PatrolMember).await.unwrap();
                assert_ne!(
                    phone.device.id().unwrap(),
                    before,
                    "{} has an identity of its own now",
                    phone.name
                );
                phone.sync().await.unwrap();
            }
        }
    }
}

/// All hold the same of all records, all of it received, and every store is sound.
fn check(world: &World, phones: &[&Phone], records: &[EncounterId]) {
    for phone in phones {
        assert_eq!(
            phone.unreceived().unwrap(),
            0,
            "{}: everything is received",
            phone.name
        );
        assert_eq!(
            phone.device.counts().unwrap().refused,
            0,
            "nothing was refused"
        );
        assert_eq!(
            phone.device.verify().unwrap().problems,
            [""; 0],
            "{}",
            phone.name
        );
        for id in records {
            assert_eq!(
                phone.says(*id).unwrap(),
                phones[0].says(*id).unwrap(),
                "{} says the same",
                phone.name
            );
        }
    }
    let report = world.server.verify().unwrap();
    assert!(report.is_sound(), "the server's log: {:?}", report.findings);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_copies_that_edit_one_record_and_different_ones_both_arrive() {
    let world = World::start().await.unwrap();
    let mut cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let (shared, other) = (meets(&cabo, 3), meets(&cabo, 8));
    cabo.sync().await.unwrap();

    // 1. The vault is copied. Both correct one record, and one corrects another.
    let copy = world.copy_of(&mut cabo, "Teléfono nuevo").unwrap();
    cabo.corrects(shared, men(5)).unwrap();
    copy.corrects(shared, men(6)).unwrap();
    copy.corrects(other, json!({ "note": "río alto" })).unwrap();
    let late = meets(&copy, 2);

    // 2. Who comes second learns it; what he wrote is shown as unreceived, and he goes on writing.
    cabo.sync().await.unwrap();
    let outcome = copy.sync().await.unwrap();
    assert!(outcome.is_copied, "the second is told");
    assert_eq!(
        copy.unreceived().unwrap(),
        3,
        "all that it wrote is here only"
    );
    copy.corrects(late, men(4)).unwrap();
    copy.sync().await.unwrap();
    assert_eq!(
        copy.unreceived().unwrap(),
        3,
        "nothing goes under a copied identity"
    );

    // 3. He enrols again: everything of both is everywhere.
    world.enrol_again(&copy, Role::PatrolMember).await.unwrap();
    let phones = [&sergeant, &cabo, &copy];
    agree(&world, &phones).await;
    check(&world, &phones, &[shared, other, late]);
    assert_ne!(cabo.device.id().unwrap(), copy.device.id().unwrap());
    let said = sergeant.says(shared).unwrap();
    let mut values = said["fields"][MEN].as_array().unwrap().clone();
    values.sort_by_key(Value::as_u64);
    assert_eq!(values, [json!(5), json!(6)], "both numbers are there");
    assert_eq!(
        sergeant.says(other).unwrap()["fields"]["note"],
        json!(["río alto"])
    );
    assert_eq!(sergeant.says(late).unwrap()["fields"][MEN], json!([4]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_copied_while_unlocked_writes_as_the_same_writer_and_loses_nothing() {
    let world = World::start().await.unwrap();
    let mut cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let record = meets(&cabo, 3);
    cabo.sync().await.unwrap();

    // 1. Both copies write under one actor: their changes have the same numbers.
    let copy = world.copy_of_unlocked(&mut cabo, "Teléfono nuevo").unwrap();
    cabo.corrects(record, men(5)).unwrap();
    cabo.corrects(record, json!({ "note": "río alto" }))
        .unwrap();
    copy.corrects(record, men(6)).unwrap();
    copy.corrects(record, json!({ "setting": "jungle" }))
        .unwrap();

    // 2. The document can hold only one of each number: the second's are written again.
    let phones = [&cabo, &copy, &sergeant];
    agree(&world, &phones).await;
    check(&world, &phones, &[record]);
    let fields = sergeant.says(record).unwrap()["fields"].clone();
    let mut values = fields[MEN].as_array().unwrap().clone();
    values.sort_by_key(Value::as_u64);
    assert_eq!(values, [json!(5), json!(6)], "both numbers are there");
    assert_eq!(fields["note"], json!(["río alto"]));
    assert_eq!(fields["setting"], json!(["jungle"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_phone_and_a_server_put_back_lose_nothing() {
    let mut world = World::start().await.unwrap();
    let mut cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();

    // 1. A record is received, and the server's folder is copied.
    let early = meets(&cabo, 3);
    for phone in [&cabo, &sergeant] {
        phone.sync().await.unwrap();
    }
    let backup = tempfile::tempdir().unwrap();
    world.back_up(backup.path()).await.unwrap();

    // 2. The day goes on; then the cabo's vault is copied, and the copy is the first to write and sync.
    let noon = meets(&cabo, 4);
    cabo.sync().await.unwrap();
    let copy = world.copy_of(&mut cabo, "Teléfono nuevo").unwrap();
    let by_copy = meets(&copy, 5);
    copy.corrects(early, men(6)).unwrap();
    copy.sync().await.unwrap();
    sergeant.sync().await.unwrap();
    assert_eq!(copy.unreceived().unwrap(), 0, "the server receipted it");

    // 3. The server's disk dies; the copy of the morning is put in its place.
    world.put_back(backup.path()).await.unwrap();
    assert_eq!(world.changes().unwrap(), 1, "it knows the morning only");

    // 4. Now the cabo writes, and his phone is the first to come: under numbers that the copy has used.
    let by_cabo = meets(&cabo, 7);
    cabo.corrects(early, men(8)).unwrap();
    let last = meets(&copy, 9);
    let phones = [&cabo, &copy, &sergeant];
    agree(&world, &phones).await;

    // 5. Nobody lost anything.
    check(&world, &phones, &[early, noon, by_copy, by_cabo, last]);
    let said = sergeant.says(early).unwrap();
    let mut values = said["fields"][MEN].as_array().unwrap().clone();
    values.sort_by_key(Value::as_u64);
    assert_eq!(values, [json!(6), json!(8)], "both corrections are there");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_lost_copy_had_receipted_is_taught_by_who_read_it() {
    let mut world = World::start().await.unwrap();
    let mut cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let early = meets(&cabo, 3);
    cabo.sync().await.unwrap();
    let backup = tempfile::tempdir().unwrap();
    world.back_up(backup.path()).await.unwrap();

    // 1. A copy of the cabo's phone brings a record, the sergeant reads it; then the copy falls into the river.
    let copy = world.copy_of(&mut cabo, "Teléfono nuevo").unwrap();
    let by_copy = meets(&copy, 5);
    copy.sync().await.unwrap();
    sergeant.sync().await.unwrap();
    drop(copy);

    // 2. The server is put back, and the cabo takes the number of the copy's envelope.
    world.put_back(backup.path()).await.unwrap();
    let by_cabo = meets(&cabo, 7);
    cabo.sync().await.unwrap();

    // 3. The sergeant, who alone holds the copy's record, hands it in, in its author's name.
    let phones = [&sergeant, &cabo];
    agree(&world, &phones).await;
    check(&world, &phones, &[early, by_copy, by_cabo]);
    let row = cabo.device.row(by_copy).unwrap();
    assert_eq!(row.author_name, "Cabo 17", "its author is who wrote it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_team_is_missing_until_its_identity_is_revoked_and_each_phone_has_joined_again() {
    let world = World::start().await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    let mut cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let copy = world.copy_of(&mut cabo, "Teléfono nuevo").unwrap();
    meets(&cabo, 3);
    meets(&copy, 5);
    cabo.sync().await.unwrap();
    assert!(copy.sync().await.unwrap().is_copied);
    let why = async || {
        cabo.sync().await.unwrap();
        copy.sync().await.unwrap();
        commander.sync().await.unwrap();
        let table = commander.table(world.day()).await.unwrap();
        let teams = table.coverage.teams_missing.into_iter();
        teams.map(|team| team.why).collect::<Vec<_>>()
    };
    assert_eq!(why().await, [Why::Copied], "five people are on it alone");

    // The copy gets an identity of its own; the other one goes on under the former, and nobody can tell from outside.
    world.enrol_again(&copy, Role::PatrolMember).await.unwrap();
    let former = cabo.device.id().unwrap();
    assert_eq!(why().await, [Why::Copied], "who says that it was one copy?");
    world.enrol_again(&cabo, Role::PatrolMember).await.unwrap();
    assert_eq!(why().await, [Why::Copied], "as long as the key serves");

    // The commander cuts it off: whoever still uses it is told, and joins under an identity of his own.
    commander.device.revoke(former).await.unwrap();
    world.enrol_again(&cabo, Role::PatrolMember).await.unwrap();
    assert_ne!(cabo.device.id().unwrap(), former);
    world.pass(TimeDelta::days(1));
    assert_eq!(why().await, [], "nobody is left who could hold anything");
    assert_eq!(commander.records().unwrap().len(), 2, "and all is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_phone_that_joins_again_still_has_its_patrol_and_the_times_of_its_clock() {
    let world = World::start().await.unwrap();
    let mut cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let copy = world.copy_of(&mut cabo, "Teléfono nuevo").unwrap();
    meets(&copy, 2);
    copy.sync().await.unwrap();

    // 1. The cabo leaves with a clock that is two hours ahead, and records.
    cabo.clock.show(world.now() + TimeDelta::hours(2));
    let patrol = cabo.device.patrol_leave(&Leaving::default()).unwrap();
    let id = meets(&cabo, 7);

    // 2. Back at the post he learns that another phone has his identity, and joins again.
    let outcome = cabo.sync().await.unwrap();
    assert!(outcome.is_copied, "{outcome:?}");
    world.enrol_again(&cabo, Role::PatrolMember).await.unwrap();
    cabo.sync().await.unwrap();
    let status = cabo.device.status().unwrap();
    let open = status.open_patrol.map(|open| open.patrol_id);
    assert_eq!(open, Some(patrol.patrol_id), "his patrol is out");
    assert_eq!(
        cabo.device.clock_repair().unwrap(),
        1,
        "what his clock said can be put right"
    );
    let later = meets(&cabo, 8);
    let belongs = cabo.device.row(later).unwrap().summary.patrol_id;
    assert_eq!(belongs, Some(patrol.patrol_id));
    cabo.device.patrol_return(false).unwrap();
    cabo.sync().await.unwrap();
    copy.sync().await.unwrap();
    assert_eq!(cabo.says(id).unwrap(), copy.says(id).unwrap());
}

/// What gave way to another change of its number may be the first to come to a server that has forgotten that one.
#[rstest]
#[case::who_gave_way_comes_first([0, 1, 2])]
#[case::who_was_first_comes_first_again([1, 0, 2])]
#[case::who_only_read_comes_first([2, 0, 1])]
#[tokio::test(flavor = "multi_thread")]
async fn an_unlocked_copy_and_a_server_put_back_lose_nothing_and_stop_nobody(
    #[case] order: [usize; 3],
) {
    let mut world = World::start().await.unwrap();
    let mut cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let record = meets(&cabo, 3);
    for phone in [&cabo, &sergeant] {
        phone.sync().await.unwrap();
    }
    let backup = tempfile::tempdir().unwrap();
    world.back_up(backup.path()).await.unwrap();

    // 1. Two changes have one number; the copy's is the first, the cabo's gives way and is written again.
    let copy = world.copy_of_unlocked(&mut cabo, "Teléfono nuevo").unwrap();
    copy.corrects(record, men(6)).unwrap();
    cabo.corrects(record, men(5)).unwrap();
    agree(&world, &[&copy, &cabo, &sergeant]).await;
    check(&world, &[&copy, &cabo, &sergeant], &[record]);

    // 2. The server forgets both. Whoever comes first, all end with both numbers, and go on.
    world.put_back(backup.path()).await.unwrap();
    for phone in [&cabo, &copy, &sergeant] {
        // Who has an identity of his own since then is unknown to it.
        let unknown = |error: anyhow::Error| error.to_string().contains("unknown_device");
        if phone.sync().await.is_err_and(unknown) {
            world.enrol_again(phone, Role::PatrolMember).await.unwrap();
        }
    }
    let phones = [&cabo, &copy, &sergeant];
    let phones = order.map(|place| phones[place]);
    agree(&world, &phones).await;
    let after = meets(&cabo, 4);
    agree(&world, &phones).await;
    check(&world, &phones, &[record, after]);
    let fields = sergeant.says(record).unwrap()["fields"].clone();
    let mut values = fields[MEN].as_array().unwrap().clone();
    values.sort_by_key(Value::as_u64);
    assert_eq!(values, [json!(5), json!(6)], "both numbers are there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_with_more_envelopes_than_one_exchange_refuses_loses_none_of_them() {
    const EACH: u32 = 70;
    let world = World::start().await.unwrap();
    let mut cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let mut records = vec![meets(&cabo, 3)];
    cabo.sync().await.unwrap();
    let copy = world.copy_of(&mut cabo, "Teléfono nuevo").unwrap();

    // Writing a file seals what is new: seventy envelopes under the same numbers on both.
    let folder = tempfile::tempdir().unwrap();
    for phone in [&cabo, &copy] {
        let file = folder.path().join(&phone.name);
        let mut sealed = 0;
        for men in 1..=EACH {
            records.push(meets(phone, men));
            sealed = phone.device.export_records(&file).unwrap().envelopes;
            std::fs::remove_file(&file).unwrap();
        }
        assert_eq!(sealed, u64::from(EACH));
    }
    cabo.sync().await.unwrap();
    assert!(copy.sync().await.unwrap().is_copied, "the second is told");
    world.enrol_again(&copy, Role::PatrolMember).await.unwrap();
    copy.sync().await.unwrap();
    assert_eq!(copy.unreceived().unwrap(), 0, "one sync brings all of them");
    let phones = [&sergeant, &cabo, &copy];
    agree(&world, &phones).await;
    check(&world, &phones, &records);
}

//! A member's device begins 72 hours back, a commander's at the beginning; an old record arrives whole when touched.

use bitacora_core::enrol::Role;
use bitacora_tests::world::{Phone, World};
use chrono::TimeDelta;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_members_new_phone_reads_three_days_and_whole_records_when_they_are_touched() {
    let world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();

    let first_day = world.day();

    // 1. Two old records, one of them with a correction; three days and more pass; one of yesterday.
    let touched = cabo.meets(3, "VEN").unwrap().row.summary.encounter_id;
    let old = cabo.meets(4, "VEN").unwrap().row.summary.encounter_id;
    cabo.corrects(touched, json!({ "composition": { "VEN": { "AA+F": 2 } } }))
        .unwrap();
    cabo.sync().await.unwrap();
    world.pass(TimeDelta::hours(80));
    let recent = cabo.meets(5, "VEN").unwrap().row.summary.encounter_id;
    cabo.sync().await.unwrap();
    world.pass(TimeDelta::hours(20));

    // 2. A member's new phone holds what is recent and nothing older; a commander's holds all.
    let member = world.phone("Cabo 22", Role::PatrolMember).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    member.sync().await.unwrap();
    commander.sync().await.unwrap();
    assert_eq!(
        member.records().unwrap(),
        [recent],
        "little is on a phone that may be lost"
    );
    let mut all = commander.records().unwrap();
    all.sort_unstable();
    let mut expected = [touched, old, recent];
    expected.sort_unstable();
    assert_eq!(all, expected, "a commander reads from the beginning");

    let since = world.now() - TimeDelta::hours(72);
    let begins = async |phone: &Phone, day| phone.table(day).await.unwrap().coverage.received_from;
    assert_eq!(
        begins(&member, first_day).await,
        Some(since),
        "a table of older days says from when on this phone knows"
    );
    assert_eq!(
        (
            begins(&member, world.day()).await,
            begins(&commander, first_day).await
        ),
        (None, None),
        "not one of a later day, nor that of who has received all"
    );

    // 3. An old record is corrected: it arrives whole on the member's phone, and can be gone on with there.
    cabo.corrects(touched, json!({ "direction": "south" }))
        .unwrap();
    cabo.sync().await.unwrap();
    member.sync().await.unwrap();
    assert_eq!(
        member.says(touched).unwrap(),
        cabo.says(touched).unwrap(),
        "whole, with what was written before the mark"
    );
    assert!(
        member.device.show(old).is_err(),
        "the one that nobody touched stays away"
    );
    assert_eq!(
        member.device.row(touched).unwrap().author_name,
        "Cabo 17",
        "its old changes came with their signed author"
    );
    member
        .corrects(touched, json!({ "composition": { "VEN": { "AA+M": 6 } } }))
        .unwrap();
    member.sync().await.unwrap();
    commander.sync().await.unwrap();
    assert_eq!(
        commander.says(touched).unwrap(),
        member.says(touched).unwrap(),
        "a correction made there arrives like any other"
    );

    // 4. What it holds is what its log says, also after another sync.
    world.pass(TimeDelta::hours(1));
    member.sync().await.unwrap();
    assert_eq!(
        begins(&member, first_day).await,
        Some(since),
        "it began when it began"
    );
    let report = member.device.verify().unwrap();
    assert_eq!(report.problems, [""; 0], "the phone's store is sound");
    member.sync().await.unwrap();
    assert_eq!(
        member.records().unwrap().len(),
        2,
        "nothing else comes by itself"
    );
}

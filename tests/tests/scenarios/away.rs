//! A device that is away for the whole story ends with the same records as everybody else.

use bitacora_core::encounter::Status;
use bitacora_core::enrol::Role;
use bitacora_device::Choice;
use bitacora_tests::world::World;
use chrono::TimeDelta;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn who_was_away_for_the_whole_story_reads_its_end_and_brings_its_own() {
    let world = World::start().await.unwrap();
    let away = world.phone("Cabo 22", Role::PatrolMember).await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();

    // 1. Everybody has one record; then one patrol goes where there is no signal, and corrects it there.
    let shared = cabo.meets(7, "VEN").unwrap().row.summary.encounter_id;
    for phone in [&cabo, &away, &sergeant] {
        phone.sync().await.unwrap();
    }
    away.corrects(shared, json!({ "composition": { "VEN": { "AA+F": 1 } } }))
        .unwrap();
    let own = away.meets(2, "ECU").unwrap().row.summary.encounter_id;

    // 2. Meanwhile: two values, a choice, a new record, a void one.
    for (phone, men) in [(&cabo, 8), (&sergeant, 9)] {
        phone
            .corrects(shared, json!({ "composition": { "VEN": { "AA+M": men } } }))
            .unwrap();
    }
    let void = cabo.meets(1, "CHN").unwrap().row.summary.encounter_id;
    for phone in [&cabo, &sergeant, &cabo] {
        phone.sync().await.unwrap();
    }
    world.pass(TimeDelta::hours(2));
    let detail = sergeant.device.show(shared).unwrap();
    let first = detail.conflicts[0].values[0].stated.change;
    let field = detail.conflicts[0].field.clone();
    sergeant
        .device
        .resolve(
            shared,
            &field,
            &Choice::Stated(first),
            &detail.encounter.version,
        )
        .unwrap();
    let seen = cabo.device.show(void).unwrap().encounter.version;
    cabo.device.void(void, "two records", &seen).unwrap();
    for phone in [&cabo, &sergeant] {
        phone.sync().await.unwrap();
    }

    // 3. It comes back: one sync, and one more for the others to see what it brought.
    world.pass(TimeDelta::days(1));
    for phone in [&away, &cabo, &sergeant] {
        phone.sync().await.unwrap();
    }
    assert_eq!(away.unreceived().unwrap(), 0, "it brought all that it had");
    for id in [shared, own, void] {
        let said = away.says(id).unwrap();
        assert_eq!(
            said,
            cabo.says(id).unwrap(),
            "the cabo reads what the one who was away reads"
        );
        assert_eq!(said, sergeant.says(id).unwrap(), "and so does the sergeant");
    }
    assert_eq!(
        away.says(shared).unwrap()["fields"]["composition/VEN/AA+F"],
        json!([1]),
        "what was written away is in the record that others went on with"
    );
    let summary = away.device.row(shared).unwrap().summary;
    assert!(
        summary.undecided.is_empty(),
        "the choice made meanwhile holds"
    );
    assert_eq!(
        away.device.row(void).unwrap().summary.status,
        Status::Voided,
        "the void one is void here too"
    );
}

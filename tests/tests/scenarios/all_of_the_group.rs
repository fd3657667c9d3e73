//! Story 5: six people with water for all of the group, received; corrected to seven: seven everywhere.

use bitacora_core::encounter::{Count, FieldValue};
use bitacora_core::enrol::Role;
use bitacora_device::HistoryEvent;
use bitacora_tests::world::World;
use chrono::TimeDelta;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_from_six_to_seven_is_seven_in_water_and_attentions_too() {
    let world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();

    // 1. Six people, water for all of the group, received at the post.
    let id = cabo.meets(6, "VEN").unwrap().row.summary.encounter_id;
    cabo.sync().await.unwrap();
    commander.sync().await.unwrap();
    let before = commander.device.row(id).unwrap().summary;
    assert_eq!(
        before.attentions["ASO"],
        Count::exactly(6),
        "six got water at first"
    );

    // 2. The author corrects to seven.
    world.pass(TimeDelta::minutes(40));
    let corrected_at = world.now();
    cabo.corrects(id, json!({ "composition": { "VEN": { "AA+M": 7 } } }))
        .unwrap();
    cabo.sync().await.unwrap();
    commander.sync().await.unwrap();

    // 3. Seven on both devices: people, water, attentions, and the table.
    for phone in [&cabo, &commander] {
        let summary = phone.device.row(id).unwrap().summary;
        assert_eq!(
            summary.people.total,
            Count::exactly(7),
            "{}: people",
            phone.name
        );
        assert_eq!(
            summary.attentions["ASO"],
            Count::exactly(7),
            "{}: attentions",
            phone.name
        );
        assert!(
            summary.parts_over_total.is_empty(),
            "all of the group is never more than the group"
        );
        assert_eq!(
            phone.says(id).unwrap()["fields"]["assistance/water"],
            json!(["all"]),
            "stored as said, not as a copied number"
        );
        let table = phone.table(world.day()).await.unwrap();
        assert_eq!(
            (table.totals.total.min, table.totals.total.max),
            (7, 7),
            "{}: the table's people",
            phone.name
        );
        assert_eq!(
            (table.attentions_total.min, table.attentions_total.max),
            (7, 7),
            "{}: its attentions",
            phone.name
        );
    }
    let on_server = world.server.table(&world.post(), world.day()).unwrap();
    assert_eq!(
        on_server.people.total,
        Count::exactly(7),
        "the server's own table says the same"
    );

    // 4. History shows 6 → 7, who and when.
    let history = commander.device.show(id).unwrap().history;
    let line = history.last().unwrap();
    assert_eq!(
        line.event,
        HistoryEvent::Changed,
        "the last thing that happened is the correction"
    );
    assert_eq!(line.field.as_deref(), Some("composition/VEN/AA+M"));
    assert_eq!(
        (line.before.as_slice(), line.after.as_slice()),
        (
            [FieldValue::Int(6)].as_slice(),
            [FieldValue::Int(7)].as_slice()
        ),
        "from six to seven"
    );
    assert_eq!(
        (line.author_name.as_str(), line.at),
        ("Cabo 17", corrected_at),
        "by whom and when"
    );
}

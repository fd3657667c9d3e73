//! Concurrent edits: different fields merge; of the same descriptive field one is shown and the other stays visible.

use bitacora_core::encounter::{Count, Merge};
use bitacora_core::enrol::Role;
use bitacora_tests::world::World;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn edits_of_different_fields_merge_without_a_question() {
    let world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();

    // 1. Both have the record.
    let id = cabo.meets(3, "VEN").unwrap().row.summary.encounter_id;
    cabo.sync().await.unwrap();
    sergeant.sync().await.unwrap();

    // 2. Without signal one adds women of a new nationality, the other men of the same one, and a direction.
    cabo.corrects(id, json!({ "composition": { "HTI": { "AA+F": 2 } } }))
        .unwrap();
    let patch = json!({ "composition": { "HTI": { "AA+M": 1 } }, "direction": "south" });
    sergeant.corrects(id, patch).unwrap();

    // 3. After both synced everything is there, and nothing is asked.
    for phone in [&cabo, &sergeant, &cabo] {
        phone.sync().await.unwrap();
    }
    let said = cabo.says(id).unwrap();
    assert_eq!(said, sergeant.says(id).unwrap(), "one record on both");
    assert_eq!(
        said["fields"]["composition/HTI/AA+F"],
        json!([2]),
        "the cabo's women"
    );
    assert_eq!(
        said["fields"]["composition/HTI/AA+M"],
        json!([1]),
        "the sergeant's man"
    );
    assert_eq!(
        said["fields"]["direction"],
        json!(["south"]),
        "and his direction"
    );
    let summary = sergeant.device.row(id).unwrap().summary;
    assert_eq!(
        summary.people.total,
        Count::exactly(6),
        "three, two and one: nobody is lost"
    );
    assert!(
        summary.undecided.is_empty(),
        "different fields are no question"
    );
    assert!(
        sergeant.device.conflicts().unwrap().is_empty(),
        "nothing to decide"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_one_descriptive_field_the_winner_is_shown_and_the_other_stays_visible() {
    let world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let id = cabo.meets(3, "VEN").unwrap().row.summary.encounter_id;
    cabo.sync().await.unwrap();
    sergeant.sync().await.unwrap();

    // 1. One writes that they go south, the other that they stay.
    cabo.corrects(id, json!({ "direction": "south" })).unwrap();
    sergeant
        .corrects(id, json!({ "direction": "stranded" }))
        .unwrap();
    for phone in [&cabo, &sergeant, &cabo] {
        phone.sync().await.unwrap();
    }

    // 2. Both phones show the same winner; the other value is one tap away, with its author.
    let said = cabo.says(id).unwrap();
    assert_eq!(said, sergeant.says(id).unwrap(), "the same order on both");
    let values = said["fields"]["direction"].as_array().unwrap();
    assert_eq!(values.len(), 2, "nobody's word is thrown away");
    let shown = cabo.device.row(id).unwrap().summary.direction.unwrap();
    assert_eq!(json!(shown), values[0], "the list shows the winner");
    let conflict = sergeant.device.conflicts_of(id).unwrap();
    let field = &conflict.fields[0];
    assert_eq!(
        (field.field.as_str(), field.merge),
        ("direction", Merge::Winner)
    );
    let mut names: Vec<_> = field
        .values
        .iter()
        .map(|value| value.author_name.as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["Cabo 17", "Sgto. 04"],
        "each value says whose it is"
    );

    // 3. It is not a question that stops the record.
    let row = cabo.device.row(id).unwrap();
    assert!(
        row.summary.undecided.is_empty() && row.summary.counts(),
        "a descriptive field holds nothing up"
    );
}

//! An edit of another device arrives while a form is open: both values are kept.

use bitacora_core::encounter::Count;
use bitacora_core::enrol::Role;
use bitacora_device::DraftKind;
use bitacora_tests::world::World;
use serde_json::json;

const MEN: &str = "composition/VEN/AA+M";

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_was_open_while_a_sync_arrived_replaces_nobodys_number() {
    let world = World::start().await.unwrap();
    let cabo = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = world.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let id = cabo.meets(8, "VEN").unwrap().row.summary.encounter_id;
    cabo.sync().await.unwrap();
    sergeant.sync().await.unwrap();

    // 1. The cabo opens the form: it shows 8.
    let form = cabo.device.start_draft(DraftKind::Edit, Some(id)).unwrap();
    assert_eq!(form.body.capture.composition["VEN"]["AA+M"], 8);

    // 2. The sergeant writes 9 and a direction; it arrives while the form is open.
    let patch = json!({ "composition": { "VEN": { "AA+M": 9 } }, "direction": "south" });
    sergeant.corrects(id, patch).unwrap();
    sergeant.sync().await.unwrap();
    cabo.sync().await.unwrap();
    assert_eq!(
        cabo.says(id).unwrap()["fields"][MEN],
        json!([9]),
        "the record has moved on beneath the form"
    );
    assert_eq!(
        cabo.device.draft(form.draft_id).unwrap(),
        form,
        "the open form has not"
    );

    // 3. The cabo saves 10 on the form that showed 8.
    let mut body = form.body.clone();
    body.capture
        .composition
        .get_mut("VEN")
        .unwrap()
        .insert("AA+M".to_owned(), 10);
    cabo.device.save_draft(form.draft_id, &body).unwrap();
    let saved = cabo.device.record_draft(form.draft_id).unwrap();
    assert_eq!(
        saved.row.summary.people.total,
        Count { min: 9, max: 10 },
        "both numbers stand at once"
    );

    // 4. On every device: 9 and 10, and the direction that the form did not touch is the sergeant's.
    cabo.sync().await.unwrap();
    sergeant.sync().await.unwrap();
    let said = sergeant.says(id).unwrap();
    assert_eq!(said, cabo.says(id).unwrap(), "one record on both");
    let mut values = said["fields"][MEN].as_array().unwrap().clone();
    values.sort_by_key(|value| value.as_u64());
    assert_eq!(values, [json!(9), json!(10)], "neither number is gone");
    assert_eq!(
        said["fields"]["direction"],
        json!(["south"]),
        "a form writes only what was altered on it"
    );
}

//! A lost phone is cut off: its next sync is refused, and what it holds stays on it.

use bitacora_core::enrol::Role;
use bitacora_device::{DeviceError, ErrorCode};
use bitacora_tests::world::World;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_device_is_refused_at_once_and_keeps_its_records() {
    let world = World::start().await.unwrap();
    let lost = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();

    // 1. One record is received, one is not; the connection is open.
    lost.meets(3, "VEN").unwrap();
    lost.sync().await.unwrap();
    lost.meets(4, "VEN").unwrap();

    // 2. A member may not cut anybody off; the commander may.
    let commanders = commander.device.id().unwrap();
    let refused = lost.device.revoke(commanders).await;
    assert!(refused.is_err(), "only a commander revokes");
    let list = commander
        .device
        .revoke(lost.device.id().unwrap())
        .await
        .unwrap();
    let entry = list
        .devices
        .iter()
        .find(|device| device.name == "Cabo 17")
        .unwrap();
    assert!(
        entry.revoked_at.is_some(),
        "the list shows that it is cut off"
    );

    // 3. Its next sync is refused, also on the connection that was open; nothing is deleted anywhere.
    for again in ["at once", "and again"] {
        let error = lost.sync().await.unwrap_err();
        let code = error.downcast_ref::<DeviceError>().map(DeviceError::code);
        assert_eq!(code, Some(ErrorCode::Revoked), "{again}: {error}");
    }
    assert_eq!(
        lost.records().unwrap().len(),
        2,
        "both records are on the phone"
    );
    assert_eq!(
        lost.unreceived().unwrap(),
        1,
        "the unsent one waits, sealed"
    );
    assert_eq!(
        world.documents().unwrap(),
        1,
        "the server took nothing from it"
    );

    // 4. The others go on, and what it had handed in before still counts.
    commander.sync().await.unwrap();
    assert_eq!(
        commander.records().unwrap().len(),
        1,
        "the received record stays"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_revoked_by_mistake_joins_again_by_a_fresh_code_and_everything_arrives() {
    let world = World::start().await.unwrap();
    let phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    let early = phone.meets(3, "VEN").unwrap().row.summary.encounter_id;
    phone.sync().await.unwrap();

    // 1. It is revoked with one record and one correction sealed, and one record that is not.
    phone.meets(4, "VEN").unwrap();
    phone
        .corrects(early, json!({ "note": "río alto" }))
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("registros");
    phone.device.export_records(&file).unwrap();
    let former = phone.device.id().unwrap();
    commander.device.revoke(former).await.unwrap();
    phone.sync().await.unwrap_err();
    phone.meets(5, "HTI").unwrap();

    // 2. Who issues a code for it means it: it joins as a device of its own, and all of it goes.
    world.enrol_again(&phone, Role::PatrolMember).await.unwrap();
    assert_ne!(phone.device.id().unwrap(), former);
    phone.sync().await.unwrap();
    assert_eq!(phone.unreceived().unwrap(), 0, "everything is received");
    assert_eq!(phone.device.counts().unwrap().refused, 0);
    assert_eq!(world.documents().unwrap(), 3, "all three records");
    commander.sync().await.unwrap();
    let said = commander.says(early).unwrap();
    assert_eq!(said["fields"]["note"], json!(["río alto"]));

    // 3. The former identity stays cut off.
    let list = commander.device.teams().await.unwrap();
    let entry = list.devices.iter().find(|device| device.id == former);
    assert!(entry.unwrap().revoked_at.is_some());
    assert!(world.server.verify().unwrap().is_sound());
}

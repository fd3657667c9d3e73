//! A lost phone is cut off: its next sync is refused, and what it holds stays on it.

use bitacora_core::enrol::Role;
use bitacora_device::{DeviceError, ErrorCode};
use bitacora_tests::world::World;

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

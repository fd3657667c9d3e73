//! Six digits on two screens: until a person has said that they are the same, nothing goes to that server.

use bitacora_core::enrol::{Code, Role};
use bitacora_device::{Comparison, Device, DeviceError};
use bitacora_tests::world::{Phone, World};

/// Joins as the app does.
async fn joined(world: &World, phone: &Phone) -> String {
    let code = world.code(Role::PatrolMember, &phone.name).unwrap();
    joined_by(world, phone, &code).await
}

async fn joined_by(world: &World, phone: &Phone, code: &Code) -> String {
    let url = format!("https://{}", world.address()).parse().unwrap();
    let enrolled = phone.device.enrol_to_compare(&url, code, None).await;
    enrolled.unwrap().digits.to_string()
}

fn comparison(device: &Device) -> Option<Comparison> {
    device.status().unwrap().comparison
}

async fn held_back(phone: &Phone) {
    let error = phone.sync().await.unwrap_err();
    let error = error.downcast::<DeviceError>().unwrap();
    assert_eq!(error.field(), Some("digits"), "{error}");
    assert!(
        phone.device.teams().await.is_err(),
        "nor is it asked anything else"
    );
    let folder = tempfile::tempdir().unwrap();
    assert!(
        phone.device.export_records(folder.path()).is_err(),
        "nor is a file made for it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_handed_in_before_the_digits_were_compared() {
    let world = World::start().await.unwrap();
    let mut phone = world.stranger("Cabo 17").unwrap();
    phone.meets(4, "VEN").unwrap();
    let digits = joined(&world, &phone).await;

    // 1. Nobody has said anything: it is held back, also after a lock.
    assert_eq!(
        comparison(&phone.device),
        Some(Comparison::Open(digits.clone()))
    );
    held_back(&phone).await;
    phone.reopen().unwrap();
    assert_eq!(
        comparison(&phone.device),
        Some(Comparison::Open(digits)),
        "the same digits can still be compared"
    );
    assert_eq!(world.documents().unwrap(), 0, "the server has nothing");

    // 2. They are the same.
    phone.device.compared(true).unwrap();
    phone.sync().await.unwrap();
    assert_eq!(world.documents().unwrap(), 1, "now it has");
}

#[tokio::test(flavor = "multi_thread")]
async fn digits_that_differ_hold_everything_back_until_a_new_code_is_used() {
    let world = World::start().await.unwrap();
    let phone = world.stranger("Cabo 17").unwrap();
    phone.meets(4, "VEN").unwrap();
    joined(&world, &phone).await;
    phone.device.compared(false).unwrap();
    held_back(&phone).await;
    phone.device.compared(true).unwrap();
    assert_eq!(
        comparison(&phone.device),
        Some(Comparison::Differ),
        "a second thought does not open it"
    );
    held_back(&phone).await;
    assert_eq!(phone.unreceived().unwrap(), 1, "what was recorded waits");

    // The device was revoked as the screen says; another server has another key and another code.
    let other = World::start().await.unwrap();
    joined(&other, &phone).await;
    phone.device.compared(true).unwrap();
    phone.sync().await.unwrap();
    assert_eq!(world.documents().unwrap(), 0, "the first has nothing");
    assert_eq!(other.documents().unwrap(), 1, "the right one has it");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_saw_the_digits_differ_joins_the_same_server_by_a_new_code_and_everything_arrives() {
    let world = World::start().await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    let mut phone = world.stranger("Cabo 17").unwrap();
    phone.meets(4, "VEN").unwrap();

    // 1. The digits differ, and the screen is followed: the commander revokes this device.
    joined(&world, &phone).await;
    phone.device.compared(false).unwrap();
    let former = phone.device.id().unwrap();
    commander.device.revoke(former).await.unwrap();
    phone.meets(5, "HTI").unwrap();

    // 2. A try that reaches nobody changes nothing that the next one needs.
    let nobody = "https://127.0.0.1:1".parse().unwrap();
    let code = world.code(Role::PatrolMember, "Cabo 17").unwrap();
    let failed = phone.device.enrol_to_compare(&nobody, &code, None).await;
    failed.unwrap_err();
    assert_eq!(comparison(&phone.device), Some(Comparison::Differ));
    held_back(&phone).await;
    phone.reopen().unwrap();

    // 3. A new code of the same server; an answer that is lost is asked for again under the same identity.
    joined_by(&world, &phone, &code).await;
    let now = phone.device.id().unwrap();
    assert_ne!(now, former, "it has an identity that nobody revoked");
    let digits = joined_by(&world, &phone, &code).await;
    assert_eq!(phone.device.id().unwrap(), now, "and keeps it");
    assert_eq!(comparison(&phone.device), Some(Comparison::Open(digits)));
    assert_eq!(
        world.documents().unwrap(),
        0,
        "nothing before a person says so"
    );

    // 4. Now they are the same.
    phone.device.compared(true).unwrap();
    phone.sync().await.unwrap();
    assert_eq!(phone.unreceived().unwrap(), 0, "everything is received");
    assert_eq!(world.documents().unwrap(), 2, "the server has both records");
}

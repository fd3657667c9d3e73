//! A phone that becomes another device: what its former identity sealed, what was taken out, who says *revoked*.

use bitacora_core::enrol::{Code, Role};
use bitacora_device::{DeviceError, ExportReport};
use bitacora_tests::proxy::Link;
use bitacora_tests::world::{Phone, World};
use serde_json::json;

/// Takes out what the post has not received.
fn taken_out(phone: &Phone) -> (tempfile::TempDir, ExportReport) {
    let folder = tempfile::tempdir().unwrap();
    let report = phone.device.export_records(folder.path()).unwrap();
    (folder, report)
}

/// Cuts a phone off, and lets it find out.
async fn cut_off(world: &World, phone: &Phone) {
    let id = phone.device.id().unwrap();
    world.server.revoke(id, None).unwrap();
    phone.sync().await.unwrap_err();
}

/// Enrols at another world's server, directly.
async fn joins(world: &World, phone: &Phone) -> Result<(), DeviceError> {
    let code = world.code(Role::PatrolMember, &phone.name).unwrap();
    joins_by(world, phone, &code).await
}

async fn joins_by(world: &World, phone: &Phone, code: &Code) -> Result<(), DeviceError> {
    let url = format!("https://{}", world.address()).parse().unwrap();
    phone.device.enrol(&url, code, None).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_phone_that_joined_again_has_what_its_former_identity_sealed() {
    for sealed_before in [1, 3] {
        let world = World::start().await.unwrap();
        let phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();

        // 1. A file seals what is here. Then the phone is cut off, and joins again without a sync.
        for _ in 0..sealed_before {
            phone.meets(3, "VEN").unwrap();
            taken_out(&phone);
        }
        cut_off(&world, &phone).await;
        world.enrol_again(&phone, Role::PatrolMember).await.unwrap();
        phone.meets(4, "HTI").unwrap();

        // 2. The file says how many records are in it, and they are.
        let (_folder, report) = taken_out(&phone);
        let said = (report.records, report.left_out.total(), report.left);
        assert_eq!(said, (sealed_before + 1, 0, 0), "{report:?}");
        let file = std::fs::read(&report.path).unwrap();
        let handed_in = world.server.take_file(&file).unwrap();
        assert_eq!(handed_in.received, sealed_before + 1, "{handed_in:?}");
        assert_eq!(world.documents().unwrap(), sealed_before + 1);

        // 3. The next contact brings their receipts.
        phone.sync().await.unwrap();
        assert_eq!(phone.unreceived().unwrap(), 0);
        assert_eq!(taken_out(&phone).1.records, 0, "nothing is left to carry");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_identity_took_out_says_nothing_of_what_this_one_seals() {
    let mut world = World::start().await.unwrap();
    let other = world.another_post("PA-LJB", "Lajas Blancas").await.unwrap();
    let phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let received = phone.meets(3, "VEN").unwrap().row.summary.encounter_id;
    phone.sync().await.unwrap();
    taken_out(&phone);

    // 1. It becomes another device, and seals a correction that does not arrive.
    cut_off(&world, &phone).await;
    world.enrol_again(&phone, Role::PatrolMember).await.unwrap();
    phone.sync().await.unwrap();
    phone
        .corrects(received, json!({ "note": "río alto" }))
        .unwrap();
    world.stop_server().await.unwrap();
    phone.sync().await.unwrap_err();

    // 2. Its first envelope is in no file: another post does not get the phone.
    let stays = joins(&other, &phone).await.unwrap_err();
    assert_eq!(stays.field(), Some("former_post"), "{stays}");
    let (_folder, report) = taken_out(&phone);
    assert_eq!(report.records, 1, "{report:?}");
    joins(&other, &phone).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_former_identity_sealed_and_is_in_a_file_keeps_no_phone_at_its_post() {
    let world = World::start().await.unwrap();
    let other = world.another_post("PA-LJB", "Lajas Blancas").await.unwrap();
    let phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let received = phone.meets(3, "VEN").unwrap().row.summary.encounter_id;
    phone.sync().await.unwrap();

    // 1. Its former identity sealed a correction; what was taken out then, the post refuses.
    phone
        .corrects(received, json!({ "note": "río alto" }))
        .unwrap();
    let (_refused, _) = taken_out(&phone);
    cut_off(&world, &phone).await;
    world.enrol_again(&phone, Role::PatrolMember).await.unwrap();
    let stays = joins(&other, &phone).await.unwrap_err();
    assert_eq!(stays.field(), Some("former_post"), "{stays}");

    // 2. A file of the new identity has it.
    let (_folder, report) = taken_out(&phone);
    assert_eq!((report.records, report.left_out.total()), (1, 0));
    joins(&other, &phone).await.unwrap();
    let file = std::fs::read(&report.path).unwrap();
    assert_eq!(world.server.take_file(&file).unwrap().received, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_cut_off_at_a_former_post_joins_it_again_by_a_fresh_code() {
    let world = World::start().await.unwrap();
    let other = world.another_post("PA-LJB", "Lajas Blancas").await.unwrap();
    let phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let id = phone.device.id().unwrap();

    joins(&other, &phone).await.unwrap();
    assert_eq!(phone.device.id().unwrap(), id);
    world.server.revoke(id, None).unwrap();
    joins(&world, &phone).await.unwrap();
    assert_ne!(phone.device.id().unwrap(), id);
    phone.meets(4, "VEN").unwrap();
    phone.sync().await.unwrap();
    assert_eq!(world.documents().unwrap(), 1, "it is of that post again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_who_says_revoked_and_does_not_know_the_code_takes_no_identity_away() {
    let world = World::start().await.unwrap();
    let other = World::start().await.unwrap();
    let mut phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let id = phone.device.id().unwrap();

    // 1. Another server knows the phone's key, and has cut it off.
    joins(&other, &phone).await.unwrap();
    world.enrol_again(&phone, Role::PatrolMember).await.unwrap();
    other.server.revoke(id, None).unwrap();

    // 2. It cannot prove that it issued the code: what it says of the phone counts for nothing.
    let issued = other.code(Role::PatrolMember, "Cabo 17").unwrap();
    let (front, last) = issued.as_str().split_at(7);
    let not_its_own = format!("{front}{}", if last == "A" { 'B' } else { 'A' });
    let failed = joins_by(&other, &phone, &not_its_own.parse().unwrap()).await;
    failed.unwrap_err();
    assert_eq!(phone.device.id().unwrap(), id);
    phone.reopen().unwrap();
    assert_eq!(phone.device.id().unwrap(), id);
    phone.meets(4, "VEN").unwrap();
    phone.sync().await.unwrap();
    assert_eq!(world.documents().unwrap(), 1, "it is known as before");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_who_was_cut_off_is_asked_for_again_as_the_same_new_device() {
    let world = World::start().await.unwrap();
    let mut phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let former = phone.device.id().unwrap();
    phone.meets(3, "VEN").unwrap();
    cut_off(&world, &phone).await;

    // 1. The server takes the new device, and its answer is lost: here nothing has succeeded.
    let code = lost_answer(&world, &phone).await;
    assert_eq!(phone.device.id().unwrap(), former);
    phone.reopen().unwrap();
    assert_eq!(phone.device.id().unwrap(), former);

    // 2. The same code gives the same device: the list has one more, not two.
    phone.enrol(&code).await.unwrap();
    assert_ne!(phone.device.id().unwrap(), former);
    assert_eq!(world.server.health().unwrap().devices, 2);
    phone.sync().await.unwrap();
    assert_eq!(phone.unreceived().unwrap(), 0);
}

/// Cuts the link to the new device later and later, until the server has taken it and nobody was told.
async fn lost_answer(world: &World, phone: &Phone) -> Code {
    for down in (400..6_000).step_by(50) {
        let code = world.code(Role::PatrolMember, "Cabo 17").unwrap();
        let cut = Link {
            cut_after_down: Some(down),
            ..Link::default()
        };
        phone.link.script([Link::default(), cut]);
        phone.enrol(&code).await.unwrap_err();
        phone.link.forget_script();
        if world.server.health().unwrap().devices == 2 {
            return code;
        }
    }
    panic!("no answer was lost after its device was taken");
}

//! Where a record is, in four words and in their order: a draft, on this phone, at the post, at headquarters.

use bitacora_core::enrol::Role;
use bitacora_core::id::EncounterId;
use bitacora_device::{DraftBody, DraftKind, Place, RowFilter};
use bitacora_tests::world::{Phone, World};
use chrono::TimeDelta;
use serde_json::json;

/// Where a record is: in the list, on its page, and among the places that hold it.
fn place(phone: &Phone, id: EncounterId) -> Place {
    let detail = phone.device.show(id).unwrap();
    let rows = phone.device.rows(&RowFilter::default()).unwrap().rows;
    let listed = rows
        .iter()
        .find(|row| row.summary.encounter_id == id)
        .unwrap();
    assert_eq!(
        listed.place, detail.row.place,
        "{}: list and page say the same",
        phone.name
    );
    let held: Vec<_> = detail.held.iter().map(|held| held.place).collect();
    assert_eq!(
        held.last(),
        Some(&detail.row.place),
        "{}: so do the places that hold it",
        phone.name
    );
    assert!(held.is_sorted(), "{}: the nearest first", phone.name);
    detail.row.place
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_a_draft_then_on_the_phone_then_at_the_post_then_at_headquarters() {
    let mut world = World::start().await.unwrap();
    let phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();

    // 1. Borrador: typed, and no record yet.
    let capture = json!({ "composition": { "VEN": { "AA+M": 4 } }, "assistance": { "water": "all" }, "needs": {},
        "position": "no_fix", "setting": "river" });
    let draft = phone.device.start_draft(DraftKind::New, None).unwrap();
    let body = DraftBody {
        capture: serde_json::from_value(capture).unwrap(),
        ..draft.body.clone()
    };
    phone.device.save_draft(draft.draft_id, &body).unwrap();
    assert_eq!(phone.records().unwrap(), [], "a draft is no record");
    assert_eq!(phone.device.drafts().unwrap().len(), 1);

    // 2. Guardado en este teléfono.
    let saved = phone.device.record_draft(draft.draft_id).unwrap();
    let id = saved.row.summary.encounter_id;
    assert_eq!(place(&phone, id), Place::OnPhone);

    // 3. Recibido en el puesto, here and on the commander's screen: a post never says more.
    phone.sync().await.unwrap();
    commander.sync().await.unwrap();
    for phone in [&phone, &commander] {
        assert_eq!(place(phone, id), Place::AtPost, "{}", phone.name);
    }

    // 4. The server is made headquarters. What it had received is safe there, and what follows.
    world.be_headquarters(true).await.unwrap();
    assert_eq!(
        place(&phone, id),
        Place::AtPost,
        "until a contact nobody knows"
    );
    phone.sync().await.unwrap();
    assert_eq!(place(&phone, id), Place::AtHq, "Recibido en la sede");
    commander.sync().await.unwrap();
    assert_eq!(
        place(&commander, id),
        Place::AtHq,
        "also a record of somebody else"
    );

    // 5. A correction is on the phone first, and with it the record; then all of it is safe again.
    world.pass(TimeDelta::minutes(5));
    phone
        .corrects(id, json!({ "composition": { "VEN": { "AA+M": 5 } } }))
        .unwrap();
    assert_eq!(
        place(&phone, id),
        Place::OnPhone,
        "the weakest of its changes"
    );
    phone.sync().await.unwrap();
    commander.sync().await.unwrap();
    for phone in [&phone, &commander] {
        assert_eq!(place(phone, id), Place::AtHq, "{}", phone.name);
        assert_eq!(
            phone.device.rebuild().unwrap().different,
            0,
            "{}: a rebuild says the same",
            phone.name
        );
    }

    // 6. It was a mistake of the operator: the server is a post, and no screen says more than that.
    world.be_headquarters(false).await.unwrap();
    for phone in [&phone, &commander] {
        phone.sync().await.unwrap();
        assert_eq!(place(phone, id), Place::AtPost, "{}", phone.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_headquarters_has_lost_is_safe_no_more() {
    let mut world = World::start().await.unwrap();
    world.be_headquarters(true).await.unwrap();
    let phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let copy = tempfile::tempdir().unwrap();
    let kept = phone.meets(3, "VEN").unwrap().row.summary.encounter_id;
    phone.sync().await.unwrap();
    world.back_up(copy.path()).await.unwrap();

    // 1. A record is received after the copy was made; then the disk dies and the copy is put back.
    let lost = phone.meets(4, "HTI").unwrap().row.summary.encounter_id;
    phone.sync().await.unwrap();
    assert_eq!(place(&phone, lost), Place::AtHq);
    world.put_back(copy.path()).await.unwrap();

    // 2. The next contact notices it and hands the record in again.
    let rows = world.changes().unwrap();
    phone.sync().await.unwrap();
    assert!(world.changes().unwrap() > rows, "it was offered again");
    for id in [kept, lost] {
        assert_eq!(
            place(&phone, id),
            Place::AtHq,
            "and is safe because it is there again"
        );
    }
}

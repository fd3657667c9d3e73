//! Story 6: A has 5 unreceived records and a draft; B takes the phone and records 2.

use bitacora_core::enrol::Role;
use bitacora_device::{DraftBody, DraftKind};
use bitacora_tests::world::{PIN, World};
use chrono::TimeDelta;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn each_record_keeps_its_author_and_the_draft_waits() {
    let world = World::start().await.unwrap();
    let mut phone = world.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let commander = world
        .phone("Comandante", Role::PostCommander)
        .await
        .unwrap();
    let cabo = phone.device.me().unwrap();

    // 1. The cabo records five groups without signal and begins a sixth.
    let mut his = Vec::new();
    for men in 1..=5 {
        world.pass(TimeDelta::minutes(10));
        his.push(phone.meets(men, "VEN").unwrap().row.summary.encounter_id);
    }
    let draft = phone.device.start_draft(DraftKind::New, None).unwrap();
    let body = DraftBody {
        capture: serde_json::from_value(json!({ "composition": { "HTI": { "AA+F": 3 } } }))
            .unwrap(),
        confirmed: vec!["composition".to_owned()],
        page: 1,
        ..DraftBody::default()
    };
    phone.device.save_draft(draft.draft_id, &body).unwrap();
    assert_eq!(phone.unreceived().unwrap(), 5, "five wait for signal");

    // 2. The sergeant takes the phone and records two.
    let (sergeant, _) = phone.device.add_person("Sgto. 04", "739251").unwrap();
    phone.device.switch_person(sergeant, "739251").unwrap();
    assert!(
        phone.device.drafts().unwrap().is_empty(),
        "a draft is its author's alone"
    );
    let hers = [8, 9].map(|men| {
        world.pass(TimeDelta::minutes(10));
        phone.meets(men, "ECU").unwrap().row.summary.encounter_id
    });

    // 3. At the next contact all seven arrive, each with its own author.
    phone.sync().await.unwrap();
    commander.sync().await.unwrap();
    assert_eq!(phone.unreceived().unwrap(), 0, "all are received");
    assert_eq!(world.documents().unwrap(), 7, "the server holds seven");
    for (ids, name, person) in [
        (his.as_slice(), "Cabo 17", cabo),
        (&hers, "Sgto. 04", sergeant),
    ] {
        for id in ids {
            let row = commander.device.row(*id).unwrap();
            assert_eq!(row.author_name, name, "the commander sees whose it is");
            assert_eq!(
                row.summary.author_id, person,
                "the record says so by pseudonym"
            );
            let line = &commander.device.show(*id).unwrap().history[0];
            assert_eq!(
                line.person,
                Some(person),
                "and the signed envelope says the same"
            );
        }
    }

    // 4. The cabo takes the phone back, also after it was locked, and finds his draft.
    phone.device.lock();
    phone.unlock(cabo, PIN).unwrap();
    let drafts = phone.device.drafts().unwrap();
    assert_eq!(drafts.len(), 1, "his draft is there");
    assert_eq!(
        (drafts[0].draft_id, drafts[0].people()),
        (draft.draft_id, 3),
        "with what he had tapped"
    );
    let saved = phone.device.record_draft(draft.draft_id).unwrap();
    assert!(
        saved.row.author_is_me,
        "saved as it is, it becomes his record"
    );
}

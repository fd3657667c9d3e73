//! An officer moves to another post with a correction that nobody has: it stays with the post that has the record.

use bitacora_core::enrol::{Code, Role};
use bitacora_core::id::EncounterId;
use bitacora_core::sync::{CopyEvidence, DeviceLog as _, StoredCheckpoint};
use bitacora_device::{DeviceError, ErrorCode};
use bitacora_tests::world::{Phone, World};
use serde_json::{Value, json};

/// Joins another post as the app does, over no link of its own.
async fn joins(phone: &Phone, post: &World, code: &Code) -> Result<(), DeviceError> {
    let url = format!("https://{}", post.address()).parse().unwrap();
    phone.device.enrol(&url, code, None).await.map(drop)
}

fn men(phone: &Phone, id: EncounterId) -> Value {
    phone.says(id).unwrap()["fields"]["composition/VEN/AA+M"].clone()
}

/// One post where a record was received and read, a correction of it and a further record that were not, and the post
/// that the officer goes to.
struct Move {
    river: World,
    village: World,
    cabo: Phone,
    sergeant: Phone,
    received: EncounterId,
    fresh: EncounterId,
    code: Code,
}

async fn about_to_move() -> Move {
    let river = World::start().await.unwrap();
    let village = river.another_post("PA-LAB", "Lajas Blancas").await.unwrap();
    let cabo = river.phone("Cabo 17", Role::PatrolMember).await.unwrap();
    let sergeant = river.phone("Sgto. 04", Role::PatrolLeader).await.unwrap();
    let received = cabo.meets(6, "VEN").unwrap().row.summary.encounter_id;
    cabo.sync().await.unwrap();
    sergeant.sync().await.unwrap();
    cabo.corrects(received, json!({ "composition": { "VEN": { "AA+M": 7 } } }))
        .unwrap();
    let fresh = cabo.meets(2, "HTI").unwrap().row.summary.encounter_id;
    let code = village.code(Role::PatrolMember, "Cabo 17").unwrap();
    Move {
        river,
        village,
        cabo,
        sergeant,
        received,
        fresh,
        code,
    }
}

/// Tries to join, and is told what would be left behind.
async fn is_asked(moving: &Move) {
    let error = joins(&moving.cabo, &moving.village, &moving.code)
        .await
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotAllowed, "{error}");
    assert_eq!(error.field(), Some("former_post"), "{error}");
    assert_eq!(error.about(), ["1", "Bajo Chiquito"], "how many, and whose");
    let kept = moving.cabo.device.server().unwrap().unwrap();
    assert_eq!(
        kept.enrolment.post,
        moving.river.post(),
        "nothing has changed on the phone"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_moves_is_told_what_the_former_post_lacks_and_hands_it_in_there() {
    let moving = about_to_move().await;
    is_asked(&moving).await;
    let Move {
        river,
        village,
        cabo,
        sergeant,
        received,
        fresh,
        ..
    } = &moving;

    // 1. The former post is still reached: what is its own goes there.
    cabo.sync().await.unwrap();
    sergeant.sync().await.unwrap();
    assert_eq!(men(sergeant, *received), json!([7]), "the correction");
    assert!(sergeant.says(*fresh).is_ok(), "and the further record");

    // 2. Now the same code joins the other post, which gets what is made there and nothing else.
    joins(cabo, village, &moving.code).await.unwrap();
    let there = cabo.meets(3, "ECU").unwrap().row.summary.encounter_id;
    cabo.sync().await.unwrap();
    assert_eq!(cabo.unreceived().unwrap(), 0, "all is where it belongs");
    assert_eq!(village.documents().unwrap(), 1, "the record made there");
    assert_eq!(cabo.device.verify().unwrap().problems, [""; 0]);
    let post = |id| cabo.device.row(id).unwrap().summary.post_id;
    assert_eq!(
        (post(*received), post(there)),
        (river.post(), village.post()),
        "each is of the post that has it"
    );
    let rebuilt = cabo.device.rebuild().unwrap();
    assert_eq!(rebuilt.different, 0, "and a rebuild says so too");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_out_into_a_file_for_the_former_post_is_told_to_no_other() {
    let mut moving = about_to_move().await;
    moving.river.stop_server().await.unwrap();
    is_asked(&moving).await;

    // 1. No way to the former post: a file for it, and the code still serves.
    let folder = tempfile::tempdir().unwrap();
    let file = moving.cabo.device.export_records(folder.path()).unwrap();
    joins(&moving.cabo, &moving.village, &moving.code)
        .await
        .unwrap();
    let (cabo, village) = (&moving.cabo, &moving.village);
    cabo.sync().await.unwrap();
    assert_eq!(
        village.documents().unwrap(),
        1,
        "what nobody had received, and nothing of the other post's record"
    );
    assert_eq!(
        cabo.device.row(moving.fresh).unwrap().summary.post_id,
        village.post(),
        "it is of the new post"
    );
    let health = village.server.health().unwrap();
    assert_eq!((health.aside, health.waiting), (0, 0), "none of it waits");
    let counts = cabo.device.counts().unwrap();
    assert_eq!(
        (counts.unreceived, counts.due()),
        (1, 0),
        "no word was said that it has been received, nor is it tried for ever"
    );
    let again = cabo.device.export_records(folder.path()).unwrap();
    assert_eq!(again.records, 0, "a file for the new post has none of it");
    assert_eq!(
        men(cabo, moving.received),
        json!([7]),
        "it is on the phone as before"
    );

    // 2. A correction of that record at the new post is not its either.
    cabo.corrects(moving.received, json!({ "note": "eran siete" }))
        .unwrap();
    cabo.sync().await.unwrap();
    assert_eq!(village.changes().unwrap(), 1, "it was told nothing of it");
    let shown = cabo.device.show(moving.received).unwrap();
    assert_eq!(shown.refused, None, "nor did it refuse it");

    // 3. The file comes to the former post.
    moving.river.restart_server().await.unwrap();
    let bytes = std::fs::read(&file.path).unwrap();
    let taken = moving.river.server.take_file(&bytes).unwrap();
    assert_eq!((taken.waiting, taken.refused), (0, 0), "all of it is taken");
    moving.sergeant.sync().await.unwrap();
    assert_eq!(men(&moving.sergeant, moving.received), json!([7]));

    // 4. Back at the former post: what was written meanwhile goes there, each change once.
    let cabo = &moving.cabo;
    let back = || moving.river.code(Role::PatrolMember, "Cabo 17").unwrap();
    joins(cabo, &moving.river, &back()).await.unwrap();
    if cabo.sync().await.unwrap().is_copied {
        joins(cabo, &moving.river, &back()).await.unwrap();
        cabo.sync().await.unwrap();
    }
    assert_eq!(
        cabo.unreceived().unwrap(),
        0,
        "nothing is left on the phone"
    );
    moving.sergeant.sync().await.unwrap();
    assert_eq!(
        moving.sergeant.says(moving.received).unwrap()["fields"]["note"],
        json!(["eran siete"]),
        "the last correction"
    );
    assert_eq!(cabo.device.verify().unwrap().problems, [""; 0]);
    let findings = moving.river.server.verify().unwrap().findings;
    assert_eq!(findings, [""; 0], "the server's log is sound");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_does_not_have_what_its_post_lost_after_it_was_written() {
    let mut moving = about_to_move().await;
    let cabo = &moving.cabo;
    let copied = reads_up_to(cabo);

    // 1. The correction comes to the post after its copy was made; the next one is in a file, alone.
    cabo.sync().await.unwrap();
    assert!(reads_up_to(cabo).tail.seq > copied.tail.seq);
    cabo.corrects(moving.received, json!({ "note": "eran siete" }))
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = cabo.device.export_records(folder.path()).unwrap();
    assert_eq!(file.envelopes, 1);

    // 2. The post is put back. The phone reads that in its welcome, and then the link ends: nothing is handed in.
    let mut log = cabo.device.sync_log();
    let scope = log.subscriptions().unwrap().remove(0).scope;
    log.rewind(&scope, &copied).unwrap();
    moving.river.stop_server().await.unwrap();

    // 3. Both corrections are on the phone alone, and the file has one of them.
    is_asked(&moving).await;
    let file = moving.cabo.device.export_records(folder.path()).unwrap();
    assert_eq!(file.envelopes, 2, "one for each");
    joins(&moving.cabo, &moving.village, &moving.code)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_copied_phone_cannot_hand_in_does_not_keep_it_at_a_post_that_has_closed() {
    let mut moving = about_to_move().await;

    // 1. Another phone has the same identity: nothing seals the correction, on no road. The post closes.
    let evidence = CopyEvidence::AnotherEnvelope { counter: 2 };
    let mut log = moving.cabo.device.sync_log();
    log.identity_is_copied(evidence).unwrap();
    moving.river.stop_server().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = moving.cabo.device.export_records(folder.path()).unwrap();
    assert_eq!((file.records, file.left_out.unsealed), (0, 2));

    // 2. It joins another post, which is told nothing of the record; the correction stays, and waits for the former one.
    let cabo = &moving.cabo;
    joins(cabo, &moving.village, &moving.code).await.unwrap();
    cabo.sync().await.unwrap();
    assert_eq!(moving.village.documents().unwrap(), 1, "the whole record");
    assert_eq!(men(cabo, moving.received), json!([7]), "it is here");
    let counts = cabo.device.counts().unwrap();
    assert_eq!((counts.unreceived, counts.due()), (1, 0), "the former's");

    // 3. The post opens again, and the phone comes back there.
    moving.river.restart_server().await.unwrap();
    let back = moving.river.code(Role::PatrolMember, "Cabo 17").unwrap();
    let cabo = &moving.cabo;
    joins(cabo, &moving.river, &back).await.unwrap();
    cabo.sync().await.unwrap();
    assert_eq!(cabo.unreceived().unwrap(), 0);
    moving.sergeant.sync().await.unwrap();
    assert_eq!(men(&moving.sergeant, moving.received), json!([7]));
    assert_eq!(cabo.device.verify().unwrap().problems, [""; 0]);
}

/// Returns up to where a phone has read the log of its post.
fn reads_up_to(phone: &Phone) -> StoredCheckpoint {
    let mut log = phone.device.sync_log();
    let scope = log.subscriptions().unwrap().remove(0).scope;
    let all = log.checkpoints(&scope).unwrap().into_iter();
    all.max_by_key(|checkpoint| checkpoint.tail.seq).unwrap()
}

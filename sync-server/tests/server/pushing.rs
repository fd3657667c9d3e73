//! Pushes are taken one by one, once, and never half.

use bitacora_core::document::Document;
use bitacora_core::enrol::Role;
use bitacora_core::envelope::DocumentKind;
use bitacora_core::id::DocumentId;
use bitacora_core::receipt::Verdict;
use bitacora_core::wire::{PushLeaf, Wishes};
use serde_json::json;
use tokio::io::AsyncWriteExt as _;

use crate::client::send;
use crate::made::text_change;
use crate::phone::{Phone, heard, request};
use crate::world::World;

pub(crate) fn is_stored(verdicts: &[Verdict]) -> bool {
    verdicts
        .iter()
        .all(|verdict| matches!(verdict, Verdict::Stored { .. }))
}

#[tokio::test]
async fn what_one_phone_sends_the_commander_reads_and_verifies() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let commander = Phone::enrolled(&world, 2, Role::PostCommander).await;
    let (document, written) = phone.record(1);
    let seen = Document::from_changes([written.bytes.as_slice()]).unwrap();
    let edited = phone.edit(&seen, json!({"note": "río crecido"}));
    let pushes = vec![
        phone.seal(&[(document, &written.bytes)]),
        phone.seal(&[(document, &edited.bytes)]),
    ];

    let heard = phone.exchange(phone.hello(), pushes).await;
    let welcome = heard.welcome.as_ref().unwrap();
    let server_key = bitacora_core::envelope::PublicKey::new(world.server.public_key());
    for receipt in &heard.receipts {
        receipt
            .verify(world.server.id(), &server_key)
            .expect("a receipt is worth its signature");
    }
    assert!(
        is_stored(heard.verdicts(1)) && is_stored(heard.verdicts(2)),
        "both are durable: {heard:?}"
    );
    assert_eq!(
        welcome.known.map(|known| known.counter),
        Some(2),
        "the server says how far it got"
    );
    assert!(heard.done, "the exchange went through");
    let directory = welcome.directory.as_ref().unwrap();
    assert_eq!(
        directory.persons.len(),
        1,
        "the announced person is in the directory"
    );
    assert_eq!(
        directory.posts[0].name, "Bajo Chiquito",
        "the post is described"
    );

    let read = commander.exchange(commander.hello(), Vec::new()).await;
    assert_eq!(read.rows(), 2, "the commander gets both changes");
    let team = world.server.team(None).unwrap();
    let listed = team
        .devices
        .iter()
        .find(|device| device.id == phone.client.device())
        .unwrap();
    assert_eq!(
        (listed.received, listed.refused),
        (2, 0),
        "the list says what was received"
    );
    assert_eq!(
        listed.clock_ahead_seconds,
        Some(90),
        "and how the phone's clock stands"
    );
    assert_eq!(listed.people, ["Cabo 1"], "and who is on it");

    let report = world.server.verify().unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!(
        (report.rows, report.envelopes, report.documents),
        (2, 2, 1),
        "verify has seen all of it"
    );
    let day = "2026-11-20".parse().unwrap();
    let table = world.server.table(&world.post(), day).unwrap();
    assert_eq!(
        (table.encounters, table.people.total.min),
        (1, 6),
        "the server merges and counts: {table:?}"
    );
    world.stop().await;
}

#[tokio::test]
async fn the_same_request_twice_changes_nothing() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (document, written) = phone.record(1);
    let body = request(
        phone.hello(),
        vec![phone.seal(&[(document, &written.bytes)])],
    );
    let first = heard(&phone.post(&body).await);
    let second = heard(&phone.post(&body).await);
    assert_eq!(
        first.receipts, second.receipts,
        "the receipt is reissued unchanged, byte for byte"
    );
    let health = world.server.health().unwrap();
    assert_eq!(
        (health.rows, health.documents, health.aside),
        (1, 1, 0),
        "duplicates are free"
    );
    world.stop().await;
}

#[tokio::test]
async fn the_same_batch_ten_times_in_parallel_is_stored_once() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let records: Vec<_> = (0..20).map(|number| phone.record(number)).collect();
    let pushes = records
        .iter()
        .map(|(document, written)| phone.seal(&[(*document, written.bytes.as_slice())]))
        .collect();
    let body = request(phone.hello(), pushes);
    let mut posts = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (client, body) = (phone.client.clone(), body.clone());
        posts.spawn(async move {
            client
                .request("POST", "/v1/exchange", "", &body)
                .await
                .unwrap()
        });
    }
    for answer in posts.join_all().await {
        let heard = heard(&answer);
        for counter in 1..=20 {
            assert!(
                is_stored(heard.verdicts(counter)),
                "each of the ten learns that all is stored"
            );
        }
    }
    let health = world.server.health().unwrap();
    assert_eq!(
        (health.rows, health.documents),
        (20, 20),
        "and it is stored once"
    );
    assert!(
        world.server.verify().unwrap().is_sound(),
        "ten writers left one good log"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_link_cut_after_every_byte_loses_nothing_and_stores_nothing_twice() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let records: Vec<_> = (0..3).map(|number| phone.record(number)).collect();
    let pushes = records
        .iter()
        .map(|(document, written)| phone.seal(&[(*document, written.bytes.as_slice())]))
        .collect();
    let body = request(phone.hello(), pushes);
    let mut rows_before = 0;
    for cut in 0..body.len() {
        let mut connection = phone.client.connect().await.unwrap();
        let head = format!(
            "POST /v1/exchange HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        connection.write_all(head.as_bytes()).await.unwrap();
        connection.write_all(&body[..cut]).await.unwrap();
        connection.flush().await.unwrap();
        drop(connection);
        if cut % 97 == 0 {
            let rows = world.server.health().unwrap().rows;
            assert!(rows >= rows_before, "what was committed stays");
            rows_before = rows;
        }
    }
    let heard = heard(&phone.post(&body).await);
    for counter in 1..=3 {
        assert!(
            is_stored(heard.verdicts(counter)),
            "the whole request goes through after all the cuts"
        );
    }
    assert_eq!(
        world.server.health().unwrap().rows,
        3,
        "and nothing is there twice"
    );
    assert!(
        world.server.verify().unwrap().is_sound(),
        "cuts leave a good store"
    );
    world.stop().await;
}

#[tokio::test]
async fn what_arrived_whole_is_committed_although_the_link_broke_and_a_header_learns_it() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (document, written) = phone.record(1);
    let body = request(
        phone.hello(),
        vec![phone.seal(&[(document, &written.bytes)])],
    );
    let mut connection = phone.client.connect().await.unwrap();
    send(&mut connection, "POST", "/v1/exchange", "", &body)
        .await
        .unwrap();
    // The answer is never read; closing now would also take back what the server did not read yet.
    let committed = async {
        while world.server.health().unwrap().rows == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), committed)
        .await
        .expect("what arrived must be committed");
    drop(connection);
    let mut header_only = phone.hello();
    header_only.wishes = Wishes::NONE;
    let heard = phone.exchange(header_only, Vec::new()).await;
    assert!(
        is_stored(heard.verdicts(1)),
        "the receipt waits for who missed it"
    );
    assert_eq!(heard.rows(), 0, "nothing that was not asked for is sent");
    world.stop().await;
}

/// Whoever reads it holds it whole, and must be able to hand it in again.
#[tokio::test]
async fn an_envelope_grows_by_no_further_push_over_what_one_may_carry() {
    let world = World::start().await;
    let mut rogue = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let [one, two] = [1, 2].map(|number| DocumentId::from_bytes([number; 16]));
    let [first, second] = [1, 2].map(|actor| text_change(None, [actor; 16], 200 * 1024));
    let (kind, person) = (DocumentKind::new(77), rogue.client.person());
    let whole = rogue.seal_as_kind(kind, person, &[(one, &first), (two, &second)]);
    let parts = [1, 0].map(|bare: usize| {
        let mut part = whole.clone();
        part.leaves[bare] = PushLeaf::Bare(part.leaves[bare].hash().unwrap());
        part
    });
    let heard = rogue.exchange(rogue.hello(), parts.to_vec()).await;
    let verdicts = heard.verdicts(1);
    assert!(
        matches!(verdicts[0], Verdict::Stored { .. }) && verdicts[1] == Verdict::Withheld,
        "what is too much is as if it had not come: {verdicts:?}"
    );

    // Nothing is held against it.
    let push = rogue.seal_as_kind(kind, person, &[(two, &second)]);
    let heard = rogue.exchange(rogue.hello(), vec![push]).await;
    assert!(is_stored(heard.verdicts(2)), "{heard:?}");
    assert!(
        world.server.verify().unwrap().is_sound(),
        "and the log is good"
    );
    world.stop().await;
}

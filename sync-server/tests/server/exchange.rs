//! Pushes are taken one by one, once, and never half; what is bad stops only itself.

use bitacora_core::document::{Document, parse_change};
use bitacora_core::enrol::Role;
use bitacora_core::id::EnvelopeHash;
use bitacora_core::receipt::{RefusalCode, Verdict};
use bitacora_core::wire::{PushLeaf, Wishes, limit};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::client::{read_answer, send};
use crate::phone::{Phone, heard, request};
use crate::world::World;

fn is_stored(verdicts: &[Verdict]) -> bool {
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

/// Bends one bit of a change and repairs its checksum until the document library does not take it.
fn poisoned(seen: &Document, written: &[u8]) -> Vec<u8> {
    for byte in (12..written.len()).rev() {
        for bit in 0..8 {
            let mut bent = written.to_vec();
            bent[byte] ^= 1 << bit;
            let digest = Sha256::digest(&bent[8..]);
            bent[4..8].copy_from_slice(&digest[..4]);
            if parse_change(&bent).is_ok()
                && seen
                    .clone()
                    .with_change(&bent)
                    .and_then(|merged| merged.snapshot())
                    .is_err()
            {
                return bent;
            }
        }
    }
    panic!("no bent bit passes the strict reader and hurts the document");
}

#[tokio::test]
async fn a_poisoned_change_is_put_aside_and_the_officers_later_edits_get_through() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (document, written) = phone.record(1);
    let seen = Document::from_changes([written.bytes.as_slice()]).unwrap();
    let poison = poisoned(&seen, &phone.edit(&seen, json!({"note": "uno"})).bytes);
    let mut later = phone.author();
    later.actor = bitacora_core::id::ActorId::new([99; 16]);
    let patch = bitacora_core::encounter::Edit::Patch(json!({"note": "dos"}));
    let good = bitacora_core::encounter::edit(&seen, &patch, &later)
        .unwrap()
        .unwrap();
    let (other, unconcerned) = phone.record(2);
    let pushes = vec![
        phone.seal(&[(document, &written.bytes)]),
        phone.seal(&[
            (document, &poison),
            (document, &good.bytes),
            (other, &unconcerned.bytes),
        ]),
    ];
    let heard = phone.exchange(phone.hello(), pushes).await;
    let verdicts = heard.verdicts(2);
    assert!(
        verdicts[0].is_refusal(),
        "the poison gets a final answer: {verdicts:?}"
    );
    assert!(
        is_stored(&verdicts[1..]),
        "one bad thing stops one thing: {verdicts:?}"
    );
    let aside = world.server.quarantine().unwrap();
    assert_eq!(
        aside.len(),
        1,
        "the operator finds it with its reason: {aside:?}"
    );
    let (third, more) = phone.record(3);
    let push = phone.seal(&[(third, &more.bytes)]);
    assert!(
        is_stored(phone.exchange(phone.hello(), vec![push]).await.verdicts(3)),
        "and the phone goes on"
    );
    assert!(
        world.server.verify().unwrap().is_sound(),
        "what was refused is in no log and no document"
    );
    world.stop().await;
}

#[tokio::test]
async fn twenty_five_hostile_bytes_are_refused() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let body = [0, 0, 1, 1, 0, 0, 0, 1, 0x01, 2, 0x7f, 7, 0, 0, 0];
    let mut hostile = vec![
        0x85,
        0x6f,
        0x4a,
        0x83,
        0,
        0,
        0,
        0,
        1,
        u8::try_from(body.len()).unwrap(),
    ];
    hostile.extend(body);
    let digest = Sha256::digest(&hostile[8..]);
    hostile[4..8].copy_from_slice(&digest[..4]);
    assert_eq!(
        hostile.len(),
        25,
        "the smallest input known to panic the library has this size"
    );
    let (document, written) = phone.record(1);
    let push = phone.seal(&[(document, &hostile), (document, &written.bytes)]);
    let heard = phone.exchange(phone.hello(), vec![push]).await;
    let verdicts = heard.verdicts(1);
    assert!(
        matches!(
            &verdicts[0],
            Verdict::Refused {
                code: RefusalCode::Change,
                ..
            }
        ),
        "{verdicts:?}"
    );
    assert!(
        is_stored(&verdicts[1..]),
        "its neighbour is taken: {verdicts:?}"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_record_that_names_another_record_is_refused_one_from_before_the_enrolment_is_not() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (_, foreign) = phone.record(1);
    let (elsewhere, _) = phone.record(2);
    let scope = std::mem::replace(&mut phone.scope, "XX-XX/operational".parse().unwrap());
    let (early, provisional) = phone.record(3);
    phone.scope = scope;
    let push = phone.seal(&[(elsewhere, &foreign.bytes), (early, &provisional.bytes)]);
    let heard = phone.exchange(phone.hello(), vec![push]).await;
    let verdicts = heard.verdicts(1);
    assert!(
        verdicts[0].is_refusal(),
        "a record must not appear under another's id: {verdicts:?}"
    );
    assert!(
        is_stored(&verdicts[1..]),
        "who recorded before he had a code did not know his post: {verdicts:?}"
    );
    world.stop().await;
}

#[tokio::test]
async fn forged_and_cloned_envelopes_are_refused() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (document, written) = phone.record(1);
    let (other, different) = phone.record(2);
    let (counter, last) = (phone.counter, phone.last);
    let good = phone.seal(&[(document, &written.bytes)]);
    let mut forged = good.clone();
    forged.person = bitacora_core::id::PersonId::from_bytes([66; 16]);
    let heard = phone.exchange(phone.hello(), vec![forged]).await;
    let verdict = &heard.receipts[0].finding.verdicts[0];
    assert!(
        matches!(
            verdict,
            Verdict::Refused {
                code: RefusalCode::Envelope,
                ..
            }
        ),
        "the person is signed: {verdict:?}"
    );
    assert!(
        is_stored(phone.exchange(phone.hello(), vec![good]).await.verdicts(1)),
        "the true one is taken"
    );

    (phone.counter, phone.last) = (counter, last);
    let clone = phone.seal(&[(other, &different.bytes)]);
    let heard = phone.exchange(phone.hello(), vec![clone]).await;
    let refused = heard
        .receipts
        .iter()
        .flat_map(|receipt| &receipt.finding.verdicts);
    let alarms = refused
        .filter(|verdict| {
            matches!(
                verdict,
                Verdict::Refused {
                    code: RefusalCode::Clone,
                    ..
                }
            )
        })
        .count();
    assert_eq!(
        alarms, 1,
        "two envelopes with one number are two phones: {heard:?}"
    );
    assert!(
        world.server.team(None).unwrap().devices[0].cloned,
        "the commander sees it"
    );
    assert_eq!(
        world.server.health().unwrap().rows,
        1,
        "nothing of the clone is stored"
    );
    world.stop().await;
}

#[tokio::test]
async fn an_envelope_whose_predecessor_is_missing_waits_and_is_receipted_as_waiting() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (document, written) = phone.record(1);
    let first = phone.seal(&[(document, &written.bytes)]);
    let seen = Document::from_changes([written.bytes.as_slice()]).unwrap();
    let second = phone.seal(&[(document, &phone.edit(&seen, json!({"note": "x"})).bytes)]);
    let heard = phone.exchange(phone.hello(), vec![second]).await;
    assert!(
        matches!(heard.verdicts(2)[0], Verdict::Waiting { .. }),
        "kept, but not received: {heard:?}"
    );
    assert_eq!(
        world.server.health().unwrap().waiting,
        1,
        "the operator sees that something waits"
    );
    let heard = phone.exchange(phone.hello(), vec![first]).await;
    assert!(
        is_stored(heard.verdicts(1)) && is_stored(heard.verdicts(2)),
        "both are received now: {heard:?}"
    );
    let versions: Vec<_> = heard
        .receipts
        .iter()
        .filter(|receipt| receipt.finding.counter == 2)
        .collect();
    assert_eq!(
        versions[0].finding.version, 2,
        "a further receipt takes the place of the waiting one"
    );
    assert!(
        world.server.verify().unwrap().is_sound(),
        "late comers leave a good log"
    );
    world.stop().await;
}

#[tokio::test]
async fn what_waited_in_one_envelope_and_came_in_another_has_one_row() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let mut colleague = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let ((one, first), (two, second)) = (phone.record(1), phone.record(2));
    let begins = phone.seal(&[(one, &first.bytes)]);
    let waits = phone.seal(&[(two, &second.bytes)]);
    let heard = phone.exchange(phone.hello(), vec![waits]).await;
    assert!(
        matches!(heard.verdicts(2)[0], Verdict::Waiting { .. }),
        "its predecessor is missing: {heard:?}"
    );

    // A colleague brings the same change, sealed for its author.
    let author = phone.client.person();
    let again = colleague.seal_as(author, &[(two, &second.bytes)]);
    let mut hello = colleague.hello();
    hello.persons[0].person = author;
    let heard = colleague.exchange(hello, vec![again]).await;
    assert!(
        !matches!(heard.verdicts(1)[0], Verdict::Refused { .. }),
        "the author's name stands for it: {heard:?}"
    );
    assert_eq!(world.server.health().unwrap().rows, 1, "it is in the log");

    let heard = phone.exchange(phone.hello(), vec![begins]).await;
    assert!(is_stored(heard.verdicts(1)), "the chain goes on: {heard:?}");
    let health = world.server.health().unwrap();
    assert_eq!(
        (health.rows, health.waiting),
        (2, 0),
        "each change has one row, and nothing waits any more"
    );
    assert!(world.server.verify().unwrap().is_sound(), "a good log");
    world.stop().await;
}

#[tokio::test]
async fn malformed_truncated_and_oversized_requests_are_refused_with_their_reason() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (document, written) = phone.record(1);
    let good = request(
        phone.hello(),
        vec![phone.seal(&[(document, &written.bytes)])],
    );
    let mut trailing = good.clone();
    trailing.extend(b"more");
    let mut damaged = good.clone();
    damaged[1] ^= 0x40;
    let mut bent = good.clone();
    let middle = bent.len() / 2;
    bent[middle] ^= 0x40;
    let bomb = {
        let mut encoder = zstd::stream::Encoder::new(Vec::new(), 19).unwrap();
        encoder.window_log(limit::WINDOW_LOG).unwrap();
        std::io::Write::write_all(
            &mut encoder,
            &u32::try_from(limit::UP_MESSAGE_BYTES_MAX + 1)
                .unwrap()
                .to_be_bytes(),
        )
        .unwrap();
        std::io::copy(
            &mut std::io::Read::take(std::io::repeat(0), 200 << 20),
            &mut encoder,
        )
        .unwrap();
        encoder.finish().unwrap()
    };
    let mut old = phone.hello();
    (old.version_min, old.version_max) = (200, 201);
    let mut stranger = phone.hello();
    stranger.device = bitacora_core::id::DeviceId::new([8; 16]);
    let cases: Vec<(&str, Vec<u8>, RefusalCode)> = vec![
        ("an empty body", Vec::new(), RefusalCode::Malformed),
        ("noise", vec![7; 300], RefusalCode::Malformed),
        (
            "one byte short",
            good[..good.len() - 1].to_vec(),
            RefusalCode::Malformed,
        ),
        ("trailing bytes", trailing, RefusalCode::Malformed),
        ("a damaged stream", damaged, RefusalCode::Malformed),
        ("a change with a wrong checksum", bent, RefusalCode::Change),
        ("a bomb of 200 MiB", bomb, RefusalCode::TooLarge),
        (
            "another version",
            request(old, Vec::new()),
            RefusalCode::Version,
        ),
        (
            "another device's hello",
            request(stranger, Vec::new()),
            RefusalCode::UnknownDevice,
        ),
    ];
    for (name, body, expected) in cases {
        let heard = heard(&phone.post(&body).await);
        let code = heard.refusal.as_ref().map(|refusal| refusal.code.clone());
        assert_eq!(code, Some(expected), "{name} has its own answer: {heard:?}");
    }
    let typed = phone
        .client
        .request(
            "POST",
            "/v1/exchange",
            "content-type: application/json\r\n",
            &good,
        )
        .await
        .unwrap();
    assert_eq!(typed.status, 415, "another type of content is not read");
    assert!(
        is_stored(heard(&phone.post(&good).await).verdicts(1)),
        "and the good one is taken as ever"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_repeated_frame_is_stored_once_and_an_oversized_one_stops_only_what_follows() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (document, written) = phone.record(1);
    let frame = phone.seal(&[(document, &written.bytes)]);
    let heard_twice = phone
        .exchange(phone.hello(), vec![frame.clone(), frame.clone(), frame])
        .await;
    assert!(heard_twice.done, "a frame that is there is no fault");
    assert!(
        is_stored(heard_twice.verdicts(1)),
        "its receipt says stored: {heard_twice:?}"
    );
    assert_eq!(
        world.server.health().unwrap().rows,
        1,
        "and it is there once"
    );

    let (counter, last) = (phone.counter, phone.last);
    let (second, more) = phone.record(2);
    let good = phone.seal(&[(second, &more.bytes)]);
    let mut crowd = phone.seal(&[(second, &more.bytes)]);
    let leaf = crowd.leaves[0].clone();
    crowd.leaves = vec![leaf; limit::ENVELOPE_LEAVES_MAX + 1];
    let heard = phone.exchange(phone.hello(), vec![good, crowd]).await;
    let refusal = heard.refusal.as_ref().unwrap();
    assert_eq!(
        (&refusal.code, refusal.text.as_str()),
        (
            &RefusalCode::TooLarge,
            "envelope has 65 leaves, expected 1 to 64"
        ),
        "the reason names the field and the limit"
    );
    let heard = phone.exchange(phone.hello(), Vec::new()).await;
    assert!(
        is_stored(heard.verdicts(2)),
        "what stood before it was committed: {heard:?}"
    );

    (phone.counter, phone.last) = (counter + 1, heard_hash(&heard, 2).or(last));
    let mut large = vec![0; limit::CHANGE_BYTES_MAX + 1];
    large[..more.bytes.len()].copy_from_slice(&more.bytes);
    let mut oversized = phone.seal(&[(second, &more.bytes)]);
    if let PushLeaf::Change { bytes, .. } = &mut oversized.leaves[0] {
        *bytes = large;
    }
    let heard = phone.exchange(phone.hello(), vec![oversized]).await;
    let refusal = heard.refusal.as_ref().unwrap();
    assert_eq!(refusal.code, RefusalCode::Change, "{refusal:?}");
    assert!(
        refusal.text.contains("envelope 3, change 0"),
        "the reason names which: {refusal:?}"
    );
    assert!(world.server.verify().unwrap().is_sound(), "all fits");
    world.stop().await;
}

/// The hash of an envelope by its receipt.
fn heard_hash(heard: &crate::phone::Heard, counter: u64) -> Option<EnvelopeHash> {
    let receipt = heard
        .receipts
        .iter()
        .find(|receipt| receipt.finding.counter == counter);
    receipt.map(|receipt| receipt.finding.envelope)
}

#[tokio::test]
async fn a_member_starts_72_hours_back_and_may_not_ask_for_more() {
    let world = World::start().await;
    let mut first = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (document, written) = first.record(1);
    let push = first.seal(&[(document, &written.bytes)]);
    let start = first.exchange(first.hello(), vec![push]).await;
    world.pass_seconds(73 * 3600);
    let (recent, written) = first.record(2);
    let push = first.seal(&[(recent, &written.bytes)]);
    first.exchange(first.hello(), vec![push]).await;

    let late = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let heard = late.exchange(late.hello(), Vec::new()).await;
    assert_eq!(
        heard.rows(),
        1,
        "a member's phone holds three days, not the whole log: {heard:?}"
    );
    let mut greedy = late.hello();
    greedy.scopes[0].mark = Some(0);
    greedy.scopes[0].cursor = Some(start.pulls[0].cursor);
    let heard = late.exchange(greedy, Vec::new()).await;
    let answers = &heard.welcome.as_ref().unwrap().scopes;
    let refused = bitacora_core::wire::ScopeAnswer::Refused(RefusalCode::MarkTooEarly);
    assert_eq!(
        (answers[0].clone(), heard.rows()),
        (refused, 0),
        "asking for more is refused"
    );

    let commander = Phone::enrolled(&world, 3, Role::PostCommander).await;
    let heard = commander.exchange(commander.hello(), Vec::new()).await;
    assert_eq!(
        heard.rows(),
        2,
        "the commander's device reads from the beginning"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_scope_of_another_post_is_as_if_it_were_not_there() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    phone.scope = "PA-LBL/operational".parse().unwrap();
    let (document, written) = phone.record(1);
    let push = phone.seal(&[(document, &written.bytes)]);
    let heard = phone.exchange(phone.hello(), vec![push]).await;
    let verdict = &heard.verdicts(1)[0];
    assert!(
        matches!(
            verdict,
            Verdict::Refused {
                code: RefusalCode::Scope,
                ..
            }
        ),
        "it may not write there: {verdict:?}"
    );
    let answers = &heard.welcome.as_ref().unwrap().scopes;
    assert_eq!(
        answers[0],
        bitacora_core::wire::ScopeAnswer::Refused(RefusalCode::Scope),
        "nor read"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_long_answer_is_streamed_and_whole() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let commander = Phone::enrolled(&world, 2, Role::PostCommander).await;
    let records: Vec<_> = (0..100)
        .flat_map(|number| {
            let (document, written) = phone.record(number);
            let seen = Document::from_changes([written.bytes.as_slice()]).unwrap();
            // A note that does not compress, so that the answer is long.
            let note: String = (0..7)
                .flat_map(|part| Sha256::digest([number.to_be_bytes(), [part, 0]].concat()))
                .map(|byte| format!("{byte:02x}"))
                .collect();
            [
                (document, written),
                (document, phone.edit(&seen, json!({ "note": note }))),
            ]
        })
        .collect();
    let pushes = records
        .chunks(20)
        .map(|records| {
            let changes: Vec<_> = records
                .iter()
                .map(|(document, written)| (*document, written.bytes.as_slice()))
                .collect();
            phone.seal(&changes)
        })
        .collect();
    let heard_up = phone.exchange(phone.hello(), pushes).await;
    assert!(heard_up.done, "200 changes go up in one request");
    let answer = commander
        .post(&request(commander.hello(), Vec::new()))
        .await;
    assert!(
        answer.head.to_ascii_lowercase().contains("chunked"),
        "an answer of {} bytes is not kept in memory",
        answer.body.len()
    );
    let read = heard(&answer);
    assert_eq!(
        (read.rows(), read.done),
        (200, true),
        "and all of it arrives"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_sync_with_nothing_new_is_one_small_request() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (document, written) = phone.record(1);
    let push = phone.seal(&[(document, &written.bytes)]);
    let first = phone.exchange(phone.hello(), vec![push]).await;
    let mut hello = phone.hello_from(0, first.pulls.last().unwrap().cursor);
    hello.directory_rev = first.welcome.unwrap().directory.unwrap().rev;
    let body = request(hello, Vec::new());
    let mut connection = phone.client.connect().await.unwrap();
    send(&mut connection, "POST", "/v1/exchange", "", &body)
        .await
        .unwrap();
    let answer = read_answer(&mut connection).await.unwrap();
    let down = answer.head.len() + answer.body.len();
    let up =
        body.len() + "POST /v1/exchange HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n".len();
    assert!(heard(&answer).done, "it went through");
    assert!(
        up + down <= 400,
        "{up} bytes up and {down} down are over the budget of 400"
    );
    world.stop().await;
}

#[tokio::test]
async fn an_unenrolled_and_a_revoked_device_exchange_nothing() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (document, written) = phone.record(1);
    let body = request(
        phone.hello(),
        vec![phone.seal(&[(document, &written.bytes)])],
    );
    let mut open = phone.client.connect().await.unwrap();
    send(
        &mut open,
        "POST",
        "/v1/exchange",
        "",
        &request(phone.hello(), Vec::new()),
    )
    .await
    .unwrap();
    assert_eq!(
        read_answer(&mut open).await.unwrap().status,
        200,
        "the connection is good and kept"
    );
    world.server.revoke(phone.client.device(), None).unwrap();
    send(&mut open, "POST", "/v1/exchange", "", &body)
        .await
        .unwrap();
    assert_eq!(
        read_answer(&mut open).await.unwrap().code(),
        "revoked",
        "not even on the open connection"
    );
    let mut rest = Vec::new();
    open.read_to_end(&mut rest).await.unwrap();
    assert_eq!(
        phone.post(&body).await.code(),
        "revoked",
        "nor on a new one"
    );
    let stranger = crate::client::Client::new(77, world.address);
    let answer = stranger
        .request("POST", "/v1/exchange", "", &body)
        .await
        .unwrap();
    assert_eq!(
        answer.code(),
        "unknown_device",
        "a stranger cannot replay what he heard"
    );
    assert_eq!(world.server.health().unwrap().rows, 0, "nothing was taken");
    world.stop().await;
}

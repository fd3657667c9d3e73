//! A change or an envelope that is bad stops only itself.

use bitacora_core::document::{Document, parse_change};
use bitacora_core::enrol::Role;
use bitacora_core::envelope::change_hash;
use bitacora_core::receipt::{RefusalCode, Verdict};
use bitacora_core::wire::limit;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::made::nested_change;
use crate::phone::Phone;
use crate::pushing::is_stored;
use crate::world::World;

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

/// A few hundred objects in each other used up the stack of whoever compared the document: the whole process ended.
#[tokio::test]
async fn objects_deep_in_each_other_are_refused_and_the_server_goes_on() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (id, record) = phone.record(1);
    let on = change_hash(&record.bytes).unwrap();
    let seen = Document::from_changes([record.bytes.as_slice()]).unwrap();
    let start = phone.edit(&seen, json!({"families": 2})).meta.start_op;
    let mut pushes = vec![phone.seal(&[(id, &record.bytes)])];
    for (actor, maps) in [([21; 16], 4), ([22; 16], 400), ([23; 16], 4_000)] {
        pushes.push(phone.seal(&[(id, &nested_change(on, start, actor, maps))]));
    }
    let heard = phone.exchange(phone.hello(), pushes).await;
    assert!(
        is_stored(heard.verdicts(2)),
        "a few are none of ours, and kept: {heard:?}"
    );
    for counter in [3, 4] {
        assert!(
            heard.verdicts(counter)[0].is_refused_as(&RefusalCode::Change),
            "{heard:?}"
        );
    }
    let (id, record) = phone.record(2);
    let push = phone.seal(&[(id, &record.bytes)]);
    let heard = phone.exchange(phone.hello(), vec![push]).await;
    assert!(is_stored(heard.verdicts(5)), "it goes on: {heard:?}");
    assert!(world.server.verify().unwrap().is_sound());
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
async fn envelopes_that_nobody_sealed_are_answered_a_few_times_and_then_passed_over() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (document, written) = phone.record(1);
    let good = phone.seal(&[(document, &written.bytes)]);
    let mut forged = good.clone();
    forged.organisation = bitacora_core::id::OrganisationId::from_bytes([66; 16]);
    let mut pushes = vec![forged; limit::REFUSED_ENVELOPES_MAX + 9];
    pushes.push(good);
    let heard = phone.exchange(phone.hello(), pushes).await;
    assert_eq!(
        heard.receipts.len(),
        limit::REFUSED_ENVELOPES_MAX + 1,
        "what is answered is bounded"
    );
    assert!(
        is_stored(heard.verdicts(1)) && heard.done,
        "and the true one is taken: {heard:?}"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_document_that_grows_without_end_stops_growing_and_everybody_reads_on() {
    let world = World::start().await;
    let mut rogue = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (id, written) = rogue.record(1);
    let mut chunks = vec![written.bytes.clone()];
    let push = rogue.seal(&[(id, &written.bytes)]);
    rogue.exchange(rogue.hello(), vec![push]).await;

    // 1. Five thousand cells at a time, of countries that nobody knows.
    let mut verdicts = Vec::new();
    for letter in 'A'..='L' {
        let seen = Document::from_changes(chunks.iter().map(Vec::as_slice)).unwrap();
        let written = rogue.edit(&seen, json!({ "composition": many_cells(letter) }));
        let push = rogue.seal(&[(id, &written.bytes)]);
        let heard = rogue.exchange(rogue.hello(), vec![push]).await;
        let verdict = heard.verdicts(rogue.counter)[0].clone();
        let stored = is_stored(std::slice::from_ref(&verdict));
        verdicts.push(verdict);
        if !stored {
            break;
        }
        chunks.push(written.bytes);
    }
    assert!(is_stored(&verdicts[..1]), "{verdicts:?}");
    assert!(
        verdicts
            .last()
            .unwrap()
            .is_refused_as(&RefusalCode::TooLarge),
        "it may not grow for ever: {verdicts:?}"
    );

    // 2. Four days later somebody new enrols, and the record is touched once more: it comes whole.
    world.pass_seconds(96 * 3600);
    let late = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let heard = late.exchange(late.hello(), Vec::new()).await;
    assert!(heard.done, "nothing to read yet");
    let seen = Document::from_changes(chunks.iter().map(Vec::as_slice)).unwrap();
    let small = rogue.edit(&seen, json!({ "note": "sin novedad" }));
    let (other, unconcerned) = rogue.record(2);
    let push = rogue.seal(&[(id, &small.bytes), (other, &unconcerned.bytes)]);
    let heard = rogue.exchange(rogue.hello(), vec![push]).await;
    assert!(is_stored(heard.verdicts(rogue.counter)), "{heard:?}");
    let heard = late.exchange(late.hello(), Vec::new()).await;
    assert!(heard.done && heard.rows() == 2, "the new one reads all");
    world.stop().await;
}

#[tokio::test]
async fn a_document_that_the_server_cannot_read_any_more_stops_only_itself() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (id, written) = phone.record(1);
    let push = phone.seal(&[(id, &written.bytes)]);
    phone.exchange(phone.hello(), vec![push]).await;
    let spoiled = crate::store::beside(&world.data());
    spoiled
        .execute_batch("UPDATE document SET snapshot = x'00'; UPDATE change SET bytes = x'00'")
        .unwrap();
    let seen = Document::from_changes([written.bytes.as_slice()]).unwrap();
    let edit = phone.edit(&seen, json!({"note": "dos"}));
    let (other, unconcerned) = phone.record(2);
    let push = phone.seal(&[(id, &edit.bytes), (other, &unconcerned.bytes)]);
    let heard = phone.exchange(phone.hello(), vec![push]).await;
    let verdicts = heard.verdicts(2);
    assert!(
        verdicts[0].is_refused_as(&RefusalCode::Poison),
        "{verdicts:?}"
    );
    assert!(is_stored(&verdicts[1..]), "the rest goes on: {verdicts:?}");
    world.stop().await;
}

/// Cells of nationalities that begin with a letter, in no list.
fn many_cells(first: char) -> serde_json::Value {
    let letters = || 'A'..='Z';
    let cells = letters().flat_map(|second| letters().map(move |third| (second, third)));
    let cell = |(second, third)| {
        let bands = [
            "AA+M", "AA+F", "AC+M", "AC+F", "AA+U", "AC+U", "AB+M", "AB+F",
        ];
        let counts: serde_json::Map<_, _> = bands
            .iter()
            .map(|band| ((*band).to_owned(), json!(7)))
            .collect();
        (format!("{first}{second}{third}"), counts.into())
    };
    serde_json::Value::Object(cells.map(cell).collect())
}

//! Whoever reads a record holds its bytes and its id. Neither lets him keep its author's own push out, on a server
//! that was put back and lacks it.

use bitacora_core::document::Document;
use bitacora_core::enrol::Role;
use bitacora_core::envelope::DocumentKind;
use bitacora_core::id::DocumentId;
use bitacora_core::receipt::{RefusalCode, Verdict};
use serde_json::json;

use crate::phone::Phone;
use crate::world::World;

/// A change of nothing that this build reads: the one of the example in docs/protocol.md.
const OF_A_NEWER_BUILD: &str = "856f4a83b82172e901340010030303030303030303030303030303030101000000061508340142025602570170027f0670656f706c65017f017f14067f00";

const NEWER: DocumentKind = DocumentKind::new(77);

fn of_a_newer_build() -> Vec<u8> {
    let digits = OF_A_NEWER_BUILD.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

async fn sent(phone: &mut Phone, kind: DocumentKind, id: DocumentId, bytes: &[u8]) -> Verdict {
    let push = phone.seal_as_kind(kind, phone.client.person(), &[(id, bytes)]);
    let heard = phone.exchange(phone.hello(), vec![push]).await;
    heard.verdicts(phone.counter)[0].clone()
}

fn stored(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Stored { .. })
}

#[tokio::test]
async fn bytes_brought_under_another_document_stay_their_authors_change() {
    let world = World::start().await;
    let mut author = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let mut rogue = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let (id, record) = author.record(1);
    let seen = Document::from_changes([record.bytes.as_slice()]).unwrap();
    let edit = author.edit(&seen, json!({"note": "río alto"}));
    let elsewhere = DocumentId::from_bytes([99; 16]);
    for kind in [NEWER, DocumentKind::ENCOUNTER, DocumentKind::PATROL] {
        for bytes in [&record.bytes, &edit.bytes] {
            let verdict = sent(&mut rogue, kind, elsewhere, bytes).await;
            assert!(!stored(&verdict), "{kind:?}: {verdict:?}");
        }
    }
    for (what, bytes) in [("beginning", &record.bytes), ("edit", &edit.bytes)] {
        let verdict = sent(&mut author, DocumentKind::ENCOUNTER, id, bytes).await;
        assert!(stored(&verdict), "{what}: {verdict:?}");
    }
    let findings = world.server.verify().unwrap().findings;
    assert_eq!(findings, [""; 0]);
    world.stop().await;
}

#[tokio::test]
async fn the_same_bytes_may_be_a_change_of_two_documents() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let bytes = of_a_newer_build();
    for number in [1, 2] {
        let id = DocumentId::from_bytes([number; 16]);
        let verdict = sent(&mut phone, NEWER, id, &bytes).await;
        assert!(stored(&verdict), "{verdict:?}");
    }
    let heard = phone.exchange(phone.hello(), Vec::new()).await;
    assert_eq!(heard.rows(), 2, "each has its row");
    assert!(world.server.verify().unwrap().is_sound());
    world.stop().await;
}

#[tokio::test]
async fn an_id_named_first_under_a_kind_that_nobody_reads_is_still_the_records() {
    let world = World::start().await;
    let mut author = Phone::enrolled(&world, 3, Role::PatrolMember).await;
    let mut rogue = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let (id, record) = author.record(1);
    let seen = Document::from_changes([record.bytes.as_slice()]).unwrap();
    let edit = author.edit(&seen, json!({"note": "río alto"}));
    // It has the number that the author's own first change has.
    let verdict = sent(&mut rogue, NEWER, id, &of_a_newer_build()).await;
    assert!(stored(&verdict), "kept without being read: {verdict:?}");
    let verdict = sent(&mut rogue, NEWER, id, &record.bytes).await;
    assert!(
        verdict.is_refusal(),
        "a record is not put away unread: {verdict:?}"
    );
    let verdict = sent(&mut rogue, NEWER, id, &edit.bytes).await;
    assert!(!stored(&verdict), "{verdict:?}");

    for (what, bytes) in [("beginning", &record.bytes), ("edit", &edit.bytes)] {
        let verdict = sent(&mut author, DocumentKind::ENCOUNTER, id, bytes).await;
        assert!(stored(&verdict), "{what}: {verdict:?}");
    }
    let verdict = sent(&mut rogue, DocumentKind::new(78), id, &of_a_newer_build()).await;
    assert!(
        verdict.is_refused_as(&RefusalCode::Change),
        "from then on it is an encounter: {verdict:?}"
    );
    let day = "2026-11-20".parse().unwrap();
    let table = world.server.table(&world.post(), day).unwrap();
    assert_eq!(table.encounters, 1, "the record is read: {table:?}");
    let findings = world.server.verify().unwrap().findings;
    assert_eq!(findings, [""; 0]);
    world.stop().await;
}

#[tokio::test]
async fn what_was_refused_for_who_brought_it_is_judged_anew_when_its_author_comes() {
    let world = World::start().await;
    let mut author = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let mut second = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let mut leader = Phone::enrolled(&world, 3, Role::PatrolLeader).await;
    let men = |count: u32| json!({"composition": {"VEN": {"AA+M": count}}});
    let (id, record) = author.record(1);
    let base = Document::from_changes([record.bytes.as_slice()]).unwrap();
    let (left, right) = (author.edit(&base, men(18)), second.edit(&base, men(19)));
    let all = [&record.bytes, &left.bytes, &right.bytes].map(Vec::as_slice);
    let chosen = leader.edit(&Document::from_changes(all).unwrap(), men(21));
    let kind = DocumentKind::ENCOUNTER;
    for bytes in [&record.bytes, &left.bytes] {
        assert!(stored(&sent(&mut author, kind, id, bytes).await));
    }
    assert!(stored(&sent(&mut second, kind, id, &right.bytes).await));

    let verdict = sent(&mut second, kind, id, &chosen.bytes).await;
    assert!(verdict.is_refused_as(&RefusalCode::Choice), "{verdict:?}");
    let verdict = sent(&mut leader, kind, id, &chosen.bytes).await;
    assert!(stored(&verdict), "the leader may: {verdict:?}");

    // An audience that the one who brings it may not write to.
    let more = author.edit(
        &Document::from_changes(all[..2].iter().copied()).unwrap(),
        json!({"note": "tarde"}),
    );
    let scope = std::mem::replace(&mut second.scope, "XX-XX/operational".parse().unwrap());
    let verdict = sent(&mut second, kind, id, &more.bytes).await;
    second.scope = scope;
    assert!(verdict.is_refused_as(&RefusalCode::Scope), "{verdict:?}");
    let verdict = sent(&mut author, kind, id, &more.bytes).await;
    assert!(stored(&verdict), "{verdict:?}");
    let findings = world.server.verify().unwrap().findings;
    assert_eq!(findings, [""; 0]);
    world.stop().await;
}

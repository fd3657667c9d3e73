//! What a change says in a person's name is judged by the server's own tables; what is not theirs to say is
//! put aside, and nothing else with it.

use bitacora_core::document::Document;
use bitacora_core::enrol::Role;
use bitacora_core::envelope::DocumentKind;
use bitacora_core::id::PersonId;
use bitacora_core::receipt::{RefusalCode, Verdict};
use serde_json::json;

use crate::phone::Phone;
use crate::world::World;

pub fn is_refused(verdict: &Verdict, code: &RefusalCode) -> bool {
    verdict.is_refused_as(code)
}

pub fn stored(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Stored { .. })
}

/// Sends one envelope in the name of whoever holds the phone.
pub async fn sent(
    phone: &mut Phone,
    document: bitacora_core::id::DocumentId,
    bytes: &[u8],
) -> Verdict {
    let push = phone.seal(&[(document, bytes)]);
    let counter = phone.counter;
    let heard = phone.exchange(phone.hello(), vec![push]).await;
    heard.verdicts(counter)[0].clone()
}

pub fn document(changes: &[&[u8]]) -> Document {
    Document::from_changes(changes.iter().copied()).unwrap()
}

#[tokio::test]
async fn an_approval_in_the_commanders_name_is_put_aside_and_the_rest_of_the_push_goes_through() {
    let world = World::start().await;
    let mut rogue = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let commander = Phone::enrolled(&world, 2, Role::PostCommander).await;
    commander.exchange(commander.hello(), Vec::new()).await;
    let (id, record) = rogue.record(1);
    let seen = document(&[&record.bytes]);
    let approval = rogue.review(&seen, "approved", commander.client.person());
    let beside = rogue.edit(&seen, json!({"note": "beside it"}));
    let on_top = rogue.edit(
        &document(&[&record.bytes, &approval.bytes]),
        json!({"note": "on top of it"}),
    );
    let (other, unconcerned) = rogue.record(2);
    let pushes = vec![
        rogue.seal(&[(id, &record.bytes)]),
        rogue.seal(&[
            (id, &approval.bytes),
            (id, &beside.bytes),
            (id, &on_top.bytes),
            (other, &unconcerned.bytes),
        ]),
    ];
    let heard = rogue.exchange(rogue.hello(), pushes).await;
    let verdicts = heard.verdicts(2);
    assert!(
        is_refused(&verdicts[0], &RefusalCode::Person),
        "the entry names the commander, the envelope does not: {verdicts:?}"
    );
    assert!(
        stored(&verdicts[1]) && stored(&verdicts[3]),
        "one bad thing stops one thing: {verdicts:?}"
    );
    assert_eq!(
        verdicts[2],
        Verdict::BlockedBy {
            change: approval.meta.hash
        },
        "what stands on it is written again by the device, as on poison"
    );
    let aside = world.server.quarantine().unwrap();
    assert_eq!(aside.len(), 2, "both are kept for the operator: {aside:?}");
    let day = "2026-11-20".parse().unwrap();
    let table = world.server.table(&world.post(), day).unwrap();
    assert_eq!(
        (table.encounters, table.reviewed),
        (2, 0),
        "nobody has approved anything: {table:?}"
    );
    let (third, more) = rogue.record(3);
    assert!(
        stored(&sent(&mut rogue, third, &more.bytes).await),
        "and the phone goes on"
    );
    assert!(
        world.server.verify().unwrap().is_sound(),
        "what was refused is in no log and no document"
    );
    world.stop().await;
}

#[tokio::test]
async fn each_role_may_say_what_is_its_own_and_no_more() {
    let world = World::start().await;
    let mut member = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let mut leader = Phone::enrolled(&world, 2, Role::PatrolLeader).await;
    let mut commander = Phone::enrolled(&world, 3, Role::PostCommander).await;
    let (id, record) = leader.record(1);
    let seen = document(&[&record.bytes]);
    assert!(stored(&sent(&mut leader, id, &record.bytes).await));
    for (event, of_member, of_leader, of_commander) in [
        ("comment", true, true, true),
        ("submitted", false, true, true),
        ("returned", false, true, true),
        ("flagged", false, false, true),
        ("approved", false, false, true),
        ("voided", false, true, true),
        ("completed", false, true, true),
        ("reopened", false, true, true),
    ] {
        for (phone, may) in [
            (&mut member, of_member),
            (&mut leader, of_leader),
            (&mut commander, of_commander),
        ] {
            let entry = phone.review(&seen, event, phone.client.person());
            let verdict = sent(phone, id, &entry.bytes).await;
            assert_eq!(stored(&verdict), may, "{event}: {verdict:?}");
            assert!(
                may || is_refused(&verdict, &RefusalCode::Role),
                "the reason is the role: {verdict:?}"
            );
        }
    }
    let (own, mine) = member.record(1);
    let void = member.review(&document(&[&mine.bytes]), "voided", member.client.person());
    assert!(
        stored(&sent(&mut member, own, &mine.bytes).await)
            && stored(&sent(&mut member, own, &void.bytes).await),
        "a member voids what is his own"
    );
    let seen = document(&[&mine.bytes, &void.bytes]);
    let again = member.review(&seen, "reopened", member.client.person());
    assert!(
        stored(&sent(&mut member, own, &again.bytes).await),
        "and opens it again"
    );
    world.stop().await;
}

#[tokio::test]
async fn what_waited_for_a_change_that_is_put_aside_waits_no_longer() {
    let world = World::start().await;
    let mut author = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let mut reader = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let (id, record) = author.record(1);
    let edit = reader.edit(&document(&[&record.bytes]), json!({"note": "dos"}));
    let verdict = sent(&mut reader, id, &edit.bytes).await;
    assert!(matches!(verdict, Verdict::Waiting { .. }), "{verdict:?}");

    let foreign = author.seal_as(PersonId::from_bytes([77; 16]), &[(id, &record.bytes)]);
    author.exchange(author.hello(), vec![foreign]).await;
    let heard = reader.exchange(reader.hello(), Vec::new()).await;
    assert_eq!(
        heard.verdicts(1),
        [Verdict::BlockedBy {
            change: record.meta.hash
        }],
        "its device learns it and writes it again"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_member_chooses_between_no_two_values_of_other_people() {
    let world = World::start().await;
    let mut author = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let mut second = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let mut third = Phone::enrolled(&world, 3, Role::PatrolMember).await;
    let mut leader = Phone::enrolled(&world, 4, Role::PatrolLeader).await;
    let men = |count: u32| json!({"composition": {"VEN": {"AA+M": count}}});

    // Two phones correct the same number; each saw one value.
    let (id, record) = author.record(1);
    let base = document(&[&record.bytes]);
    let (left, right) = (second.edit(&base, men(18)), third.edit(&base, men(19)));
    assert!(stored(&sent(&mut author, id, &record.bytes).await));
    assert!(stored(&sent(&mut second, id, &left.bytes).await));
    assert!(
        stored(&sent(&mut third, id, &right.bytes).await),
        "nobody honest is refused"
    );
    let two = document(&[&record.bytes, &left.bytes, &right.bytes]);

    // A third number from a form that was open is no choice; both others stand beside it.
    let open_form = author.edit(&base, men(17));
    assert!(stored(&sent(&mut author, id, &open_form.bytes).await));

    // A member that saw both and writes over them is refused; what he says of other fields is not.
    let choice = second.edit(&two, men(20));
    let verdict = sent(&mut second, id, &choice.bytes).await;
    assert!(is_refused(&verdict, &RefusalCode::Choice), "{verdict:?}");
    let mut member = Phone::enrolled(&world, 5, Role::PatrolMember).await;
    let beside = member.edit(
        &two,
        json!({"composition": {"VEN": {"AA+F": 4}}, "note": "dos"}),
    );
    assert!(stored(&sent(&mut member, id, &beside.bytes).await));

    // The leader chooses.
    let chosen = leader.edit(&two, men(21));
    assert!(stored(&sent(&mut leader, id, &chosen.bytes).await));
    assert!(world.server.verify().unwrap().is_sound());
    world.stop().await;
}

#[tokio::test]
async fn a_record_takes_nothing_under_the_name_of_another_kind() {
    let world = World::start().await;
    let mut leader = Phone::enrolled(&world, 1, Role::PatrolLeader).await;
    let mut rogue = Phone::enrolled(&world, 2, Role::PatrolMember).await;
    let (id, record) = leader.record(1);
    let seen = document(&[&record.bytes]);
    assert!(stored(&sent(&mut leader, id, &record.bytes).await));
    let (_, other) = rogue.record(2);
    let approval = rogue.review(&seen, "approved", rogue.client.person());
    // A kind that this build does not know is kept without being read: nobody would judge what it says.
    for kind in [DocumentKind::new(77), DocumentKind::PATROL] {
        for (what, bytes) in [("approval", &approval.bytes), ("beginning", &other.bytes)] {
            let push = rogue.seal_as_kind(kind, rogue.client.person(), &[(id, bytes)]);
            let heard = rogue.exchange(rogue.hello(), vec![push]).await;
            let verdict = &heard.verdicts(rogue.counter)[0];
            // What it builds on is not there under that name: it waits for nothing.
            let waits = what == "approval" && matches!(verdict, Verdict::Waiting { .. });
            assert!(
                waits || is_refused(verdict, &RefusalCode::Change),
                "{kind:?}, {what}: {verdict:?}"
            );
        }
    }
    let edit = leader.edit(&seen, json!({"note": "río crecido"}));
    assert!(stored(&sent(&mut leader, id, &edit.bytes).await));
    let day = "2026-11-20".parse().unwrap();
    let table = world.server.table(&world.post(), day).unwrap();
    assert_eq!(
        (table.encounters, table.reviewed),
        (1, 0),
        "it is there, and nobody approved it: {table:?}"
    );
    assert!(world.server.verify().unwrap().is_sound());
    world.stop().await;
}

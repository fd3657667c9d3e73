//! What the store does with envelopes, receipts and rows.

use bitacora_core::encounter::{Count, Edit};
use bitacora_core::enrol::Role;
use bitacora_core::receipt::Verdict;
use bitacora_core::sync::DeviceLog;
use bitacora_device::{Choice, Device, HistoryEvent, Place, RowFilter};
use serde_json::json;

use crate::phone::Phone;
use crate::post::{Post, read_to, scope};
use crate::record::six;

pub fn two_phones() -> (Post, (Phone, Device), (Phone, Device)) {
    let post = Post::new();
    let (phone_a, a) = Phone::start("Cabo 17");
    let (phone_b, b) = Phone::start("Sgto. 04");
    post.enrol(&a, Role::PatrolMember);
    post.enrol(&b, Role::PatrolLeader);
    for device in [&a, &b] {
        post.introduce(
            device,
            &[
                (&a, "Cabo 17", "patrol_member"),
                (&b, "Sgto. 04", "patrol_leader"),
            ],
        );
    }
    (post, (phone_a, a), (phone_b, b))
}

#[test]
fn a_record_is_received_only_by_a_receipt_and_arrives_with_its_author() {
    let (mut post, (_pa, a), (_pb, b)) = two_phones();
    let id = a.record(&six(), None).unwrap().row.summary.encounter_id;
    post.take(&a, |_, _| Verdict::Waiting {
        missing: Vec::new(),
    });
    assert_eq!(
        a.row(id).unwrap().place,
        Place::OnPhone,
        "waiting is kept, never received"
    );
    post.receipt(&a, 1, 2, vec![Verdict::Stored { seq: 1 }]);
    assert_eq!(a.row(id).unwrap().place, Place::AtPost, "now it is");
    assert_eq!(
        a.status().unwrap().records.unreceived,
        0,
        "and counts as received"
    );
    post.receipt(
        &a,
        1,
        1,
        vec![Verdict::Waiting {
            missing: Vec::new(),
        }],
    );
    assert_eq!(
        a.row(id).unwrap().place,
        Place::AtPost,
        "an older receipt changes nothing"
    );

    let second = a.record(&six(), None).unwrap().row.summary.encounter_id;
    post.accept(&a);
    post.give(&b);
    let row = b.row(second).unwrap();
    assert_eq!(
        (row.author_name.as_str(), row.author_is_me),
        ("Cabo 17", false),
        "the envelope says who"
    );
    assert_eq!(
        row.place,
        Place::AtPost,
        "what came from the server is there"
    );
    let line = &b.show(second).unwrap().history[0];
    assert_eq!(
        (line.event, line.device_name.as_str()),
        (HistoryEvent::Created, "Teléfono de Cabo 17"),
        "and on what"
    );
}

#[test]
fn two_phones_end_with_the_same_two_values_and_the_leader_chooses() {
    let (mut post, (_pa, a), (_pb, b)) = two_phones();
    let id = a.record(&six(), None).unwrap().row.summary.encounter_id;
    post.accept(&a);
    post.give(&a);
    post.give(&b);
    for (device, men) in [(&a, 8), (&b, 9)] {
        let seen = device.encounter(id).unwrap().version;
        let edit = Edit::Patch(json!({"composition": {"VEN": {"AA+M": men}}}));
        device.edit(id, &edit, &seen, None).unwrap();
    }
    for device in [&a, &b] {
        post.accept(device);
    }
    for device in [&a, &b] {
        post.give(device);
    }
    assert_eq!(
        a.encounter(id).unwrap(),
        b.encounter(id).unwrap(),
        "both read the same, the two values included"
    );
    assert_eq!(
        a.row(id).unwrap().summary.people.men,
        Count { min: 8, max: 9 },
        "a range"
    );
    let conflict = b.conflicts().unwrap().remove(0);
    let names: Vec<_> = conflict.fields[0]
        .values
        .iter()
        .map(|value| value.author_name.clone())
        .collect();
    assert!(
        names.contains(&"Cabo 17".to_owned()) && names.contains(&"Sgto. 04".to_owned()),
        "who and who: {names:?}"
    );
    let nine = conflict.fields[0]
        .values
        .iter()
        .find(|value| value.author_name == "Sgto. 04")
        .unwrap();
    let choice = Choice::Stated(nine.stated.change);
    b.resolve(id, &conflict.fields[0].field, &choice, &conflict.version)
        .unwrap();
    post.accept(&b);
    post.give(&a);
    for device in [&a, &b] {
        assert_eq!(
            device.row(id).unwrap().summary.people.men,
            Count { min: 9, max: 9 },
            "nine everywhere"
        );
        assert!(
            device.conflicts().unwrap().is_empty(),
            "nothing is left to decide"
        );
        let last = device.show(id).unwrap().history.pop().unwrap();
        assert_eq!(
            (last.event, last.author_name.as_str()),
            (HistoryEvent::Chosen, "Sgto. 04"),
            "history says who chose"
        );
    }
}

#[test]
fn the_same_message_twice_changes_nothing() {
    let (mut post, (_pa, a), (_pb, b)) = two_phones();
    a.record(&six(), None).unwrap();
    post.accept(&a);
    let pulls = post.pulls(&b);
    for pull in pulls.iter().chain(&pulls) {
        b.sync_log().save_pull(pull).unwrap();
    }
    assert_eq!(
        b.rows(&RowFilter::default()).unwrap().total,
        1,
        "one record"
    );
    assert_eq!(
        b.sync_log().digest(&scope(), 1).unwrap(),
        (1, read_to(&b).sum),
        "one row in the digest"
    );
}

#[test]
fn after_a_fork_the_device_offers_what_the_server_lost() {
    let (mut post, (_pa, a), (_pb, b)) = two_phones();
    let id = a.record(&six(), None).unwrap().row.summary.encounter_id;
    post.accept(&a);
    post.give(&a);
    post.give(&b);
    assert!(
        b.sync_log().to_offer(None, 10).unwrap().is_empty(),
        "the server has everything"
    );
    let mut log = b.sync_log();
    let mut begin = log.checkpoints(&scope()).unwrap().pop().unwrap();
    begin.tail.seq = 0;
    log.rewind(&scope(), &begin).unwrap();
    let offered = log.to_offer(None, 10).unwrap();
    assert_eq!(offered.len(), 1, "the other's envelope, whole and signed");
    assert_eq!(offered[0].leaves.len(), 1, "with its change");
    assert!(b.encounter(id).is_ok(), "the record itself stays");
    assert_eq!(
        (b.row(id).unwrap().place, b.counts().unwrap().unreceived),
        (Place::OnPhone, 0),
        "a colleague's record is not at the post either, and it is not this phone's that waits"
    );
    let mut log = a.sync_log();
    let mut begin = log.checkpoints(&scope()).unwrap().pop().unwrap();
    begin.tail.seq = 0;
    log.rewind(&scope(), &begin).unwrap();
    assert_eq!(
        a.row(id).unwrap().place,
        Place::OnPhone,
        "what the server lost is not received any more"
    );
}

#[test]
fn what_was_recorded_before_enrolment_is_sent_to_the_post_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let clock = crate::phone::DrivenClock::at("2025-03-14T12:21:00Z");
    let new = bitacora_device::NewPerson {
        post: None,
        tz: None,
        ..crate::phone::new_person("Cabo 17")
    };
    let environment = crate::phone::environment(&clock);
    let (device, _) =
        bitacora_device::Vault::create(&folder.path().join("v"), &new, environment).unwrap();
    device.record(&six(), None).unwrap();
    assert_eq!(
        device.channel().err().unwrap().code().as_str(),
        "not_enrolled",
        "nothing to send to yet"
    );
    let mut post = Post::new();
    post.enrol(&device, Role::PatrolMember);
    let unsealed = device.sync_log().unsealed(10).unwrap();
    assert_eq!(
        unsealed[0].scope,
        scope(),
        "it belongs to the post's audience now"
    );
    post.accept(&device);
    assert_eq!(
        device.status().unwrap().records.unreceived,
        0,
        "and is received"
    );
}

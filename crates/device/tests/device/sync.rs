//! What the store does with envelopes, receipts and rows.

use bitacora_core::encounter::{Count, Edit};
use bitacora_core::enrol::Role;
use bitacora_core::receipt::{RefusalCode, Verdict};
use bitacora_core::summary::Held;
use bitacora_core::sync::{CheckedChange, DeviceLog};
use bitacora_device::{Choice, Device, HistoryEvent, Mark, Period, Place, RowFilter};
use serde_json::json;

use crate::phone::Phone;
use crate::post::{Post, read_to, scope};
use crate::record::six;

fn two_phones() -> (Post, (Phone, Device), (Phone, Device)) {
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
fn a_refused_change_leaves_and_what_was_written_on_top_is_written_again() {
    let (mut post, (phone, a), (_pb, b)) = two_phones();
    let id = a.record(&six(), None).unwrap().row.summary.encounter_id;
    post.accept(&a);
    let edit = |patch| {
        let seen = a.encounter(id).unwrap().version;
        phone.clock.advance(60);
        a.edit(id, &Edit::Patch(patch), &seen, None).unwrap();
    };
    edit(json!({"note": "hostile"}));
    edit(json!({"composition": {"VEN": {"AA+M": 5}}}));
    let mut hashes = a.show(id).unwrap().encounter.version.heads().to_vec();
    let last = hashes.remove(0);
    let refused = Verdict::Refused {
        code: RefusalCode::Change,
        text: "not accepted".to_owned(),
    };
    post.take(&a, |index, change| {
        if index == 0 {
            refused.clone()
        } else {
            assert_eq!(change, last);
            Verdict::BlockedBy { change }
        }
    });
    let row = a.row(id).unwrap();
    assert!(
        row.marks.contains(&Mark::Refused),
        "the list says that something was not accepted"
    );
    assert_eq!(
        a.show(id)
            .unwrap()
            .refused
            .as_ref()
            .map(|refused| refused.text.as_str()),
        Some("not accepted (change)"),
        "with its reason"
    );
    let capture = a.encounter(id).unwrap().capture();
    assert_eq!(
        capture.note, None,
        "the refused note is gone from the record"
    );
    assert_eq!(
        capture.composition["VEN"]["AA+M"], 5,
        "the later correction is not"
    );
    assert_eq!(row.place, Place::OnPhone, "it waits to be sent again");
    post.accept(&a);
    post.give(&b);
    assert_eq!(
        b.encounter(id).unwrap().capture().composition["VEN"]["AA+M"],
        5,
        "and arrives"
    );
    assert_eq!(
        a.row(id).unwrap().place,
        Place::AtPost,
        "everything that stands is received"
    );
}

#[test]
fn a_record_that_was_refused_as_a_whole_stays_for_its_author_to_see() {
    let (mut post, (_pa, a), _b) = two_phones();
    let id = a.record(&six(), None).unwrap().row.summary.encounter_id;
    post.take(&a, |_, _| Verdict::Refused {
        code: RefusalCode::Scope,
        text: "not for this post".to_owned(),
    });
    let detail = a.show(id).unwrap();
    assert_eq!(
        detail.refused.as_ref().map(|refused| refused.text.as_str()),
        Some("not for this post (scope)"),
        "with its reason"
    );
    let word = detail.refused.as_ref().map(|refused| refused.code.as_str());
    assert_eq!(
        word,
        Some("scope"),
        "and the word that an interface has a sentence for"
    );
    assert_eq!(
        detail.row.place,
        Place::OnPhone,
        "no other place has a record that was refused as a whole"
    );
    let mut held = Vec::new();
    a.for_each_summary(Period::ALL, |_, flags| held.push(flags.held))
        .unwrap();
    assert_eq!(
        held,
        [Held::Refused],
        "a report leaves it out and says so: no other device has it"
    );
    assert_eq!(
        a.rows(&RowFilter::default()).unwrap().total,
        1,
        "nothing disappears"
    );
}

#[test]
fn hostile_bytes_from_a_server_are_put_aside_and_the_rest_goes_on() {
    let (mut post, (_pa, a), (_pb, b)) = two_phones();
    let bad = a.record(&six(), None).unwrap().row.summary.encounter_id;
    let good = a.record(&six(), None).unwrap().row.summary.encounter_id;
    post.accept(&a);
    if let CheckedChange::New { bytes, .. } = &mut post.rows[0].2 {
        bytes.truncate(25);
    }
    post.give(&b);
    assert!(b.encounter(bad).is_err(), "the hostile one is not a record");
    assert!(b.encounter(good).is_ok(), "the next one is");
    assert_eq!(
        b.verify().unwrap().quarantined,
        1,
        "it is kept aside and counted"
    );
    assert_eq!(read_to(&b).seq, 2, "and the log goes on");
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

/// A change refused for who signed it is judged anew when another envelope vouches for it: then everybody has it.
#[test]
fn what_was_refused_and_is_in_the_log_after_all_is_in_the_record_again() {
    let (mut post, (_pa, a), (_pb, b)) = two_phones();
    let id = a.record(&six(), None).unwrap().row.summary.encounter_id;
    post.accept(&a);
    let seen = a.encounter(id).unwrap().version;
    let edit = Edit::Patch(json!({"note": "río crecido"}));
    a.edit(id, &edit, &seen, None).unwrap();
    post.take(&a, |_, _| Verdict::Refused {
        code: RefusalCode::Role,
        text: "not his to say".to_owned(),
    });
    assert_eq!(a.encounter(id).unwrap().capture().note, None, "it left");

    let held = a.sync_log().own_envelope(2).unwrap().unwrap();
    let (document, change) = a.sync_log().own_leaf(2, 0).unwrap().unwrap();
    let content = CheckedChange::New {
        kind: held.leaves[0].change.as_ref().unwrap().kind,
        envelope: 0,
        leaf: 0,
        bytes: held.leaves[0].change.as_ref().unwrap().bytes.clone(),
    };
    let sealed = bitacora_core::sync::CheckedEnvelope {
        seal: held.seal.clone(),
        leaves: vec![held.leaves[0].hash],
    };
    post.rows.push((document, change, content, sealed));
    for device in [&a, &b] {
        post.give(device);
    }
    assert_eq!(
        a.encounter(id).unwrap(),
        b.encounter(id).unwrap(),
        "both devices read what the log says"
    );
    assert_eq!(a.show(id).unwrap().refused, None, "nothing is refused now");
    assert_eq!(a.verify().unwrap().problems, [""; 0]);
}

#[test]
fn a_change_that_calls_a_record_another_kind_is_put_aside() {
    let (mut post, (_pa, a), (_pb, b)) = two_phones();
    let id = a.record(&six(), None).unwrap().row.summary.encounter_id;
    post.accept(&a);
    post.give(&b);
    let seen = a.encounter(id).unwrap().version;
    let edit = Edit::Patch(json!({"note": "not for this list"}));
    a.edit(id, &edit, &seen, None).unwrap();
    post.accept(&a);
    if let CheckedChange::New { kind, .. } = &mut post.rows[1].2 {
        *kind = bitacora_core::envelope::DocumentKind::new(77);
    }
    post.give(&b);
    assert_eq!(b.verify().unwrap().quarantined, 1, "it is kept aside");
    assert_eq!(b.encounter(id).unwrap().capture().note, None);
    assert_eq!(b.verify().unwrap().problems, [""; 0], "row and log agree");
    assert_eq!(read_to(&b).seq, 2, "and the log goes on");
}

/// The server that refused a change is put back and stores it: the receipt comes before the rows.
#[test]
fn what_was_refused_and_is_received_after_all_is_in_the_record_again() {
    let (mut post, (_pa, a), _) = two_phones();
    let id = a.record(&six(), None).unwrap().row.summary.encounter_id;
    post.accept(&a);
    let seen = a.encounter(id).unwrap().version;
    let edit = Edit::Patch(json!({"note": "río crecido"}));
    a.edit(id, &edit, &seen, None).unwrap();
    post.take(&a, |_, _| Verdict::Refused {
        code: RefusalCode::Role,
        text: "not his to say".to_owned(),
    });
    assert_eq!(a.encounter(id).unwrap().capture().note, None, "it left");
    post.receipt(&a, 2, 2, vec![Verdict::Stored { seq: 2 }]);
    assert_eq!(
        a.encounter(id).unwrap().capture().note.as_deref(),
        Some("río crecido"),
        "it stands again, as at the post"
    );
    assert_eq!(a.show(id).unwrap().refused, None, "nothing is refused now");
    assert_eq!(a.verify().unwrap().problems, [""; 0]);
}

#[test]
fn a_record_that_names_another_is_put_aside() {
    let (mut post, (_pa, a), (_pb, b)) = two_phones();
    let first = a.record(&six(), None).unwrap().row.summary.encounter_id;
    let other = a.record(&six(), None).unwrap().row.summary.encounter_id;
    post.accept(&a);
    // A server gives the second record under the first one's name, and the first under a name of its own.
    let ids = [
        other.into(),
        bitacora_core::id::DocumentId::from_bytes([7; 16]),
    ];
    for (row, id) in post.rows.iter_mut().zip(ids) {
        row.0 = id;
    }
    post.give(&b);
    assert_eq!(b.verify().unwrap().quarantined, 2, "both are kept aside");
    assert!(
        b.encounter(first).is_err() && b.encounter(other).is_err(),
        "neither stands in the other's place"
    );
}

/// An own change gave way to another of its number; then a server that has forgotten that one stores it after all.
#[test]
fn what_gave_way_and_is_stored_after_all_ends_no_exchange() {
    use bitacora_core::authoring::Author;
    use bitacora_core::clock::TrustedClock;
    use bitacora_core::document::{Document, parse_change};
    use bitacora_core::envelope::{DocumentKind, LeafHash};

    let (mut post, (_pa, a), (_pb, b)) = two_phones();
    let id = a.record(&six(), None).unwrap().row.summary.encounter_id;
    post.accept(&a);
    let seen = a.encounter(id).unwrap().version;
    let edit = Edit::Patch(json!({"note": "río crecido"}));
    a.edit(id, &edit, &seen, None).unwrap();
    post.take(&a, |_, _| Verdict::Withheld);
    let bytes = |counter| {
        let held = a.sync_log().own_envelope(counter).unwrap().unwrap();
        held.leaves[0].change.as_ref().unwrap().bytes.clone()
    };
    let own = parse_change(&bytes(2)).unwrap();

    // The same writer's other change of that number, as an unlocked copy of the phone wrote it.
    let author = Author {
        person: a.me().unwrap(),
        device: a.id().unwrap(),
        actor: own.actor,
        at: own.at,
        clock: TrustedClock::Unknown,
    };
    let document = Document::from_changes([bytes(1).as_slice()]).unwrap();
    let other = Edit::Patch(json!({"setting": "camp"}));
    let other = bitacora_core::encounter::edit(&document, &other, &author);
    let other = other.unwrap().unwrap();
    assert_eq!((other.meta.actor, other.meta.seq), (own.actor, own.seq));
    let held = a.sync_log().own_envelope(1).unwrap().unwrap();
    let sealed = bitacora_core::sync::CheckedEnvelope {
        seal: held.seal,
        leaves: vec![LeafHash::of(
            DocumentKind::ENCOUNTER,
            id.into(),
            other.meta.hash,
        )],
    };
    let content = CheckedChange::New {
        kind: DocumentKind::ENCOUNTER,
        envelope: 0,
        leaf: 0,
        bytes: other.bytes.clone(),
    };
    post.rows
        .push((id.into(), other.meta.hash, content, sealed));
    post.give(&a);
    let says = || {
        let capture = a.encounter(id).unwrap().capture();
        (capture.note, capture.setting)
    };
    let both = (Some("río crecido".to_owned()), Some("camp".to_owned()));
    assert_eq!(says(), both, "the one gave way and was written again");

    post.receipt(&a, 2, 2, vec![Verdict::Stored { seq: 2 }]);
    assert_eq!(says(), both, "the record can be read as before");
    assert_eq!(a.verify().unwrap().problems, [""; 0]);
    a.rebuild().unwrap();
    assert_eq!(says(), both, "from the log alone too");
    post.give(&b);
}

//! What the server refuses: it leaves the record, its author sees it, and what was written on top is written again.

use std::collections::BTreeSet;

use bitacora_core::document::{Version, parse_change};
use bitacora_core::encounter::Edit;
use bitacora_core::enrol::Role;
use bitacora_core::id::{ActorId, EncounterId};
use bitacora_core::receipt::{RefusalCode, Verdict};
use bitacora_core::recover;
use bitacora_core::summary::Held;
use bitacora_core::sync::{CheckedChange, CopyEvidence, DeviceLog};
use bitacora_device::{Device, DeviceError, DraftBody, DraftKind, Mark, Period, Place, RowFilter};
use serde_json::json;

use crate::phone::Phone;
use crate::post::Post;
use crate::record::six;
use crate::sync::two_phones;

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

/// Another phone says in the record that its own change stands for what somebody wrote here.
#[test]
fn what_another_phone_says_it_has_written_again_is_written_again_here() {
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
    post.take(&a, |_, _| Verdict::Waiting {
        missing: Vec::new(),
    });
    let held = |counter| a.sync_log().own_envelope(counter).unwrap().unwrap();
    let leaves: Vec<_> = [1, 2].into_iter().flat_map(|of| held(of).leaves).collect();
    let changes: Vec<_> = leaves.into_iter().filter_map(|leaf| leaf.change).collect();
    let meta = |place: usize| parse_change(&changes[place].bytes).unwrap();
    let (hostile, later) = (meta(1).hash, meta(2).hash);

    let marked = recover::reauthor(
        recover::Kind::Encounter,
        changes.iter().map(|change| &change.bytes[..]),
        &BTreeSet::from([hostile]),
        |meta| meta.hash == later,
        |_, _| true,
        || ActorId::new([9; 16]),
    );
    let marked = marked.unwrap().recovered.remove(0).written;
    post.bring(&b, id.into(), &marked);
    post.give(&a);

    let refused = Verdict::Refused {
        code: RefusalCode::Change,
        text: "not accepted".to_owned(),
    };
    let blocked = Verdict::BlockedBy { change: hostile };
    post.receipt(&a, 2, 2, vec![refused, blocked]);
    let waiting = a.sync_log().unsealed(10).unwrap();
    assert_eq!(waiting.len(), 1, "the correction, written again");
    assert_ne!(waiting[0].change, marked.meta.hash);
    assert_eq!(
        a.encounter(id).unwrap().capture().composition["VEN"]["AA+M"],
        5
    );
}

/// The phone learns that a copy has its identity, and enrols anew, before it hears that a change was refused.
#[tokio::test]
async fn what_a_former_identity_sealed_leaves_its_record_too_if_it_is_refused() {
    let (mut post, (phone, a), (_pb, b)) = two_phones();
    let id = a.record(&six(), None).unwrap().row.summary.encounter_id;
    post.accept(&a);
    let edit = |patch| {
        let seen = a.encounter(id).unwrap().version;
        phone.clock.advance(60);
        a.edit(id, &Edit::Patch(patch), &seen, None).unwrap();
    };
    edit(json!({"note": "hostile"}));
    post.take(&a, |_, _| Verdict::Waiting {
        missing: Vec::new(),
    });
    let (envelope, _) = a.sync_log().own_envelope_hash(2).unwrap().unwrap();
    let sealed = (a.id().unwrap(), 2, envelope);
    edit(json!({"composition": {"VEN": {"AA+M": 5}}}));

    a.sync_log()
        .identity_is_copied(CopyEvidence::AnotherEnvelope { counter: 2 })
        .unwrap();
    let nobody = "https://127.0.0.1:1".parse().unwrap();
    let code = "K7QX2M9P".parse().unwrap();
    a.enrol(&nobody, &code, None).await.unwrap_err();
    post.enrol(&a, Role::PatrolMember);
    assert_ne!(a.id().unwrap(), sealed.0, "it has an identity of its own");

    let refused = Verdict::Refused {
        code: RefusalCode::Change,
        text: "not accepted".to_owned(),
    };
    post.receipt_of(&a, sealed, 2, vec![refused]);
    let capture = a.encounter(id).unwrap().capture();
    assert_eq!(
        capture.note, None,
        "the refused note is in no other reading"
    );
    assert_eq!(
        capture.composition["VEN"]["AA+M"], 5,
        "the later one stands"
    );
    assert_eq!(
        a.verify().unwrap().problems,
        [""; 0],
        "log and record agree"
    );
    post.accept(&a);
    for device in [&a, &b] {
        post.give(device);
    }
    assert_eq!(
        a.encounter(id).unwrap(),
        b.encounter(id).unwrap(),
        "both devices read what the log says"
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

#[test]
fn a_form_that_shows_what_was_refused_meanwhile_is_saved_all_the_same() {
    let (mut post, (_pa, a), _b) = two_phones();
    let id = a.record(&six(), None).unwrap().row.summary.encounter_id;
    post.accept(&a);
    let seen = a.encounter(id).unwrap().version;
    a.edit(id, &Edit::Patch(json!({"note": "hostile"})), &seen, None)
        .unwrap();
    let draft = a.start_draft(DraftKind::Edit, Some(id)).unwrap();
    let mut capture = draft.body.capture.clone();
    capture
        .composition
        .get_mut("VEN")
        .unwrap()
        .insert("AA+M".to_owned(), 5);
    let body = DraftBody {
        capture,
        ..draft.body.clone()
    };
    a.save_draft(draft.draft_id, &body).unwrap();
    post.take(&a, |_, _| Verdict::Refused {
        code: RefusalCode::Change,
        text: "not accepted".to_owned(),
    });
    a.record_draft(draft.draft_id)
        .expect("what was typed is saved");
    let capture = a.encounter(id).unwrap().capture();
    assert_eq!(capture.composition["VEN"]["AA+M"], 5, "what was typed");
    assert_eq!(capture.note, None, "not what was refused");
    assert!(a.drafts().unwrap().is_empty());
}

/// A record with a note that was typed on what the post will not accept, all of it a minute old.
fn with_a_note_on_what_is_refused() -> (Post, (Phone, Device), EncounterId, Version) {
    let (mut post, (phone, a), _b) = two_phones();
    let id = a.record(&six(), None).unwrap().row.summary.encounter_id;
    post.accept(&a);
    let first = a.encounter(id).unwrap().version;
    for patch in [json!({"setting": "camp"}), json!({"note": "río alto"})] {
        let seen = a.encounter(id).unwrap().version;
        a.edit(id, &Edit::Patch(patch), &seen, None).unwrap();
    }
    phone.clock.advance(60);
    (post, (phone, a), id, first)
}

/// The post refuses the first of what it gets now and so many on top of it.
fn refuse(post: &mut Post, a: &Device, blocked: usize) {
    post.take(a, |index, change| match index {
        0 => Verdict::Refused {
            code: RefusalCode::Change,
            text: "not accepted".to_owned(),
        },
        index if index <= blocked => Verdict::BlockedBy { change },
        _ => Verdict::Stored { seq: 2 },
    });
}

fn says(a: &Device, id: EncounterId) -> (Option<String>, Option<String>) {
    let capture = a.encounter(id).unwrap().capture();
    (capture.note, capture.direction)
}

fn heads_south(a: &Device, id: EncounterId, seen: &Version) {
    let south = Edit::Patch(json!({"direction": "south"}));
    a.edit(id, &south, seen, None).unwrap();
}

#[test]
fn what_comes_back_after_a_save_is_not_what_is_taken_back() {
    let (mut post, (phone, a), id, _) = with_a_note_on_what_is_refused();
    refuse(&mut post, &a, 1);
    // Another writer: no two changes have one number, and all can stand together.
    a.lock();
    let a = phone.unlock();
    heads_south(&a, id, &a.encounter(id).unwrap().version);
    let stored = |seq| Verdict::Stored { seq };
    post.receipt(&a, 2, 2, vec![stored(3), stored(4)]);
    let camp = a.encounter(id).unwrap().capture().setting;
    assert_eq!(camp.as_deref(), Some("camp"), "it came back");
    let note = || Some("río alto".to_owned());
    assert_eq!(says(&a, id), (note(), Some("south".to_owned())));
    a.undo(id).unwrap();
    assert_eq!(says(&a, id), (note(), Some("north".to_owned())));
    assert_eq!(a.verify().unwrap().problems, [""; 0]);
}

#[test]
fn what_is_written_again_after_a_save_is_not_what_is_taken_back() {
    let (mut post, (_phone, a), id, first) = with_a_note_on_what_is_refused();
    heads_south(&a, id, &first);
    refuse(&mut post, &a, 1);
    let note = || Some("río alto".to_owned());
    assert_eq!(says(&a, id), (note(), Some("south".to_owned())));
    a.undo(id).unwrap();
    assert_eq!(says(&a, id), (note(), Some("north".to_owned())));

    let (mut post, (late, a), id, first) = with_a_note_on_what_is_refused();
    heads_south(&a, id, &first);
    late.clock.advance(60);
    refuse(&mut post, &a, 1);
    assert!(matches!(a.undo(id), Err(DeviceError::TooLateToUndo)));
}

#[test]
fn a_save_that_was_written_again_is_taken_back_as_it_was() {
    let (mut post, (_phone, a), id, _) = with_a_note_on_what_is_refused();
    heads_south(&a, id, &a.encounter(id).unwrap().version);
    refuse(&mut post, &a, 2);
    a.undo(id).unwrap();
    let note = Some("río alto".to_owned());
    assert_eq!(says(&a, id), (note, Some("north".to_owned())));
}

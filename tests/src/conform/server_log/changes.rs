//! What becomes of changes.

use bitacora_core::envelope::LeafHash;
use bitacora_core::id::{ChangeHash, PersonId, ScopeId};
use bitacora_core::receipt::RefusalCode;
use bitacora_core::sync::{Admission, ChangeState, NewChange, ServerLog};
use serde_json::json;

use super::{Post, envelope, store};
use crate::conform::written::{Sealed, Writer};

pub(super) fn a_change_waits_until_its_ancestor_is_there<P: Post>(post: &mut P, sealed: &Sealed) {
    let (_, scope, _) = post.enrolled();
    let mut log = post.log();
    let new = sealed.new_change(&scope);
    let missing = ChangeHash::new([7; 32]);
    let waiting = ChangeState::Waiting {
        missing: vec![missing],
    };
    for _ in 0..2 {
        log.begin().unwrap();
        log.save_change(&new, &waiting).unwrap();
        log.commit().unwrap();
        assert_eq!(log.waiting_count(new.device).unwrap(), 1, "twice is once");
    }
    let waits = log.waiting_on(new.kind, new.document, missing).unwrap();
    assert!(
        waits.len() == 1 && waits[0] == new,
        "found by what it waits for"
    );
    assert!(log.change(new.leaf_hash()).unwrap().unwrap().state == waiting);
    let mut other = new.clone();
    other.person = PersonId::from_bytes([7; 16]);
    (other.counter, other.leaf) = (8, 2);
    for _ in 0..2 {
        log.begin().unwrap();
        log.also_brought(&other).unwrap();
        log.commit().unwrap();
        let also = log.brought_also(new.leaf_hash()).unwrap();
        assert!(also == [other.clone()], "a further envelope, once");
        let waiting = log.waiting_count(new.device).unwrap();
        assert_eq!(waiting, 2, "it counts too");
    }
    let meta = &sealed.written.meta;
    let found = log
        .by_actor_seq(new.kind, new.document, meta.actor, meta.seq)
        .unwrap();
    assert_eq!(found, None, "what waits has no number yet");
    let refused = ChangeHash::new([8; 32]);
    log.begin().unwrap();
    log.save_change(&new, &ChangeState::Blocked { by: refused })
        .unwrap();
    log.commit().unwrap();
    let blocked = log.blocked_by(new.kind, new.document, refused).unwrap();
    assert!(blocked == [new.clone()], "found by what blocks it");
    assert!(
        log.brought_also(new.leaf_hash()).unwrap() == [other],
        "each envelope that brought it may still say it"
    );
    assert_eq!(
        log.waiting_count(new.device).unwrap(),
        0,
        "it does not wait"
    );
    what_is_ready_is_told_in_order_until_it_is_forgotten(&mut *log, &new);
    log.begin().unwrap();
    store(&mut *log, &scope, sealed);
    log.commit().unwrap();
    assert_eq!(
        log.waiting_count(new.device).unwrap(),
        0,
        "it waits no longer"
    );
    let also = log.brought_also(new.leaf_hash()).unwrap();
    assert!(also.is_empty(), "and who else brought it is forgotten");
    assert!(
        log.waiting_on(new.kind, new.document, missing)
            .unwrap()
            .is_empty()
    );
    let blocked = log.blocked_by(new.kind, new.document, refused).unwrap();
    assert!(blocked.is_empty(), "nothing blocks it");
}

fn what_is_ready_is_told_in_order_until_it_is_forgotten<L: ServerLog + ?Sized>(
    log: &mut L,
    new: &NewChange,
) {
    let (one, two) = (new.leaf_hash(), LeafHash::new([9; 32]));
    log.begin().unwrap();
    for leaf in [two, one, two] {
        log.note_ready(leaf).unwrap();
    }
    log.rollback();
    assert!(
        log.ready(9).unwrap().is_empty(),
        "noted in a transaction that is gone"
    );
    log.begin().unwrap();
    for leaf in [two, one, two] {
        log.note_ready(leaf).unwrap();
    }
    log.commit().unwrap();
    assert_eq!(log.ready(9).unwrap(), [two, one], "once each, as noted");
    assert_eq!(log.ready(1).unwrap(), [two], "no more than asked");
    log.begin().unwrap();
    for leaf in [two, one] {
        log.forget_ready(leaf).unwrap();
    }
    log.commit().unwrap();
    assert!(log.ready(9).unwrap().is_empty());
}

pub(super) fn what_is_refused_leaves_the_document_as_it_was<P: Post>(
    post: &mut P,
    scope: &ScopeId,
    writer: &mut Writer,
    first: &Sealed,
) {
    let again = writer.edits_as_before(&[first], json!({ "note": "otra" }));
    let mut log = post.log();
    let new = again.new_change(scope);
    let meta = log.inspect(&new.bytes).unwrap().unwrap();
    log.begin().unwrap();
    log.save_envelope(&envelope(&again, false)).unwrap();
    let Admission::Refused { code, text } = log.admit(&new, &meta).unwrap() else {
        panic!("two changes of one writer with one number were accepted");
    };
    assert_eq!(code, RefusalCode::DuplicateSeq, "{text}");
    let refused = ChangeState::Refused { code, text };
    log.save_change(&new, &refused).unwrap();
    log.commit().unwrap();
    let kept = log.change(new.leaf_hash()).unwrap().unwrap();
    assert!(
        kept.state == refused && kept.new == new,
        "kept aside with its reason"
    );
    let size = new.bytes.len() as u64;
    let aside = log.aside(new.device).unwrap();
    assert_eq!(aside, (1, size), "what is aside of a device is counted");
    let mut named = new.clone();
    named.bytes.clear();
    log.begin().unwrap();
    log.save_change(&named, &refused).unwrap();
    log.commit().unwrap();
    let kept = log.change(new.leaf_hash()).unwrap().unwrap();
    assert!(
        kept.state == refused && kept.new == named,
        "or its name alone"
    );
    assert_eq!(log.aside(new.device).unwrap(), (1, 0));
    assert_eq!(log.tail(scope).unwrap().seq, 3, "and in no log");
    assert!(
        log.inspect(&[1, 2, 3]).unwrap().is_err(),
        "bytes that are no change"
    );
    let next = writer.edits(&[first], json!({ "note": "después" }));
    log.begin().unwrap();
    log.save_envelope(&envelope(&next, false)).unwrap();
    store(&mut *log, scope, &next);
    log.commit().unwrap();
    assert_eq!(
        log.tail(scope).unwrap().seq,
        4,
        "the document takes what is sound"
    );
}

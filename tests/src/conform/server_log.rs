//! What a server's store must do.

use std::ops::DerefMut;

use bitacora_core::enrol::Role;
use bitacora_core::envelope::DocumentKind;
use bitacora_core::id::{ChangeHash, DeviceId, OrganisationId, ScopeId};
use bitacora_core::receipt::{Finding, Receipt, RefusalCode, Verdict};
use bitacora_core::sync::{
    Admission, ChangeState, EnvelopeLeaf, ServerIdentity, ServerLog, StoredEnvelope,
};
use bitacora_core::wire::PersonName;
use ed25519_dalek::SigningKey;
use serde_json::json;

use super::written::{Sealed, Writer};

/// A server's store under test, with one enrolled device.
pub trait Post {
    /// Returns the store, as an exchange sees it.
    fn log(&mut self) -> impl DerefMut<Target: ServerLog>;
    /// Ends the process wherever it is; what was not committed is gone.
    fn crash(&mut self);
    /// Returns the organisation, the audience and the key of a device that may write there.
    fn enrolled(&self) -> (OrganisationId, ScopeId, SigningKey);
    /// Returns who the server is.
    fn identity(&self) -> ServerIdentity;
}

/// Runs the whole suite over an empty store.
pub fn server_log<P: Post>(post: &mut P) {
    let (organisation, scope, key) = post.enrolled();
    let mut writer = Writer::new(key, organisation);
    let first = writer.records(1);
    let second = writer.edits(&[&first], json!({ "note": "río alto" }));
    let third = writer.edits(&[&first, &second], json!({ "setting": "jungle" }));
    // `edits_as_before` then repeats the number of the third, which is in the document by then.
    what_is_not_committed_is_gone(post, &scope, &first);
    envelopes_are_kept_as_they_came(post, &[&first, &second, &third]);
    rows_are_dense_and_in_order(post, &scope, &[&first, &second]);
    a_change_waits_until_its_ancestor_is_there(post, &third);
    what_is_refused_leaves_the_document_as_it_was(post, &scope, &mut writer, &first);
    the_newest_receipt_is_given(post, &[&first, &second]);
    devices_are_known_by_their_keys(post, &writer, &scope);
}

/// Puts a change at the end of its log, as the core does.
fn store<L: ServerLog + ?Sized>(log: &mut L, scope: &ScopeId, sealed: &Sealed) {
    let new = sealed.new_change(scope);
    let meta = log.inspect(&new.bytes).unwrap().unwrap();
    assert_eq!(log.admit(&new, &meta).unwrap(), Admission::Accepted);
    let tail = log.tail(scope).unwrap().after(new.document, new.change);
    log.append(&new, &tail).unwrap();
    log.save_change(&new, &ChangeState::Stored { seq: tail.seq })
        .unwrap();
}

fn envelope(sealed: &Sealed, held: bool) -> StoredEnvelope {
    let leaf = EnvelopeLeaf {
        hash: sealed.leaf,
        change: Some(sealed.written.meta.hash),
    };
    StoredEnvelope {
        seal: sealed.seal.clone(),
        leaves: vec![leaf],
        held,
    }
}

fn what_is_not_committed_is_gone<P: Post>(post: &mut P, scope: &ScopeId, sealed: &Sealed) {
    let statement = &sealed.seal.statement;
    for crashes in [false, true] {
        let mut log = post.log();
        log.begin().unwrap();
        log.save_envelope(&envelope(sealed, false)).unwrap();
        store(&mut *log, scope, sealed);
        assert_eq!(
            log.tail(scope).unwrap().seq,
            1,
            "reads see what was written"
        );
        if !crashes {
            log.rollback();
        }
        drop(log);
        if crashes {
            post.crash();
        }
        let mut log = post.log();
        assert_eq!(log.tail(scope).unwrap().seq, 0, "the row is gone");
        let found = log.envelope(statement.device, statement.counter).unwrap();
        assert_eq!(found, None, "the envelope is gone");
        let change = log.change(sealed.leaf).unwrap();
        assert!(change.is_none(), "the change is gone");
        assert_eq!(log.known_through(statement.device).unwrap(), None);
    }
}

fn rows_are_dense_and_in_order<P: Post>(post: &mut P, scope: &ScopeId, sealed: &[&Sealed]) {
    let mut log = post.log();
    let empty = log.tail(scope).unwrap();
    assert_eq!(
        log.tail_at(scope, 0).unwrap(),
        Some(empty),
        "0 is the empty log"
    );
    for change in sealed {
        log.begin().unwrap();
        store(&mut *log, scope, change);
        log.commit().unwrap();
    }
    drop(log);
    post.crash();
    let mut log = post.log();
    let end = log.tail(scope).unwrap();
    assert_eq!(
        (end.seq, end.count),
        (2, 2),
        "committed rows survive a crash"
    );
    assert_eq!(log.tail_at(scope, 2).unwrap(), Some(end));
    assert_eq!(
        log.tail_at(scope, 3).unwrap(),
        None,
        "beyond the end is nothing"
    );
    let rows = log.rows(scope, 0, 1).unwrap();
    assert_eq!(rows.len(), 1, "no more than asked for");
    assert_eq!(
        (rows[0].seq, rows[0].new.change),
        (1, sealed[0].written.meta.hash)
    );
    assert!(
        rows[0].new.bytes == sealed[0].written.bytes,
        "with its bytes"
    );
    let rows = log.rows(scope, 1, 10).unwrap();
    assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [2]);
    let document = sealed[0].document;
    let through: Vec<u64> = log
        .document_rows(scope, DocumentKind::ENCOUNTER, document, 1)
        .unwrap()
        .iter()
        .map(|row| row.seq)
        .collect();
    assert_eq!(through, [1], "a document's rows up to a position");
    assert_eq!(
        log.first_row_after(scope, DocumentKind::ENCOUNTER, document, 1)
            .unwrap(),
        Some(2)
    );
    assert_eq!(
        log.first_row_after(scope, DocumentKind::ENCOUNTER, document, 2)
            .unwrap(),
        None
    );
    let meta = &sealed[1].written.meta;
    let found = log
        .by_actor_seq(DocumentKind::ENCOUNTER, document, meta.actor, meta.seq)
        .unwrap();
    assert_eq!(
        found,
        Some(meta.hash),
        "a stored change is found by its number"
    );
    assert_eq!(
        log.by_actor_seq(DocumentKind::ENCOUNTER, document, meta.actor, 99)
            .unwrap(),
        None
    );
}

fn a_change_waits_until_its_ancestor_is_there<P: Post>(post: &mut P, sealed: &Sealed) {
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
    let meta = &sealed.written.meta;
    let found = log
        .by_actor_seq(new.kind, new.document, meta.actor, meta.seq)
        .unwrap();
    assert_eq!(found, None, "what waits has no number yet");
    log.begin().unwrap();
    store(&mut *log, &scope, sealed);
    log.commit().unwrap();
    assert_eq!(
        log.waiting_count(new.device).unwrap(),
        0,
        "it waits no longer"
    );
    assert!(
        log.waiting_on(new.kind, new.document, missing)
            .unwrap()
            .is_empty()
    );
}

fn envelopes_are_kept_as_they_came<P: Post>(post: &mut P, sealed: &[&Sealed]) {
    let mut log = post.log();
    let device = sealed[0].seal.statement.device;
    let mut save = |sealed: &Sealed, held: bool| {
        log.begin().unwrap();
        log.save_envelope(&envelope(sealed, held)).unwrap();
        log.commit().unwrap();
        log.known_through(device)
            .unwrap()
            .map(|(counter, _)| counter)
    };
    assert_eq!(save(sealed[0], false), Some(1));
    assert_eq!(save(sealed[2], true), Some(1), "a gap ends what is known");
    assert_eq!(save(sealed[1], false), Some(3), "until it is filled");
    assert_eq!(
        save(sealed[2], false),
        Some(3),
        "an envelope is put in place of itself"
    );
    let found = log.envelope(device, 3).unwrap().unwrap();
    assert_eq!(
        found,
        envelope(sealed[2], false),
        "as it came, and held no longer"
    );
    let known = log.known_through(device).unwrap();
    assert_eq!(known, Some((3, sealed[2].seal.statement.hash())));
}

fn what_is_refused_leaves_the_document_as_it_was<P: Post>(
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

fn receipt(identity: &ServerIdentity, epoch: u64, sealed: &Sealed, version: u32) -> Receipt {
    let statement = &sealed.seal.statement;
    let verdict = Verdict::Refused {
        code: RefusalCode::Change,
        text: format!("version {version}"),
    };
    Finding {
        server: identity.server,
        epoch,
        device: statement.device,
        counter: statement.counter,
        envelope: statement.hash(),
        version,
        verdicts: vec![verdict],
        signed_at_ms: 1,
    }
    .sign(&identity.key)
}

fn the_newest_receipt_is_given<P: Post>(post: &mut P, sealed: &[&Sealed]) {
    let (identity, device) = (post.identity(), sealed[0].seal.statement.device);
    let epoch = post.log().epoch().unwrap();
    let versions = [
        receipt(&identity, epoch, sealed[1], 1),
        receipt(&identity, epoch, sealed[0], 1),
        receipt(&identity, epoch, sealed[0], 2),
    ];
    let mut log = post.log();
    for receipt in &versions {
        log.begin().unwrap();
        log.save_receipt(receipt).unwrap();
        log.commit().unwrap();
    }
    drop(log);
    post.crash();
    let mut log = post.log();
    assert_eq!(log.epoch().unwrap(), epoch, "the epoch survives a crash");
    assert_eq!(log.receipt(device, 1).unwrap().as_ref(), Some(&versions[2]));
    assert_eq!(log.receipt(device, 9).unwrap(), None);
    let all = log.receipts_after(device, 0, 10).unwrap();
    assert_eq!(
        all,
        [versions[2].clone(), versions[0].clone()],
        "newest of each, in order"
    );
    assert_eq!(
        log.receipts_after(device, 1, 10).unwrap(),
        [versions[0].clone()]
    );
    assert_eq!(log.receipts_after(device, 0, 1).unwrap().len(), 1);
}

fn devices_are_known_by_their_keys<P: Post>(post: &mut P, writer: &Writer, scope: &ScopeId) {
    let mut log = post.log();
    let stranger = DeviceId::new([9; 16]);
    assert!(
        log.standing(stranger, 1).unwrap().is_none(),
        "a stranger has no standing"
    );
    assert_eq!(log.device_key(stranger).unwrap(), None);
    assert_eq!(log.directory(stranger, 0).unwrap().map(|_| ()), None);
    assert_eq!(log.role_on(writer.device, writer.person).unwrap(), None);
    let named = PersonName {
        person: writer.person,
        name: "Cabo 17".into(),
    };
    for _ in 0..2 {
        log.introduce(writer.device, std::slice::from_ref(&named))
            .unwrap();
        let role = log.role_on(writer.device, writer.person).unwrap();
        assert_eq!(
            role,
            Some(Role::PatrolMember),
            "who is announced is a member"
        );
    }
    let now_ms = 1_692_014_400_000;
    let standing = log.standing(writer.device, now_ms).unwrap().unwrap();
    let right = standing.scopes.iter().find(|right| right.scope == *scope);
    let mark = right.unwrap().mark;
    let later = now_ms + 1_000 * 60 * 60 * 24 * 30;
    let again = log.standing(writer.device, later).unwrap().unwrap();
    assert_eq!(
        again
            .scopes
            .iter()
            .find(|right| right.scope == *scope)
            .unwrap()
            .mark,
        mark
    );
    let directory = log.directory(writer.device, u64::MAX).unwrap().unwrap();
    assert!(
        directory
            .devices
            .iter()
            .any(|entry| entry.device == writer.device)
    );
    let same = log.directory(writer.device, directory.rev).unwrap();
    assert!(same.is_none(), "what is held is not sent again");
}

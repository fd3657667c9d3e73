#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod bent;
mod bytes;
mod foreign;
mod made;
mod odd;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ObjType, ROOT};
use sha2::{Digest, Sha256};

use made::{Body, framed};

use super::*;
use crate::encounter::tests::{both, by, example, patched, recorded};
use crate::wire::limit::CHANGE_BYTES_MAX;

/// The chunks of a record with some history: two edits side by side and a note.
pub(crate) fn chunks() -> Vec<Vec<u8>> {
    let base = recorded(&example());
    let left = patched(
        &base,
        serde_json::json!({"note": "río crecido", "needs": {"older": 1}}),
        2,
    );
    let right = patched(
        &base,
        serde_json::json!({"composition": {"VEN": {"AA+M": 9}}}),
        3,
    );
    let merged = both(&base, &left, &right);
    let last = patched(&merged, serde_json::json!({"note": "río muy crecido"}), 2);
    let document = merged.with_change(&last.bytes).unwrap();
    document
        .changes()
        .iter()
        .map(|meta| document.change_bytes(meta.hash).unwrap())
        .collect()
}

/// Repairs the checksum of a chunk whose header is in order, as somebody hostile would.
pub(crate) fn repaired(mut chunk: Vec<u8>) -> Vec<u8> {
    if chunk.len() > 8 {
        let digest = Sha256::digest(&chunk[8..]);
        chunk[4..8].copy_from_slice(&digest[..4]);
    }
    chunk
}

#[test]
fn what_is_read_equals_what_automerge_reads() {
    for chunk in chunks() {
        let meta = parse_change(&chunk).unwrap();
        let theirs = Change::from_bytes(chunk).unwrap();
        assert_eq!(
            meta.hash,
            ours(&theirs.hash()),
            "the hash names the change everywhere"
        );
        assert_eq!(
            meta.actor.as_bytes().as_slice(),
            theirs.actor_id().to_bytes()
        );
        assert_eq!(
            (meta.seq, meta.start_op),
            (theirs.seq(), theirs.start_op().get())
        );
        assert_eq!(meta.at.timestamp(), theirs.timestamp());
        let mut deps: Vec<_> = theirs.deps().iter().map(ours).collect();
        deps.sort();
        assert_eq!(meta.deps, deps);
    }
}

#[test]
fn operations_are_counted_as_automerge_counts_them() {
    for chunk in chunks() {
        let theirs = Change::from_bytes(chunk.clone()).unwrap();
        assert_eq!(
            chunk::parse(&chunk).map(|parsed| parsed.op_count),
            Ok(theirs.len() as u64)
        );
    }
}

/// A document of somebody else's make, written by Automerge itself: what it may do to ours.
fn foreign(write: impl FnOnce(&mut automerge::transaction::Transaction<'_>)) -> Vec<u8> {
    let mut automerge = Automerge::new().with_actor(automerge::ActorId::from([1_u8; 16]));
    let mut transaction = automerge.transaction();
    write(&mut transaction);
    let (hash, _) = transaction.commit_with(CommitOptions::default().with_time(0));
    automerge
        .get_change_by_hash(&hash.unwrap())
        .unwrap()
        .raw_bytes()
        .to_vec()
}

#[test]
fn a_document_begins_only_once() {
    let second = foreign(|transaction| transaction.put(ROOT, "a", 1).unwrap());
    let error = recorded(&example()).with_change(&second).unwrap_err();
    assert_eq!(
        error,
        DocumentError::Malformed("a document begins only once")
    );
}

#[test]
fn a_change_without_its_ancestors_names_them() {
    let chunks = chunks();
    let base = Document::from_changes([chunks[0].as_slice()]).unwrap();
    let missing: Vec<_> = [&chunks[1], &chunks[2]]
        .iter()
        .map(|bytes| parse_change(bytes).unwrap().hash)
        .collect();
    let Err(DocumentError::MissingDeps(mut named)) = base.with_change(&chunks[3]) else {
        panic!("it is not complete")
    };
    named.sort();
    let mut missing = missing;
    missing.sort();
    assert_eq!(named, missing, "the sender can be asked for exactly these");
}

#[test]
fn a_change_that_is_there_already_changes_nothing() {
    let chunks = chunks();
    let document = Document::from_changes(chunks.iter().map(Vec::as_slice)).unwrap();
    let version = document.version();
    let document = document.with_change(&chunks[1]).unwrap();
    assert_eq!(
        (document.version(), document.changes().len()),
        (version, 4),
        "duplicates are free"
    );
}

#[test]
fn a_number_used_twice_by_an_actor_is_named() {
    let base = recorded(&example());
    let one = patched(&base, serde_json::json!({"families": 2}), 5);
    let two = patched(&base, serde_json::json!({"families": 3}), 5);
    let error = base
        .with_change(&one.bytes)
        .unwrap()
        .with_change(&two.bytes)
        .unwrap_err();
    assert_eq!(error, DocumentError::DuplicateSeq { seq: 1 });
}

#[test]
fn an_operation_number_that_jumps_is_refused() {
    let base = recorded(&example());
    let body = Body {
        deps: vec![base.version().heads()[0].as_bytes().to_vec()],
        start_op: 9_999,
        ..Body::default()
    };
    let error = base.with_change(&body.chunk()).unwrap_err();
    assert_eq!(
        error,
        DocumentError::Malformed("operation numbers do not follow its dependencies")
    );
}

#[test]
fn changes_build_the_same_document_in_any_order() {
    let chunks = chunks();
    let forward = Document::from_changes(chunks.iter().map(Vec::as_slice)).unwrap();
    let backward = Document::from_changes(chunks.iter().rev().map(Vec::as_slice)).unwrap();
    assert_eq!(forward.version(), backward.version());
    assert_eq!(
        forward.snapshot().unwrap(),
        backward.snapshot().unwrap(),
        "byte for byte"
    );
}

#[test]
fn an_earlier_version_holds_its_ancestors_only() {
    let chunks = chunks();
    let document = Document::from_changes(chunks.iter().map(Vec::as_slice)).unwrap();
    let metas = document.changes();
    let early = document.at(&Version::new(vec![metas[1].hash])).unwrap();
    assert_eq!(
        early.changes().len(),
        2,
        "the edit and what it was written on"
    );
    assert_eq!(early.version().heads(), [metas[1].hash]);
    let unknown = document
        .at(&Version::new(vec![ChangeHash::new([1; 32])]))
        .unwrap_err();
    assert_eq!(unknown, DocumentError::UnknownVersion);
}

#[test]
fn an_actor_with_later_changes_may_not_write_on_an_earlier_version() {
    let document = Document::from_changes(chunks().iter().map(Vec::as_slice)).unwrap();
    let first = Version::new(vec![document.changes()[0].hash]);
    assert!(
        !document.may_author(by(2).actor, &first),
        "it wrote after that version"
    );
    assert!(
        document.may_author(by(2).actor, &document.version()),
        "it may go on from here"
    );
    assert!(document.may_author(by(99).actor, &first), "a fresh one may");
}

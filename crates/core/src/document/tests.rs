#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ObjType, ROOT};
use rstest::rstest;
use sha2::{Digest, Sha256};

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

/// Frames a body as a change chunk with a right checksum.
fn framed(body: &[u8]) -> Vec<u8> {
    let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1];
    leb(&mut chunk, body.len() as u64);
    chunk.extend(body);
    repaired(chunk)
}

fn leb(out: &mut Vec<u8>, mut value: u64) {
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        out.push(if value == 0 { byte } else { byte | 0x80 });
        if value == 0 {
            return;
        }
    }
}

/// What stands in a change's body, to be bent.
#[derive(Clone)]
struct Body {
    deps: Vec<Vec<u8>>,
    actor: Vec<u8>,
    seq: u64,
    start_op: u64,
    time: Vec<u8>,
    message: Vec<u8>,
    others: Vec<Vec<u8>>,
    columns: Vec<(u64, Vec<u8>)>,
    extra: Vec<u8>,
}

impl Default for Body {
    /// One operation: puts 1 at key "a" of the root.
    fn default() -> Self {
        Self {
            deps: Vec::new(),
            actor: vec![9; 16],
            seq: 1,
            start_op: 1,
            time: vec![0],
            message: Vec::new(),
            others: Vec::new(),
            columns: vec![
                (0x15, vec![0x7f, 1, b'a']),
                (0x34, vec![1]),
                (0x42, vec![0x7f, 1]),
                (0x56, vec![0x7f, 0x14]),
                (0x57, vec![1]),
                (0x70, vec![0x7f, 0]),
            ],
            extra: Vec::new(),
        }
    }
}

impl Body {
    fn chunk(&self) -> Vec<u8> {
        let mut out = Vec::new();
        leb(&mut out, self.deps.len() as u64);
        self.deps.iter().for_each(|dep| out.extend(dep));
        leb(&mut out, self.actor.len() as u64);
        out.extend(&self.actor);
        leb(&mut out, self.seq);
        leb(&mut out, self.start_op);
        out.extend(&self.time);
        leb(&mut out, self.message.len() as u64);
        out.extend(&self.message);
        leb(&mut out, self.others.len() as u64);
        for other in &self.others {
            leb(&mut out, other.len() as u64);
            out.extend(other);
        }
        leb(&mut out, self.columns.len() as u64);
        for (spec, data) in &self.columns {
            leb(&mut out, *spec);
            leb(&mut out, data.len() as u64);
        }
        self.columns.iter().for_each(|(_, data)| out.extend(data));
        out.extend(&self.extra);
        framed(&out)
    }

    fn column(mut self, spec: u64, data: &[u8]) -> Self {
        self.columns.retain(|(known, _)| *known != spec);
        self.columns.push((spec, data.to_vec()));
        self.columns.sort();
        self
    }
}

#[test]
fn the_plain_body_is_a_change_that_automerge_takes_too() {
    let chunk = Body::default().chunk();
    let meta = parse_change(&chunk).unwrap();
    let theirs = Change::from_bytes(chunk.clone()).unwrap();
    assert_eq!(
        ours(&theirs.hash()),
        meta.hash,
        "otherwise the cases below would bend something else"
    );
    assert!(
        Document::from_changes([chunk.as_slice()]).is_ok(),
        "and it can be applied"
    );
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

fn other(fill: u8) -> Vec<u8> {
    vec![fill; 16]
}

#[rstest]
#[case::seq_zero(Body { seq: 0, ..Body::default() }, "sequence number is out of range")]
#[case::seq_huge(Body { seq: u64::MAX >> 1, ..Body::default() }, "sequence number is out of range")]
#[case::op_zero(Body { start_op: 0, ..Body::default() }, "operation number is out of range")]
#[case::op_huge(Body { start_op: 1 << 40, ..Body::default() }, "operation number is out of range")]
#[case::actor_empty(Body { actor: vec![], ..Body::default() }, "actor is not 16 bytes")]
#[case::actor_15(Body { actor: vec![9; 15], ..Body::default() }, "actor is not 16 bytes")]
#[case::actor_17(Body { actor: vec![9; 17], ..Body::default() }, "actor is not 16 bytes")]
#[case::deps_10_000(Body { deps: (0..10_000_u32).map(dep).collect(), ..Body::default() }, "larger than 256 KiB")]
#[case::deps_5_000(Body { deps: (0..5_000_u32).map(dep).collect(), ..Body::default() }, "too many dependencies")]
#[case::deps_twice(Body { deps: vec![vec![1; 32]; 2], ..Body::default() }, "dependencies are not sorted and unique")]
#[case::deps_unsorted(Body { deps: vec![vec![2; 32], vec![1; 32]], ..Body::default() }, "dependencies are not sorted and unique")]
#[case::time_negative(Body { time: vec![0x7f], ..Body::default() }, "time is out of range")]
#[case::time_year_300_000(Body { time: vec![0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10], ..Body::default() }, "time is out of range")]
#[case::time_padded(Body { time: vec![0x80, 0], ..Body::default() }, "a number is padded")]
#[case::message(Body { message: b"hello".to_vec(), ..Body::default() }, "carries a message")]
#[case::others_short(Body { others: vec![vec![1; 3]], ..Body::default() }, "actor is not 16 bytes")]
#[case::others_twice(Body { others: vec![other(1), other(1)], ..Body::default() }, "other actors are not sorted and unique")]
#[case::others_own(Body { others: vec![other(9)], ..Body::default() }, "other actors are not sorted and unique")]
#[case::others_many(Body { others: (0..=255).map(other).chain([other(1)]).collect(), ..Body::default() }, "too many other actors")]
#[case::extra(Body { extra: vec![1], ..Body::default() }, "carries extra bytes")]
#[case::no_ops(Body { columns: vec![], ..Body::default() }, "has no operations")]
#[case::unknown_column(Body::default().column(0x1234, &[0x7f, 0]), "has a column that is not known")]
#[case::deflated_column(Body::default().column(0x4a, &[0x7f, 0]), "has a column that is not known")]
#[case::mark_column(Body::default().column(0x94, &[1]), "has a column that is not known")]
#[case::unknown_actor(Body::default().column(0x01, &[0x7f, 5]).column(0x02, &[0x7f, 1]), "an operation refers to an unknown actor")]
#[case::beyond(Body::default().column(0x01, &[0x7f, 0]).column(0x02, &[0x7f, 0xff, 0xff, 0xff, 0x7f]), "an operation refers beyond the change")]
#[case::below_zero(Body::default().column(0x13, &[0x7f, 0x7f]), "an operation refers below zero")]
#[case::table(Body::default().column(0x42, &[0x7f, 6]), "has an operation that is not used here")]
#[case::run_of_a_billion(Body::default().column(0x42, &[0x80, 0x94, 0xeb, 0xdc, 0x03, 1]), "too many operations")]
#[case::nulls_of_a_billion(Body::default().column(0x42, &[0, 0x80, 0x94, 0xeb, 0xdc, 0x03]), "too many operations")]
#[case::booleans_of_a_billion(Body::default().column(0x34, &[0x80, 0x94, 0xeb, 0xdc, 0x03]), "too many operations")]
#[case::preds_of_a_billion(Body::default().column(0x70, &[0x7f, 0x80, 0x94, 0xeb, 0xdc, 0x03]), "too many predecessors")]
#[case::preds_missing(Body::default().column(0x70, &[0x7f, 1]), "predecessors do not add up")]
#[case::value_missing(Body::default().column(0x57, &[]), "values do not add up")]
#[case::value_long(Body::default().column(0x56, &[0x7f, 0xff, 0xff, 0xff, 0x7f]), "values do not add up")]
#[case::columns_differ(Body::default().column(0x34, &[2]), "columns differ in length")]
#[case::gap(Body::default().column(0x42, &[0, 1]), "a column has gaps")]
#[case::key_not_utf8(Body::default().column(0x15, &[0x7f, 1, 0xff]), "a key is not UTF-8")]
#[case::key_long(Body::default().column(0x15, &[0x7f, 9, b'a']), "cut short")]
fn a_bent_change_is_refused_with_its_fault(#[case] body: Body, #[case] fault: &'static str) {
    let chunk = body.chunk();
    assert_eq!(parse_change(&chunk), Err(DocumentError::Malformed(fault)));
    assert!(
        Document::from_changes([chunk.as_slice()]).is_err(),
        "no other way in takes it either"
    );
}

fn dep(number: u32) -> Vec<u8> {
    let mut hash = number.to_be_bytes().to_vec();
    hash.resize(32, 0);
    hash
}

#[rstest]
#[case::nothing(&[], "cut short")]
#[case::text(b"not a change at all", "does not begin as a chunk")]
#[case::document(&[0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 0, 0], "is not an uncompressed change")]
#[case::deflated(&[0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 2, 0], "is not an uncompressed change")]
#[case::bundle(&[0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 3, 0], "is not an uncompressed change")]
#[case::length_padded(&[0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1, 0x80, 0], "a number is padded")]
#[case::length_endless(&[0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255], "a number is too large")]
fn a_wrong_frame_is_refused_with_its_fault(#[case] bytes: &[u8], #[case] fault: &'static str) {
    assert_eq!(parse_change(bytes), Err(DocumentError::Malformed(fault)));
}

/// The smallest known killer has this size and shape: a change whose one operation names an actor that is not there.
#[test]
fn twenty_five_bytes_do_not_panic() {
    for actor in 0..=255_u8 {
        let mut body = vec![0, 0, 1, 1, 0, 0, 0, 1, 0x01, 2, 0x7f, actor];
        body.truncate(16);
        let chunk = framed(&body);
        assert!(chunk.len() <= 25, "it is {} bytes", chunk.len());
        assert!(
            parse_change(&chunk).is_err() && Document::from_changes([chunk.as_slice()]).is_err()
        );
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        proptest::prop_assert!(parse_change(&bytes).is_err());
        proptest::prop_assert!(parse_change(&framed(&bytes)).is_err(), "nor with a right frame");
        proptest::prop_assert!(Document::load(&bytes).map_or(true, |document| document.changes().is_empty()));
    }
}

#[test]
fn a_change_over_the_limit_is_not_even_read() {
    let huge = vec![0; CHANGE_BYTES_MAX + 1];
    assert_eq!(
        parse_change(&huge),
        Err(DocumentError::Malformed("larger than 256 KiB"))
    );
}

#[test]
fn a_change_cut_at_any_byte_is_refused() {
    for chunk in chunks() {
        for length in 0..chunk.len() {
            assert!(
                parse_change(&chunk[..length]).is_err(),
                "cut at {length} of {}",
                chunk.len()
            );
        }
    }
}

#[test]
fn any_flipped_bit_is_noticed() {
    let chunk = chunks().remove(0);
    for index in 0..chunk.len() * 8 {
        let mut flipped = chunk.clone();
        flipped[index / 8] ^= 1 << (index % 8);
        assert!(parse_change(&flipped).is_err(), "bit {index}");
    }
}

/// With the checksum repaired a flipped bit may be a change of its own: then it must be applied, refused
/// or found poisoned, and what is applied must survive a snapshot.
#[test]
fn a_flipped_bit_with_repaired_checksum_never_panics_and_never_leaves_a_poisoned_snapshot() {
    let chunks = chunks();
    let (mut taken, mut refused, mut poisoned) = (0, 0, 0);
    for which in 0..chunks.len() {
        let before: Vec<_> = chunks[..which].iter().map(Vec::as_slice).collect();
        let base = (which > 0).then(|| Document::from_changes(before).unwrap());
        for index in (8 * 8..chunks[which].len() * 8).skip(which).step_by(5) {
            let mut flipped = chunks[which].clone();
            flipped[index / 8] ^= 1 << (index % 8);
            let flipped = repaired(flipped);
            let result = match base.clone() {
                Some(base) => base.with_change(&flipped),
                None => Document::from_changes([flipped.as_slice()]),
            };
            match result.and_then(|document| Ok((document.snapshot()?, document))) {
                Ok((snapshot, document)) => {
                    taken += 1;
                    assert_eq!(
                        Document::load(&snapshot).unwrap().version(),
                        document.version()
                    );
                    let _ = crate::encounter::read(&document);
                    let _ = crate::encounter::history(&document);
                }
                Err(DocumentError::Poisoned) => poisoned += 1,
                Err(_) => refused += 1,
            }
        }
    }
    assert!(
        taken > 0 && refused > 0 && poisoned > 0,
        "taken {taken}, refused {refused}, poisoned {poisoned}: each net must have caught something"
    );
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

#[test]
fn a_damaged_snapshot_is_an_error() {
    let document = Document::from_changes(chunks().iter().map(Vec::as_slice)).unwrap();
    let snapshot = document.snapshot().unwrap();
    for length in 0..snapshot.len() {
        // An empty one is an empty document to Automerge; it has no heads and no header.
        let cut = Document::load(&snapshot[..length]);
        assert!(
            cut.is_err() || cut.is_ok_and(|cut| cut.version() != document.version()),
            "cut at {length}"
        );
    }
    for index in 0..snapshot.len() {
        let mut flipped = snapshot.clone();
        flipped[index] ^= 0x10;
        assert!(Document::load(&flipped).is_err(), "byte {index}");
    }
}

/// Writes on a record as a build that does not keep the rules would.
fn written_on(
    base: &Document,
    write: impl FnOnce(&mut automerge::transaction::Transaction<'_>),
) -> Document {
    let mut automerge = base.automerge.clone();
    automerge.set_actor(automerge::ActorId::from([4_u8; 16]));
    let mut transaction = automerge.transaction();
    write(&mut transaction);
    let (hash, _) = transaction.commit_with(CommitOptions::default().with_time(0));
    let change = automerge.get_change_by_hash(&hash.unwrap()).unwrap();
    base.clone().with_change(change.raw_bytes()).unwrap()
}

#[test]
fn a_container_that_is_made_again_or_taken_away_is_an_error_and_no_empty_record() {
    let base = recorded(&example());
    let again = written_on(&base, |writer| {
        drop(
            writer
                .put_object(ROOT, "composition", ObjType::Map)
                .unwrap(),
        )
    });
    let away = written_on(&base, |writer| writer.delete(ROOT, "needs").unwrap());
    let scalar = written_on(&base, |writer| writer.put(ROOT, "review_log", 1).unwrap());
    for document in [again, away, scalar] {
        let read = crate::encounter::read(&document);
        assert!(
            matches!(read, Err(DocumentError::Schema(_))),
            "people would vanish from every reading"
        );
    }
}

#[test]
fn a_header_that_is_written_again_is_refused() {
    let base = recorded(&example());
    let other = written_on(&base, |writer| {
        writer
            .put(ROOT, "author_id", "0198f3c2-6b1e-7c40-9a55-2f6f0a7d1e99")
            .unwrap()
    });
    assert!(
        matches!(
            crate::encounter::read(&other),
            Err(DocumentError::Schema(_))
        ),
        "authors would change hands"
    );
}

#[test]
fn fields_cells_and_objects_of_newer_builds_are_kept_and_shown() {
    let base = recorded(&example());
    let newer = written_on(&base, |writer| {
        writer.put(ROOT, "weather", "rain").unwrap();
        writer.put_object(ROOT, "tracks", ObjType::List).unwrap();
        let needs = match automerge::ReadDoc::get(writer, ROOT, "needs").unwrap() {
            Some((_, id)) => id,
            None => panic!("the container is there"),
        };
        writer.put(&needs, "needs a new form", 2).unwrap();
    });
    let read = crate::encounter::read(&newer).unwrap();
    let unknown: Vec<_> = read.unknown.keys().map(String::as_str).collect();
    assert_eq!(
        unknown,
        ["needs/needs a new form", "tracks", "weather"],
        "nothing is dropped"
    );
    let edit = patched(&newer, serde_json::json!({"families": 2}), 5);
    let after = crate::encounter::read(&newer.with_change(&edit.bytes).unwrap()).unwrap();
    assert_eq!(
        after.unknown, read.unknown,
        "an edit by this build leaves them alone"
    );
}

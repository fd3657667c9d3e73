//! Changes made by hand, byte by byte: what a strict parser must refuse, and with which fault.

use rstest::rstest;

use super::*;

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

//! Any bytes at all are answered: cut, flipped, too many.

use super::*;

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

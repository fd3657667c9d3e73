#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use super::*;

fn mark(saves: u64) -> Mark {
    Mark {
        saves,
        hash: ChangeHash::new([u8::try_from(saves).unwrap(); 32]),
    }
}

/// A mark that was written so often and closed after each, so that each is on the disk.
fn written(folder: &tempfile::TempDir, saves: u64) -> std::path::PathBuf {
    let path = folder.path().join("mark");
    MarkFile::create(&path).unwrap();
    for number in 1..=saves {
        let (mut file, before) = MarkFile::open(&path).unwrap();
        let expected = (number > 1).then(|| mark(number - 1));
        assert_eq!(before, expected, "what was written before is read");
        file.write(mark(number)).unwrap();
    }
    path
}

#[test]
fn the_last_mark_written_is_the_one_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(&folder, 5);
    assert_eq!(
        Mark::read(&path).unwrap(),
        Some(mark(5)),
        "after any number of turns between the slots"
    );
    let (mut file, _) = MarkFile::open(&path).unwrap();
    (6..=90).for_each(|number| file.write(mark(number)).unwrap());
    assert_eq!(
        Mark::read(&path).unwrap(),
        Some(mark(90)),
        "also before it was synced: a process that is ended loses nothing of it"
    );
}

#[test]
fn a_torn_write_leaves_the_mark_that_was_synced_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(&folder, 3);
    let (mut file, _) = MarkFile::open(&path).unwrap();
    for number in 4..=60 {
        let before = std::fs::read(&path).unwrap();
        file.write(mark(number)).unwrap();
        let after = std::fs::read(&path).unwrap();
        let places = 0..FILE_BYTES / SLOT_BYTES;
        let slot = |bytes: &[u8], at: usize| bytes[at * SLOT_BYTES..(at + 1) * SLOT_BYTES].to_vec();
        let changed: Vec<_> = places
            .filter(|at| slot(&before, *at) != slot(&after, *at))
            .collect();
        assert_eq!(changed.len(), 1, "a save writes one slot");
        for torn in [0, 9, 60] {
            let mut bytes = after.clone();
            bytes[changed[0] * SLOT_BYTES + torn] ^= 1;
            let left = newest(&bytes).unwrap().unwrap().mark.saves;
            assert!(
                (3..number).contains(&left),
                "what was on the disk before the write of {number} is still read, not {left}"
            );
        }
    }
}

#[test]
fn damage_to_every_slot_is_an_error_and_not_an_empty_mark() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(&folder, 5);
    let mut bytes = std::fs::read(&path).unwrap();
    (0..3).for_each(|slot| bytes[slot * SLOT_BYTES + 3] ^= 1);
    std::fs::write(&path, &bytes).unwrap();
    assert!(Mark::read(&path).is_err(), "silence would hide lost saves");
    std::fs::write(&path, b"").unwrap();
    assert!(Mark::read(&path).is_err(), "an emptied file is damage too");
}

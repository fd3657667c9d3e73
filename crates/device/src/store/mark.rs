//! The high-water mark of saves: what the database must at least contain.
//!
//! A write-ahead log that lost its end opens without a word and passes SQLite's own check. So every
//! save, after its commit and before anybody is told *Guardado*, writes its number and hash here.
//! Two slots are written in turn, each with a checksum: a torn write leaves the other one.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

use bitacora_core::id::ChangeHash;
use sha2::{Digest, Sha256};

use crate::vault::private_file;

const SLOT_BYTES: usize = 512;
const FILE_BYTES: usize = 2 * SLOT_BYTES;
const CONTENT_BYTES: usize = 8 + 8 + 32;
const MAGIC: &[u8] = b"bitacora mark 1\0";

/// The last save that somebody was told about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The device's own saves, counted from 1.
    pub(crate) saves: u64,
    /// The change of the last one.
    pub(crate) hash: ChangeHash,
}

/// The open file. Not opened anew per save: a save must not fail for want of a file handle.
#[derive(Debug)]
pub(crate) struct MarkFile {
    file: File,
    generation: u64,
}

impl Mark {
    /// Reads the mark of a vault; `None` if nothing was saved yet.
    pub(crate) fn read(path: &Path) -> io::Result<Option<Self>> {
        let mut bytes = Vec::new();
        File::open(path)?
            .take(FILE_BYTES as u64)
            .read_to_end(&mut bytes)?;
        newest(&bytes).map(|newest| newest.map(|(_, mark)| mark))
    }
}

impl MarkFile {
    /// Makes the file at its full size, so that later writes need no new space.
    pub(crate) fn create(path: &Path) -> io::Result<()> {
        let mut file = private_file()
            .create(true)
            .truncate(true)
            .write(true)
            .open(path)?;
        file.write_all(&[0; FILE_BYTES])?;
        file.sync_all()
    }

    /// Opens the file and reads what it says.
    pub(crate) fn open(path: &Path) -> io::Result<(Self, Option<Mark>)> {
        let mut file = private_file().read(true).write(true).open(path)?;
        let mut bytes = Vec::new();
        (&mut file)
            .take(FILE_BYTES as u64)
            .read_to_end(&mut bytes)?;
        let newest = newest(&bytes)?;
        let generation = newest.map_or(0, |(generation, _)| generation);
        Ok((Self { file, generation }, newest.map(|(_, mark)| mark)))
    }

    /// Writes the mark and waits until it is on the disk.
    pub(crate) fn write(&mut self, mark: Mark) -> io::Result<()> {
        let generation = self.generation.saturating_add(1);
        fail::fail_point!("device::save");
        let place = if generation.is_multiple_of(2) {
            0
        } else {
            SLOT_BYTES as u64
        };
        self.file.seek(SeekFrom::Start(place))?;
        self.file.write_all(&encode(generation, mark))?;
        fail::fail_point!("device::save");
        self.file.sync_data()?;
        self.generation = generation;
        fail::fail_point!("device::save");
        Ok(())
    }
}

fn encode(generation: u64, mark: Mark) -> [u8; SLOT_BYTES] {
    let mut content = Vec::with_capacity(SLOT_BYTES);
    content.extend_from_slice(&generation.to_be_bytes());
    content.extend_from_slice(&mark.saves.to_be_bytes());
    content.extend_from_slice(mark.hash.as_bytes());
    let checksum = checksum(&content);
    content.extend_from_slice(&checksum);
    let mut slot = [0; SLOT_BYTES];
    slot.iter_mut()
        .zip(content)
        .for_each(|(to, from)| *to = from);
    slot
}

/// Returns the newest intact slot; `None` if the file was never written; an error if it is damaged.
fn newest(bytes: &[u8]) -> io::Result<Option<(u64, Mark)>> {
    let slots: Vec<_> = bytes.chunks(SLOT_BYTES).filter_map(decode).collect();
    let damaged = || {
        io::Error::new(
            ErrorKind::InvalidData,
            "both halves of the mark are unreadable",
        )
    };
    if slots.is_empty() {
        let untouched = bytes.len() == FILE_BYTES && bytes.iter().all(|byte| *byte == 0);
        return if untouched { Ok(None) } else { Err(damaged()) };
    }
    Ok(slots.into_iter().max_by_key(|(generation, _)| *generation))
}

fn decode(slot: &[u8]) -> Option<(u64, Mark)> {
    let (content, rest) = slot.split_at_checked(CONTENT_BYTES)?;
    let stored = rest.get(..32)?;
    if stored != checksum(content) {
        return None;
    }
    let (generation, rest) = content.split_at_checked(8)?;
    let (saves, hash) = rest.split_at_checked(8)?;
    let mark = Mark {
        saves: u64::from_be_bytes(saves.try_into().ok()?),
        hash: ChangeHash::from_slice(hash).ok()?,
    };
    Some((u64::from_be_bytes(generation.try_into().ok()?), mark))
}

fn checksum(content: &[u8]) -> [u8; 32] {
    Sha256::new_with_prefix(MAGIC)
        .chain_update(content)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
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

    fn written(folder: &tempfile::TempDir, saves: u64) -> std::path::PathBuf {
        let path = folder.path().join("mark");
        MarkFile::create(&path).unwrap();
        let (mut file, before) = MarkFile::open(&path).unwrap();
        assert_eq!(before, None, "a new vault has saved nothing");
        (1..=saves).for_each(|number| file.write(mark(number)).unwrap());
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
    }

    #[test]
    fn a_torn_write_leaves_the_mark_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = written(&folder, 5);
        let whole = std::fs::read(&path).unwrap();
        for place in [SLOT_BYTES, SLOT_BYTES + 9, SLOT_BYTES + 60] {
            let mut torn = whole.clone();
            torn[place] ^= 1;
            std::fs::write(&path, &torn).unwrap();
            assert_eq!(
                Mark::read(&path).unwrap(),
                Some(mark(4)),
                "the other slot still says the save before"
            );
        }
    }

    #[test]
    fn damage_to_both_slots_is_an_error_and_not_an_empty_mark() {
        let folder = tempfile::tempdir().unwrap();
        let path = written(&folder, 5);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[3] ^= 1;
        bytes[SLOT_BYTES + 3] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert!(Mark::read(&path).is_err(), "silence would hide lost saves");
        std::fs::write(&path, b"").unwrap();
        assert!(Mark::read(&path).is_err(), "an emptied file is damage too");
    }
}

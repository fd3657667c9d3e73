//! The high-water mark of saves: what the database must at least contain.
//!
//! A write-ahead log that lost its end opens without a word and passes SQLite's own check. So every
//! save, after its commit and before anybody is told *Guardado*, writes its number and hash here. The
//! commit alone is synced before that word; the mark follows within [`keeper::DELAY`], by a thread of its own
//! (docs/decisions/0040). Three slots lie in pages of their own, each with a checksum: one is surely on
//! the disk, one may be on its way there, one is free to be written. Whatever a power cut does to the
//! other two, the first still says what was saved until then.

mod keeper;

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

use bitacora_core::id::ChangeHash;
use sha2::{Digest, Sha256};

use self::keeper::{Keeper, Slot};
use crate::vault::private_file;

/// A page of the disk: writing one slot touches no other.
const SLOT_BYTES: usize = 4096;
const FILE_BYTES: usize = 3 * SLOT_BYTES;
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
    keeper: Keeper,
    generation: u64,
}

impl Mark {
    /// Reads the mark of a vault; `None` if nothing was saved yet.
    pub(crate) fn read(path: &Path) -> io::Result<Option<Self>> {
        Ok(newest(&bytes_of(&File::open(path)?)?)?.map(|newest| newest.mark))
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
        let file = private_file().read(true).write(true).open(path)?;
        let newest = newest(&bytes_of(&file)?)?;
        // A process that was ended may have left it to the system to write; from here on it is a floor.
        file.sync_data()?;
        let (generation, slot) = newest.map_or((0, Slot::FIRST), |it| (it.generation, it.slot));
        let keeper = Keeper::start(file, slot)?;
        Ok((Self { keeper, generation }, newest.map(|it| it.mark)))
    }

    /// Writes the mark. It is on the disk a moment later; an error then shows at the next write.
    pub(crate) fn write(&mut self, mark: Mark) -> io::Result<()> {
        let generation = self.generation.saturating_add(1);
        fail::fail_point!("device::mark");
        self.keeper.write(|mut file, slot| {
            file.seek(SeekFrom::Start(slot.number() * SLOT_BYTES as u64))?;
            file.write_all(&encode(generation, mark))
        })?;
        self.generation = generation;
        fail::fail_point!("device::mark");
        Ok(())
    }
}

fn bytes_of(file: &File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(FILE_BYTES as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Returns what a slot holds. The rest of its page stays as it is: zeros.
fn encode(generation: u64, mark: Mark) -> Vec<u8> {
    let mut content = Vec::with_capacity(CONTENT_BYTES + 32);
    content.extend_from_slice(&generation.to_be_bytes());
    content.extend_from_slice(&mark.saves.to_be_bytes());
    content.extend_from_slice(mark.hash.as_bytes());
    let checksum = checksum(&content);
    content.extend_from_slice(&checksum);
    content
}

/// What a slot says.
#[derive(Clone, Copy)]
struct Stored {
    slot: Slot,
    generation: u64,
    mark: Mark,
}

/// Returns the newest intact slot; `None` if the file was never written; an error if it is damaged.
fn newest(bytes: &[u8]) -> io::Result<Option<Stored>> {
    let slots = Slot::ALL.into_iter().zip(bytes.chunks(SLOT_BYTES));
    let newest = slots
        .filter_map(|(slot, bytes)| decode(slot, bytes))
        .max_by_key(|stored| stored.generation);
    let untouched = bytes.len() == FILE_BYTES && bytes.iter().all(|byte| *byte == 0);
    if newest.is_none() && !untouched {
        return Err(io::Error::new(
            ErrorKind::InvalidData,
            "every part of the mark is unreadable",
        ));
    }
    Ok(newest)
}

fn decode(slot: Slot, bytes: &[u8]) -> Option<Stored> {
    let (content, rest) = bytes.split_at_checked(CONTENT_BYTES)?;
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
    Some(Stored {
        slot,
        generation: u64::from_be_bytes(generation.try_into().ok()?),
        mark,
    })
}

fn checksum(content: &[u8]) -> [u8; 32] {
    Sha256::new_with_prefix(MAGIC)
        .chain_update(content)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests;

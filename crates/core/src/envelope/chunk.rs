//! The hash of an Automerge change chunk, from its bytes alone.

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::id::ChangeHash;
use crate::wire::limit;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHANGE: u8 = 1;

/// Bytes that are not one uncompressed change chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidChunk {
    /// Longer than [`limit::CHANGE_BYTES_MAX`].
    #[error("change has {0} bytes, more than allowed")]
    TooLarge(usize),
    /// It does not begin as a chunk does.
    #[error("change does not begin as an Automerge chunk")]
    Magic,
    /// A document, a compressed change or something unknown.
    #[error("chunk type {0} is not an uncompressed change")]
    Type(u8),
    /// The stated length is not the length.
    #[error("change's stated length is not its length")]
    Length,
    /// The checksum does not fit the content.
    #[error("change's checksum is wrong")]
    Checksum,
}

/// Returns the hash that Automerge gives to these bytes, after checking magic, type, length and checksum.
///
/// Automerge's own reader does not check the checksum. Everything that names a change by its hash relies
/// on this function.
pub fn change_hash(bytes: &[u8]) -> Result<ChangeHash, InvalidChunk> {
    if bytes.len() > limit::CHANGE_BYTES_MAX {
        return Err(InvalidChunk::TooLarge(bytes.len()));
    }
    let (magic, rest) = bytes.split_first_chunk::<4>().ok_or(InvalidChunk::Magic)?;
    let (checksum, hashed) = rest.split_first_chunk::<4>().ok_or(InvalidChunk::Magic)?;
    if *magic != MAGIC {
        return Err(InvalidChunk::Magic);
    }
    let (kind, body) = hashed.split_first().ok_or(InvalidChunk::Length)?;
    if *kind != CHANGE {
        return Err(InvalidChunk::Type(*kind));
    }
    let (length, used) = leb128(body).ok_or(InvalidChunk::Length)?;
    if used.checked_add(length) != Some(body.len()) {
        return Err(InvalidChunk::Length);
    }
    let digest: [u8; 32] = Sha256::digest(hashed).into();
    if !digest.starts_with(checksum) {
        return Err(InvalidChunk::Checksum);
    }
    Ok(ChangeHash::new(digest))
}

/// Reads an unsigned LEB128 number in its shortest form; returns it and the bytes it took.
fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0usize;
    for (index, byte) in bytes.iter().take(4).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            let shortest = index == 0 || *byte != 0;
            return shortest.then_some((value, index + 1));
        }
    }
    None
}

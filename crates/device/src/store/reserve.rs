//! Space kept aside: on a full disk even deleting fails, and a draft must still be kept.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::vault::private_file;

/// Size of the reserve, bytes. Enough for hundreds of drafts and for SQLite's own log.
const RESERVE_BYTES: u64 = 2 * 1024 * 1024;
/// What is kept where that does not fit, bytes: enough to unlock and to keep a draft.
const LEAST_BYTES: u64 = 256 * 1024;
const BLOCK: [u8; 4096] = [0; 4096];

/// Makes sure that the reserve is there at its full size, or at its least; a disk without room is not an error.
pub(crate) fn keep(path: &Path) -> bool {
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() == RESERVE_BYTES) {
        return true;
    }
    // Anything between would take the last space from a record.
    [RESERVE_BYTES, LEAST_BYTES].into_iter().any(|size_bytes| {
        let filled = fill(path, size_bytes).is_ok();
        if !filled {
            release(path);
        }
        filled
    })
}

/// Gives the space back; returns whether there was any.
pub(crate) fn release(path: &Path) -> bool {
    fs::remove_file(path).is_ok()
}

fn fill(path: &Path, size_bytes: u64) -> io::Result<()> {
    let mut file: File = private_file()
        .create(true)
        .truncate(true)
        .write(true)
        .open(path)?;
    // Written in full: a sparse file reserves nothing.
    for _ in 0..size_bytes / BLOCK.len() as u64 {
        file.write_all(&BLOCK)?;
    }
    file.sync_all()
}

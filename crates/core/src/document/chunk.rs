//! The strict pre-parser of change chunks, our own: Automerge's parser panics on hostile bytes.
//!
//! It takes less than Automerge does: only uncompressed change chunks, with our actors, without
//! messages, extra bytes, tables or marks, and with every count capped before anything is allocated.

mod columns;
mod reader;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use crate::authoring::ChangeMeta;
use crate::id::{ActorId, ChangeHash};
use crate::wire::limit::{CHANGE_BYTES_MAX, DEPS_MAX};
use columns::Context;
use reader::Reader;

/// The most operations in one change: a note of 500 characters is 500 of them.
pub(crate) const OPS_MAX: u64 = 20_000;
const OTHER_ACTORS_MAX: u64 = 256;
const COLUMNS_MAX: u64 = 16;
/// The highest operation number of a document.
const OP_NUMBER_MAX: u64 = 1 << 30;
/// 9999-12-31T23:59:59Z.
pub(crate) const TIME_MAX: i64 = 253_402_300_799;
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHANGE_TYPE: u8 = 1;

/// What is wrong with a chunk, without any of its content.
pub(crate) type Fault = &'static str;

/// A chunk that passed.
#[derive(Clone)]
pub(crate) struct Parsed {
    pub(crate) meta: ChangeMeta,
    pub(crate) op_count: u64,
}

impl Parsed {
    /// Returns the number of the last operation.
    pub(crate) fn max_op(&self) -> u64 {
        self.meta.start_op + self.op_count - 1
    }
}

/// Checks one chunk and reads its place in the history.
pub(crate) fn parse(bytes: &[u8]) -> Result<Parsed, Fault> {
    if bytes.len() > CHANGE_BYTES_MAX {
        return Err("larger than 256 KiB");
    }
    let (hash, body) = check_frame(bytes)?;
    parse_body(hash, body)
}

fn check_frame(bytes: &[u8]) -> Result<(ChangeHash, &[u8]), Fault> {
    let mut reader = Reader::new(bytes);
    if reader.take(4)? != MAGIC {
        return Err("does not begin as a chunk");
    }
    let checksum = reader.take(4)?;
    let hashed = reader.rest();
    if reader.byte()? != CHANGE_TYPE {
        return Err("is not an uncompressed change");
    }
    let length = reader.unsigned()?;
    let body = reader.rest();
    if body.len() as u64 != length {
        return Err("length does not fit");
    }
    let digest: [u8; 32] = Sha256::digest(hashed).into();
    if !digest.starts_with(checksum) {
        return Err("checksum does not fit");
    }
    Ok((ChangeHash::new(digest), body))
}

fn parse_body(hash: ChangeHash, body: &[u8]) -> Result<Parsed, Fault> {
    let mut reader = Reader::new(body);
    let deps = read_deps(&mut reader)?;
    let actor = read_actor(&mut reader)?;
    let seq = reader.unsigned()?;
    let start_op = reader.unsigned()?;
    if seq == 0 || seq > OP_NUMBER_MAX {
        return Err("sequence number is out of range");
    }
    if start_op == 0 || start_op > OP_NUMBER_MAX {
        return Err("operation number is out of range");
    }
    let at = read_time(&mut reader)?;
    if reader.unsigned()? != 0 {
        return Err("carries a message");
    }
    let actors = 1 + read_other_actors(&mut reader, actor)?;
    let specs = read_column_specs(&mut reader)?;
    let op_count = columns::check(&mut reader, &specs, Context { actors, start_op })?;
    if !reader.rest().is_empty() {
        return Err("carries extra bytes");
    }
    let meta = ChangeMeta {
        hash,
        actor,
        seq,
        start_op,
        at,
        deps,
    };
    Ok(Parsed { meta, op_count })
}

fn read_deps(reader: &mut Reader<'_>) -> Result<Vec<ChangeHash>, Fault> {
    let count = reader.count(DEPS_MAX as u64, "too many dependencies")?;
    let mut deps = Vec::with_capacity(count);
    for _ in 0..count {
        let hash =
            ChangeHash::from_slice(reader.take(32)?).map_err(|_| "a dependency is cut short")?;
        if deps.last().is_some_and(|last| *last >= hash) {
            return Err("dependencies are not sorted and unique");
        }
        deps.push(hash);
    }
    Ok(deps)
}

fn read_actor(reader: &mut Reader<'_>) -> Result<ActorId, Fault> {
    if reader.unsigned()? != 16 {
        return Err("actor is not 16 bytes");
    }
    ActorId::from_slice(reader.take(16)?).map_err(|_| "actor is not 16 bytes")
}

fn read_time(reader: &mut Reader<'_>) -> Result<DateTime<Utc>, Fault> {
    let seconds = reader.signed()?;
    if !(0..=TIME_MAX).contains(&seconds) {
        return Err("time is out of range");
    }
    DateTime::from_timestamp(seconds, 0).ok_or("time is out of range")
}

fn read_other_actors(reader: &mut Reader<'_>, own: ActorId) -> Result<u64, Fault> {
    let count = reader.count(OTHER_ACTORS_MAX, "too many other actors")?;
    let mut last = None;
    for _ in 0..count {
        let actor = read_actor(reader)?;
        if actor == own || last.is_some_and(|last| last >= actor) {
            return Err("other actors are not sorted and unique");
        }
        last = Some(actor);
    }
    Ok(count as u64)
}

fn read_column_specs(reader: &mut Reader<'_>) -> Result<Vec<(u64, usize)>, Fault> {
    let count = reader.count(COLUMNS_MAX, "too many columns")?;
    (0..count)
        .map(|_| {
            let spec = reader.unsigned()?;
            let length = reader.count(CHANGE_BYTES_MAX as u64, "a column is too long")?;
            Ok((spec, length))
        })
        .collect()
}

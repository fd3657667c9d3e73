//! Sealed envelopes. They never change.

use bitacora_core::envelope::{LeafHash, Seal, Signature, Statement};
use bitacora_core::id::{ChangeHash, DeviceId, DocumentId, EnvelopeHash};
use bitacora_core::sync::{HeldChange, HeldEnvelope, HeldLeaf};
use rusqlite::{Connection, Row, params};

use super::change::Kind;
use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// Adds an envelope; one that is here already stays as it is.
pub(crate) fn put(
    tx: &Tx<'_>,
    seal: &Seal,
    leaves: &[LeafHash],
) -> Result<EnvelopeHash, StoreError> {
    let hash = seal.statement.hash();
    let statement =
        minicbor::to_vec(&seal.statement).map_err(|_| StoreError::Value { what: "statement" })?;
    let leaves: Vec<u8> = leaves.iter().flat_map(|leaf| *leaf.as_bytes()).collect();
    tx.write(
        "INSERT INTO envelope (envelope, device, counter, statement, signature, leaves) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (envelope) DO NOTHING",
        params![
            hash.as_bytes(),
            seal.statement.device.as_bytes(),
            value::integer(seal.statement.counter),
            statement,
            seal.signature.as_bytes(),
            leaves,
        ],
    )?;
    Ok(hash)
}

/// Returns whether a record that is here began on a device: its first change depends on none.
pub(crate) fn begins_a_record(db: &Connection, device: DeviceId) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT 1 FROM envelope e JOIN change c ON c.envelope = e.envelope
         WHERE e.device = ?1 AND c.kind = ?2 AND length(c.deps) = 0 AND c.state = 'kept' LIMIT 1",
    )?;
    Ok(statement.exists(params![device.as_bytes(), Kind::ENCOUNTER.0])?)
}

/// Returns the last envelope of a device.
pub(crate) fn last(
    db: &Connection,
    device: DeviceId,
) -> Result<Option<(u64, EnvelopeHash)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT counter, envelope FROM envelope WHERE device = ?1 ORDER BY counter DESC, rowid LIMIT 1",
    )?;
    value::first(&mut statement, [device.as_bytes()], |row| {
        Ok((value::count(row, "counter")?, read_hash(row)?))
    })
}

/// Returns the hash of a device's envelope and how many leaves it has: the first that came here, for a copy of
/// the device may have sealed another under the same counter.
pub(crate) fn hash_and_leaves(
    db: &Connection,
    device: DeviceId,
    counter: u64,
) -> Result<Option<(EnvelopeHash, u32)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT envelope, length(leaves) / 32 AS leaves FROM envelope WHERE device = ?1 AND counter = ?2 ORDER BY rowid LIMIT 1",
    )?;
    value::first(
        &mut statement,
        params![device.as_bytes(), value::integer(counter)],
        |row| Ok((read_hash(row)?, value::column(row, "leaves")?)),
    )
}

/// Returns the hash of a device's envelope, likewise.
pub(crate) fn hash(
    db: &Connection,
    device: DeviceId,
    counter: u64,
) -> Result<Option<EnvelopeHash>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT envelope FROM envelope WHERE device = ?1 AND counter = ?2 ORDER BY rowid LIMIT 1",
    )?;
    value::first(
        &mut statement,
        params![device.as_bytes(), value::integer(counter)],
        read_hash,
    )
}

/// Returns an envelope with the changes of it that are here.
pub(crate) fn held(
    db: &Connection,
    envelope: EnvelopeHash,
) -> Result<Option<HeldEnvelope>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT statement, signature, leaves FROM envelope WHERE envelope = ?1")?;
    let found = value::first(&mut statement, [envelope.as_bytes()], |row| {
        Ok((read_seal(row)?, value::column::<Vec<u8>>(row, "leaves")?))
    })?;
    let Some((seal, hashes)) = found else {
        return Ok(None);
    };
    let mut leaves = Vec::new();
    for (index, hash) in hashes.chunks_exact(32).enumerate() {
        let hash = LeafHash::new(
            hash.try_into()
                .map_err(|_| StoreError::Value { what: "leaves" })?,
        );
        leaves.push(HeldLeaf {
            hash,
            change: held_change(db, envelope, index)?,
        });
    }
    Ok(Some(HeldEnvelope { seal, leaves }))
}

/// Returns document and change of a leaf.
pub(crate) fn leaf(
    db: &Connection,
    envelope: EnvelopeHash,
    leaf: u32,
) -> Result<Option<(DocumentId, ChangeHash)>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT document, hash FROM change WHERE envelope = ?1 AND leaf = ?2")?;
    value::first(&mut statement, params![envelope.as_bytes(), leaf], |row| {
        Ok((value::document(row, "document")?, value::hash(row, "hash")?))
    })
}

/// Returns envelopes of other devices with changes that the server's log does not have and no current receipt
/// speaks of, in order.
pub(crate) fn to_offer(
    db: &Connection,
    own: DeviceId,
    after: Option<(DeviceId, u64)>,
    limit: usize,
) -> Result<Vec<EnvelopeHash>, StoreError> {
    let (device, counter) = after.unwrap_or((DeviceId::new([0; 16]), 0));
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT e.envelope AS envelope, e.device, e.counter
         FROM change c JOIN envelope e ON e.envelope = c.envelope
         WHERE c.log_seq IS NULL AND c.envelope IS NOT NULL AND c.state = 'kept' AND c.unwanted = 0
           AND (c.stored_epoch IS NULL
                OR c.stored_epoch IS NOT (SELECT s.epoch FROM subscription s WHERE s.scope = c.scope))
           AND e.device <> ?1 AND (e.device, e.counter) > (?2, ?3)
         ORDER BY e.device, e.counter, e.envelope LIMIT ?4",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    value::each(
        &mut statement,
        params![
            own.as_bytes(),
            device.as_bytes(),
            value::integer(counter),
            limit
        ],
        read_hash,
    )
}

/// Returns every envelope of a device in order, with its seal and leaf hashes, one at a time.
pub(crate) fn each_of(
    db: &Connection,
    device: DeviceId,
    mut each: impl FnMut(Seal, Vec<LeafHash>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT statement, signature, leaves FROM envelope WHERE device = ?1 ORDER BY counter",
    )?;
    let mut rows = statement.query([device.as_bytes()])?;
    while let Some(row) = rows.next()? {
        let leaves: Vec<u8> = value::column(row, "leaves")?;
        let leaves = leaves
            .chunks_exact(32)
            .filter_map(|hash| hash.try_into().ok().map(LeafHash::new))
            .collect();
        each(read_seal(row)?, leaves)?;
    }
    Ok(())
}

/// Removes a device's envelopes and their receipts: its counters begin anew.
pub(crate) fn forget_of(tx: &Tx<'_>, device: DeviceId) -> Result<(), StoreError> {
    tx.write(
        "UPDATE change SET envelope = NULL, leaf = NULL
         WHERE envelope IN (SELECT envelope FROM envelope WHERE device = ?1)",
        [device.as_bytes()],
    )?;
    tx.write(
        "DELETE FROM receipt WHERE envelope IN (SELECT envelope FROM envelope WHERE device = ?1)",
        [device.as_bytes()],
    )?;
    tx.write(
        "DELETE FROM envelope WHERE device = ?1",
        [device.as_bytes()],
    )?;
    Ok(())
}

fn held_change(
    db: &Connection,
    envelope: EnvelopeHash,
    leaf: usize,
) -> Result<Option<HeldChange>, StoreError> {
    let leaf = i64::try_from(leaf).map_err(|_| StoreError::Value { what: "leaf" })?;
    let mut statement = db.prepare_cached(
        "SELECT document, kind, scope, bytes FROM change WHERE envelope = ?1 AND leaf = ?2",
    )?;
    value::first(&mut statement, params![envelope.as_bytes(), leaf], |row| {
        Ok(HeldChange {
            document: value::document(row, "document")?,
            kind: bitacora_core::envelope::DocumentKind::new(value::column(row, "kind")?),
            scope: value::column::<String>(row, "scope")?
                .parse()
                .map_err(|_| StoreError::Value { what: "scope" })?,
            bytes: value::column(row, "bytes")?,
        })
    })
}

fn read_hash(row: &Row<'_>) -> Result<EnvelopeHash, StoreError> {
    value::column::<[u8; 32]>(row, "envelope").map(EnvelopeHash::new)
}

pub(super) fn read_seal(row: &Row<'_>) -> Result<Seal, StoreError> {
    let statement: Vec<u8> = value::column(row, "statement")?;
    let statement: Statement =
        minicbor::decode(&statement).map_err(|_| StoreError::Value { what: "statement" })?;
    Ok(Seal {
        statement,
        signature: Signature::new(value::column(row, "signature")?),
    })
}

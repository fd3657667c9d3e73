//! Sealed envelopes.

use bitacora_core::envelope::{LeafHash, MerkleRoot, Seal, Signature, Statement};
use bitacora_core::id::{ChangeHash, DeviceId, EnvelopeHash, OrganisationId, PersonId};
use bitacora_core::sync::{EnvelopeLeaf, StoredEnvelope};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::store::StoreError;
use crate::store::value::{self, Unsigned};

const NO_CHANGE: [u8; 32] = [0; 32];

/// Finds an envelope.
pub(crate) fn find(
    connection: &Connection,
    device: DeviceId,
    counter: u64,
) -> Result<Option<StoredEnvelope>, StoreError> {
    let Ok(counter) = i64::try_from(counter) else {
        return Ok(None);
    };
    let mut find = connection.prepare_cached(
        "SELECT device, counter, organisation, person, previous, root, signature, leaves, held
         FROM envelope WHERE device = ? AND counter = ?",
    )?;
    find.query_row(params![device.as_bytes(), counter], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// Calls `each` for every envelope, device by device, in order.
pub(crate) fn walk(
    connection: &Connection,
    mut each: impl FnMut(StoredEnvelope) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut find = connection.prepare(
        "SELECT device, counter, organisation, person, previous, root, signature, leaves, held
         FROM envelope ORDER BY device, counter",
    )?;
    let mut rows = find.query([])?;
    while let Some(row) = rows.next()? {
        each(read(row)?)?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> Result<StoredEnvelope, StoreError> {
    let leaves = read_leaves(&row.get::<_, Vec<u8>>("leaves")?)?;
    let previous: Option<Vec<u8>> = row.get("previous")?;
    let statement = Statement {
        organisation: value::id(
            row.get("organisation")?,
            "organisation",
            OrganisationId::from_bytes,
        )?,
        device: value::id(row.get("device")?, "device", DeviceId::new)?,
        person: value::id(row.get("person")?, "person", PersonId::from_bytes)?,
        counter: row.get::<_, Unsigned>("counter")?.0,
        previous: previous
            .map(|hash| value::hash(hash, "envelope", EnvelopeHash::new))
            .transpose()?,
        root: value::hash(row.get("root")?, "envelope", MerkleRoot::new)?,
        leaves: u32::try_from(leaves.len()).map_err(|_| StoreError::Unreadable("envelope"))?,
    };
    let signature: Vec<u8> = row.get("signature")?;
    let signature = signature
        .try_into()
        .map(Signature::new)
        .map_err(|_| StoreError::Unreadable("signature"))?;
    Ok(StoredEnvelope {
        seal: Seal {
            statement,
            signature,
        },
        leaves,
        held: row.get("held")?,
    })
}

fn read_leaves(bytes: &[u8]) -> Result<Vec<EnvelopeLeaf>, StoreError> {
    let (pairs, rest) = bytes.as_chunks::<64>();
    if !rest.is_empty() {
        return Err(StoreError::Unreadable("envelope"));
    }
    let leaf = |pair: &[u8; 64]| {
        let (hash, change) = pair
            .split_first_chunk::<32>()
            .ok_or(StoreError::Unreadable("envelope"))?;
        let change: [u8; 32] = change
            .try_into()
            .map_err(|_| StoreError::Unreadable("envelope"))?;
        Ok(EnvelopeLeaf {
            hash: LeafHash::new(*hash),
            change: (change != NO_CHANGE).then(|| ChangeHash::new(change)),
        })
    };
    pairs.iter().map(leaf).collect()
}

/// Keeps an envelope, or puts this state of it in place of the former one.
pub(crate) fn save(
    connection: &Connection,
    envelope: &StoredEnvelope,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut leaves = Vec::with_capacity(64 * envelope.leaves.len());
    for leaf in &envelope.leaves {
        leaves.extend_from_slice(leaf.hash.as_bytes());
        leaves.extend_from_slice(
            leaf.change
                .as_ref()
                .map_or(&NO_CHANGE, |change| change.as_bytes()),
        );
    }
    let statement = &envelope.seal.statement;
    let mut upsert = connection.prepare_cached(
        "INSERT INTO envelope (device, counter, hash, organisation, person, previous, root, signature, leaves, held,
             received_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (device, counter) DO UPDATE SET leaves = ?9, held = ?10",
    )?;
    upsert.execute(params![
        statement.device.as_bytes(),
        Unsigned(statement.counter),
        statement.hash().as_bytes(),
        statement.organisation.as_bytes(),
        statement.person.as_bytes(),
        statement.previous.as_ref().map(EnvelopeHash::as_bytes),
        statement.root.as_bytes(),
        envelope.seal.signature.as_bytes(),
        leaves,
        envelope.held,
        now.timestamp_millis()
    ])?;
    advance(connection, statement.device)
}

/// Finds the last of a device's envelopes 1, 2, 3, … before the first one missing.
pub(crate) fn known_through(
    connection: &Connection,
    device: DeviceId,
) -> Result<Option<(u64, EnvelopeHash)>, StoreError> {
    let mut find = connection.prepare_cached(
        "SELECT envelope.counter, envelope.hash FROM device JOIN envelope
             ON envelope.device = device.device AND envelope.counter = device.through
         WHERE device.device = ?",
    )?;
    let found = find
        .query_row([device.as_bytes()], |row| {
            Ok((row.get::<_, Unsigned>(0)?.0, row.get(1)?))
        })
        .optional()?;
    found
        .map(|(counter, hash)| Ok((counter, value::hash(hash, "envelope", EnvelopeHash::new)?)))
        .transpose()
}

/// Moves the device's mark over every envelope that now follows without a gap.
fn advance(connection: &Connection, device: DeviceId) -> Result<(), StoreError> {
    let mut step = connection.prepare_cached(
        "UPDATE device SET through = through + 1
         WHERE device = ?1 AND EXISTS (SELECT 1 FROM envelope WHERE device = ?1 AND counter = device.through + 1)",
    )?;
    while step.execute([device.as_bytes()])? == 1 {}
    Ok(())
}

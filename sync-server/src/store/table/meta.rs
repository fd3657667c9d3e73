//! Who this server is.

use std::fmt;

use bitacora_core::id::{OrganisationId, ServerId};
use chrono::{DateTime, Utc};
use ed25519_dalek::SigningKey;
use rusqlite::{Connection, Transaction, params};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::store::value::{self, Unsigned};
use crate::store::{OpenError, Setup, StoreError};

/// The one row.
pub(crate) struct Meta {
    pub(crate) organisation: OrganisationId,
    pub(crate) organisation_name: String,
    pub(crate) key: SigningKey,
    pub(crate) epoch: u64,
}

impl Meta {
    /// Returns the server's id.
    pub(crate) fn server(&self) -> ServerId {
        ServerId::of_key(&self.key.verifying_key().to_bytes())
    }
}

impl fmt::Debug for Meta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meta")
            .field("server", &self.server())
            .field("epoch", &self.epoch)
            .finish_non_exhaustive()
    }
}

/// Makes the server's identity.
pub(crate) fn create(
    tx: &Transaction<'_>,
    setup: &Setup,
    now: DateTime<Utc>,
) -> Result<(), OpenError> {
    let mut random = Zeroizing::new([0_u8; 56]);
    getrandom::fill(random.as_mut_slice())
        .map_err(|_| super::super::folder::KeyFileError::Random)?;
    let (seed, rest) = random.split_at(32);
    let (organisation, epoch) = rest.split_at(16);
    let organisation =
        Uuid::from_slice(organisation).map_err(|_| StoreError::Unreadable("organisation"))?;
    // Random, so that a server that was set up again never continues the logs of the one before.
    let epoch = epoch
        .iter()
        .take(6)
        .fold(0_i64, |epoch, byte| (epoch << 8) | i64::from(*byte));
    tx.execute(
        "INSERT INTO meta (one, organisation, organisation_name, server_seed, epoch, directory_rev, created_at)
         VALUES (1, ?, ?, ?, ?, (random() & 0xffffffff) | 1, ?)",
        params![organisation.as_bytes(), setup.organisation_name, seed, epoch, now.timestamp_millis()],
    )?;
    Ok(())
}

/// Reads the server's identity.
pub(crate) fn read(connection: &Connection) -> Result<Meta, StoreError> {
    let (organisation, organisation_name, seed, epoch) = connection.query_row(
        "SELECT organisation, organisation_name, server_seed, epoch FROM meta WHERE one = 1",
        [],
        |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get::<_, Vec<u8>>(2).map(Zeroizing::new)?,
                row.get::<_, Unsigned>(3)?.0,
            ))
        },
    )?;
    let seed: &[u8; 32] = seed
        .as_slice()
        .try_into()
        .map_err(|_| StoreError::Unreadable("server key"))?;
    Ok(Meta {
        organisation: value::id(organisation, "organisation", OrganisationId::from_bytes)?,
        organisation_name,
        key: SigningKey::from_bytes(seed),
        epoch,
    })
}

/// Returns the directory's revision.
pub(crate) fn directory_rev(connection: &Connection) -> Result<u64, StoreError> {
    Ok(connection
        .query_row("SELECT directory_rev FROM meta WHERE one = 1", [], |row| {
            row.get::<_, Unsigned>(0)
        })?
        .0)
}

/// Returns whether this server is headquarters.
pub(crate) fn is_headquarters(connection: &Connection) -> Result<bool, StoreError> {
    Ok(
        connection.query_row("SELECT headquarters FROM meta WHERE one = 1", [], |row| {
            row.get(0)
        })?,
    )
}

/// Notes whether this server is headquarters; devices learn it with the directory.
pub(crate) fn set_headquarters(tx: &Transaction<'_>, is: bool) -> Result<(), StoreError> {
    let altered = tx.execute(
        "UPDATE meta SET headquarters = ?1 WHERE one = 1 AND headquarters <> ?1",
        [is],
    )?;
    if altered > 0 {
        directory_altered(tx)?;
    }
    Ok(())
}

/// Says that persons, devices or posts were altered.
///
/// Revisions are drawn, not counted: a server whose folder was put back would count the same number for other
/// people, and a device that holds that number would never learn of them. Odd, for 0 means none.
pub(crate) fn directory_altered(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE meta SET directory_rev = (random() & 0xffffffff) | 1 WHERE one = 1",
        [],
    )?;
    Ok(())
}

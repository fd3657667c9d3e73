//! What was sealed for a server that is lost, by devices that are not coming to the one in its place.

use std::collections::BTreeSet;

use bitacora_core::id::{DocumentId, EnvelopeHash, OrganisationId, PersonId};
use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::table::envelope;
use crate::store::tx::Tx;
use crate::store::value;

/// Returns of which documents this server's log lacks something that others wrote under the seals of other organisations
/// than this one, and who wrote it.
pub(crate) fn found(
    db: &Connection,
    organisation: OrganisationId,
) -> Result<BTreeSet<(DocumentId, PersonId)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT document, person FROM change WHERE envelope = ?1 AND save IS NULL AND state = 'kept'
            AND log_seq IS NULL AND stored_seq IS NULL",
    )?;
    let mut found = BTreeSet::new();
    for envelope in foreign(db, organisation)? {
        found.extend(value::each(&mut statement, [envelope.as_bytes()], |row| {
            Ok((
                value::document(row, "document")?,
                value::person(row, "person")?,
            ))
        })?);
    }
    Ok(found)
}

/// Takes those changes out of their seals, so that this device seals them. Returns the documents that this concerns.
pub(crate) fn unseal(
    tx: &Tx<'_>,
    organisation: OrganisationId,
) -> Result<BTreeSet<DocumentId>, StoreError> {
    let found = found(tx, organisation)?;
    for envelope in foreign(tx, organisation)? {
        tx.write(
            "UPDATE change SET envelope = NULL, leaf = NULL, unwanted = 0, reason = NULL, reason_code = NULL
             WHERE envelope = ?1 AND save IS NULL AND state = 'kept' AND log_seq IS NULL AND stored_seq IS NULL",
            [envelope.as_bytes()],
        )?;
    }
    Ok(found.into_iter().map(|(document, _)| document).collect())
}

/// Returns the envelopes of other organisations that carry something which no log has, of audiences that this device
/// writes to.
fn foreign(db: &Connection, organisation: OrganisationId) -> Result<Vec<EnvelopeHash>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT e.envelope AS envelope, e.statement AS statement, e.signature AS signature
         FROM change c JOIN envelope e ON e.envelope = c.envelope
         WHERE c.save IS NULL AND c.state = 'kept' AND c.log_seq IS NULL AND c.stored_seq IS NULL
            AND c.scope IN (SELECT scope FROM subscription)",
    )?;
    let mut found = value::each(&mut statement, [], |row| {
        let seal = envelope::read_seal(row)?;
        Ok((seal.statement.organisation, seal.statement.hash()))
    })?;
    found.retain(|(of, _)| *of != organisation);
    Ok(found.into_iter().map(|(_, envelope)| envelope).collect())
}

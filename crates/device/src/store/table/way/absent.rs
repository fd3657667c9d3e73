//! What was sealed for a server that is lost, by devices that are not coming to the one in its place.

use std::collections::BTreeSet;

use bitacora_core::id::{DocumentId, EnvelopeHash, OrganisationId};

use crate::store::error::StoreError;
use crate::store::table::envelope;
use crate::store::tx::Tx;
use crate::store::value;

/// Takes changes of others that this server's log does not have out of the seals of other organisations than this one,
/// so that this device seals them. Returns the documents that this concerns.
pub(crate) fn unseal(
    tx: &Tx<'_>,
    organisation: OrganisationId,
) -> Result<BTreeSet<DocumentId>, StoreError> {
    let mut documents = BTreeSet::new();
    for envelope in foreign(tx, organisation)? {
        let mut statement = tx.prepare_cached(
            "SELECT DISTINCT document FROM change WHERE envelope = ?1 AND save IS NULL AND state = 'kept'
                AND log_seq IS NULL AND stored_seq IS NULL",
        )?;
        let concerned = value::each(&mut statement, [envelope.as_bytes()], |row| {
            value::document(row, "document")
        })?;
        documents.extend(concerned);
        tx.write(
            "UPDATE change SET envelope = NULL, leaf = NULL, unwanted = 0, reason = NULL, reason_code = NULL
             WHERE envelope = ?1 AND save IS NULL AND state = 'kept' AND log_seq IS NULL AND stored_seq IS NULL",
            [envelope.as_bytes()],
        )?;
    }
    Ok(documents)
}

/// Returns the envelopes of other organisations that carry something which no log has, of audiences that this device
/// writes to.
fn foreign(tx: &Tx<'_>, organisation: OrganisationId) -> Result<Vec<EnvelopeHash>, StoreError> {
    let mut statement = tx.prepare_cached(
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

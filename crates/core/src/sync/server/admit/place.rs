//! Where an envelope stands among the device's others.

use crate::envelope::Seal;
use crate::sync::server_log::ServerLog;

/// Where an envelope stands among the device's others.
pub(super) enum Place {
    Fits,
    PredecessorMissing,
    Clashes,
}

/// Looks at the envelopes before it and after it.
pub(super) fn place<L: ServerLog>(log: &mut L, seal: &Seal) -> Result<Place, L::Error> {
    let statement = &seal.statement;
    if let Some(next) = log.envelope(statement.device, statement.counter.saturating_add(1))?
        && next.seal.statement.previous != Some(statement.hash())
    {
        return Ok(Place::Clashes);
    }
    let Some(previous) = statement.previous else {
        return Ok(Place::Fits);
    };
    match log.envelope(statement.device, statement.counter.saturating_sub(1))? {
        Some(before) if before.seal.statement.hash() != previous => Ok(Place::Clashes),
        Some(before) if before.held => Ok(Place::PredecessorMissing),
        Some(_) => Ok(Place::Fits),
        None => Ok(Place::PredecessorMissing),
    }
}

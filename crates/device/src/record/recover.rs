//! Living with a refused change: the document without it, and what was written on top, written again.
//!
//! A change that was refused only because a copy of this phone used its actor's number is itself written again.

use std::collections::BTreeSet;

use bitacora_core::authoring::Author;
use bitacora_core::id::DocumentId;
use bitacora_core::recover::{self, RecoverError};

use crate::environment::Environment;
use crate::error::DeviceError;
use crate::store::StoreError;
use crate::store::saving::{Appended, Saving, derive};
use crate::store::table::change::{self, ChangeKey, Kind};
use crate::store::table::encounter_row;
use crate::store::table::way::verdict;

/// Rebuilds a document without its refused changes. What this device wrote on top of one is written
/// again under a fresh actor, so that one refused change does not take later ones with it; and so is a change
/// of its own whose number another one has.
///
/// If the creating change itself was refused, the record stays as it is, marked, for its author to see.
pub(crate) fn without_refused(
    saving: &mut Saving<'_>,
    id: DocumentId,
    author: &Author,
    environment: &Environment,
) -> Result<(), DeviceError> {
    let Some((kind, scope)) = change::kind_and_scope(saving.tx(), id)? else {
        return Ok(());
    };
    let core_kind = match kind {
        Kind::ENCOUNTER => recover::Kind::Encounter,
        Kind::PATROL => recover::Kind::Patrol,
        _ => return Ok(()),
    };
    let held = change::all_of(saving.tx(), id)?;
    let refused: BTreeSet<_> = held
        .iter()
        .filter(|held| held.has_left)
        .map(|held| held.hash)
        .collect();
    let again: BTreeSet<_> = held
        .iter()
        .filter(|held| held.own && held.is_welcome)
        .map(|held| held.hash)
        .collect();
    // Actors are made before: the core asks for them where nothing may fail.
    let mut actors = (0..=again.len())
        .map(|_| environment.actor())
        .collect::<Result<Vec<_>, _>>()?;
    let recovery = recover::reauthor(
        core_kind,
        held.iter().map(|held| held.bytes.as_slice()),
        &refused,
        |meta| again.contains(&meta.hash),
        || actors.pop().unwrap_or(author.actor),
    );
    let recovery = match recovery {
        Ok(recovery) => recovery,
        Err(RecoverError::NoBeginning) => {
            return Ok(encounter_row::set_place(
                saving.tx(),
                &change::whereabouts(saving.tx(), id)?,
            )?);
        }
        Err(RecoverError::Document(error)) => return Err(StoreError::from(error).into()),
        Err(other) => return Err(DeviceError::invalid("document", other.to_string())),
    };
    let key_of = |change| ChangeKey {
        document: id,
        change,
    };
    for recovered in &recovery.recovered {
        let person = change::authorship(saving.tx(), key_of(recovered.from))?
            .map_or(author.person, |former| former.person);
        let author = Author { person, ..*author };
        saving.append(
            &Appended {
                id,
                kind,
                scope: &scope,
                written: &recovered.written,
                author: &author,
            },
            environment,
        )?;
    }
    change::settle_fallen(saving.tx(), id, &recovery.document)?;
    for recovered in &recovery.recovered {
        verdict::set_replaced(saving.tx(), key_of(recovered.from))?;
    }
    derive(saving.tx(), id, kind, &scope, &recovery.document)
}

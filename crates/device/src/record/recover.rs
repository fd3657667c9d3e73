//! Living with a refused change: the document without it, and what was written on top, written again.
//!
//! A change that was refused only because a copy of this phone used its actor's number is itself written again.

use std::collections::BTreeSet;

use bitacora_core::authoring::Author;
use bitacora_core::document::Document;
use bitacora_core::id::{ChangeHash, DocumentId};
use bitacora_core::recover::{self, RecoverError, Recovery};
use rusqlite::Connection;

use crate::environment::Environment;
use crate::error::DeviceError;
use crate::store::StoreError;
use crate::store::saving::{Appended, Saving, derive};
use crate::store::table::change::{self, ChangeKey, HeldOf, Kind};
use crate::store::table::encounter_row;
use crate::store::table::way::verdict;

/// Rebuilds a document without its refused changes. What this device wrote on top of one is written
/// again under a fresh actor, so that one refused change does not take later ones with it; and so is a change
/// of its own whose number another one has.
///
/// `blocking` are changes of others for which own ones were blocked: they leave the document too
/// (docs/decisions/0097), unless the post has them by now.
///
/// If the creating change itself was refused, the record stays as it is, marked, for its author to see.
pub(crate) fn without_refused(
    saving: &mut Saving<'_>,
    id: DocumentId,
    blocking: &BTreeSet<ChangeHash>,
    author: &Author,
    environment: &Environment,
) -> Result<(), DeviceError> {
    let Some((kind, scope)) = change::kind_and_scope(saving.tx(), id)? else {
        return Ok(());
    };
    let Some(core_kind) = core_kind(kind) else {
        return Ok(());
    };
    let held = Held::of(saving, id, blocking)?;
    let mut recovery = held.recovered(core_kind, author, environment)?;
    let mut falls = &held.blocking;
    let nobody = BTreeSet::new();
    if matches!(recovery, Err(RecoverError::NoBeginning)) && !falls.is_empty() {
        // One of them began the record: there is nothing else that could stand.
        falls = &nobody;
        recovery = held.without_own(core_kind, author);
    }
    let recovery = match recovery {
        Ok(recovery) => recovery,
        Err(RecoverError::NoBeginning) => {
            let at = change::whereabouts(saving.tx(), id)?;
            return Ok(encounter_row::set_place(saving.tx(), &at)?);
        }
        Err(RecoverError::Document(error)) => return Err(StoreError::from(error).into()),
        Err(other) => return Err(DeviceError::invalid("document", other.to_string())),
    };
    for change in falls {
        let key = ChangeKey {
            document: id,
            change: *change,
        };
        verdict::let_fall(saving.tx(), key)?;
    }
    write_again(saving, (id, kind, &scope), &recovery, author, environment)?;
    derive(saving.tx(), id, kind, &scope, &recovery.document)
}

/// Lets the text of a document read as it did before these changes stood in it again, where this device has written
/// again what they state. Nobody else does, so it is said once.
pub(crate) fn text_as_before(
    saving: &mut Saving<'_>,
    (id, document): (DocumentId, &Document),
    back: &BTreeSet<ChangeHash>,
    author: &Author,
    environment: &Environment,
) -> Result<(), DeviceError> {
    let Some((kind, scope)) = change::kind_and_scope(saving.tx(), id)? else {
        return Ok(());
    };
    let Some(core_kind) = core_kind(kind) else {
        return Ok(());
    };
    let all = change::all_of(saving.tx(), id)?;
    let own: BTreeSet<_> = all
        .iter()
        .filter(|held| held.own)
        .map(|held| held.hash)
        .collect();
    let chunks = all.iter().map(|held| held.bytes.as_slice());
    let author = Author {
        actor: environment.actor()?,
        ..*author
    };
    let is_own = |change| own.contains(&change);
    let written = recover::text_as_before(core_kind, chunks, document, back, is_own, &author);
    let Some((from, written)) = written.map_err(StoreError::from)? else {
        return Ok(());
    };
    let author = author_of(
        saving,
        ChangeKey {
            document: id,
            change: from,
        },
        &author,
    )?;
    saving.append(
        &Appended {
            id,
            kind,
            scope: &scope,
            written: &written,
            author: &author,
        },
        environment,
    )?;
    Ok(())
}

/// Returns whether a change of a record is one by which its note reads as it did before: nobody pressed *Guardar*.
pub(super) fn is_text_as_before(
    db: &Connection,
    id: DocumentId,
    change: ChangeHash,
) -> Result<bool, StoreError> {
    let all = change::all_of(db, id)?;
    let is_own = |hash| all.iter().any(|held| held.own && held.hash == hash);
    let chunks = all.iter().map(|held| held.bytes.as_slice());
    let kind = recover::Kind::Encounter;
    // Where something of the record cannot be read, no such change was written.
    Ok(recover::is_text_as_before(kind, chunks, change, is_own).unwrap_or(false))
}

const fn core_kind(kind: Kind) -> Option<recover::Kind> {
    match kind {
        Kind::ENCOUNTER => Some(recover::Kind::Encounter),
        Kind::PATROL => Some(recover::Kind::Patrol),
        _ => None,
    }
}

/// Returns the author of what is written for a change: the person who wrote that one.
fn author_of(saving: &Saving<'_>, of: ChangeKey, author: &Author) -> Result<Author, StoreError> {
    let person = change::authorship(saving.tx(), of)?.map_or(author.person, |former| former.person);
    Ok(Author { person, ..*author })
}

/// Puts what was written again into the log, and notes what it stands for.
fn write_again(
    saving: &mut Saving<'_>,
    (id, kind, scope): (DocumentId, Kind, &str),
    recovery: &Recovery,
    author: &Author,
    environment: &Environment,
) -> Result<(), DeviceError> {
    let key_of = |change| ChangeKey {
        document: id,
        change,
    };
    for recovered in &recovery.recovered {
        let author = author_of(saving, key_of(recovered.from), author)?;
        saving.append(
            &Appended {
                id,
                kind,
                scope,
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
    Ok(())
}

/// What is held of a document, and what decides about its recovery.
struct Held {
    all: Vec<HeldOf>,
    /// What has left it.
    left: BTreeSet<ChangeHash>,
    /// Changes of others that stand in it and block own ones.
    blocking: BTreeSet<ChangeHash>,
}

impl Held {
    fn of(
        saving: &Saving<'_>,
        id: DocumentId,
        blocking: &BTreeSet<ChangeHash>,
    ) -> Result<Self, StoreError> {
        let all = change::all_of(saving.tx(), id)?;
        let which = |is: &dyn Fn(&HeldOf) -> bool| -> BTreeSet<ChangeHash> {
            let found = all.iter().filter(|held| is(held));
            found.map(|held| held.hash).collect()
        };
        let left = which(&|held| held.has_left);
        let blocking = which(&|held| {
            blocking.contains(&held.hash) && !(held.own || held.has_left || held.is_at_post)
        });
        Ok(Self {
            left,
            blocking,
            all,
        })
    }

    fn chunks(&self) -> impl Iterator<Item = &[u8]> {
        self.all.iter().map(|held| held.bytes.as_slice())
    }

    /// Returns the document without what has left or blocks, and what this device wrote on top, written again.
    fn recovered(
        &self,
        kind: recover::Kind,
        author: &Author,
        environment: &Environment,
    ) -> Result<Result<Recovery, RecoverError>, DeviceError> {
        let again = self.all.iter().filter(|held| held.own && held.is_welcome);
        let again: BTreeSet<_> = again.map(|held| held.hash).collect();
        // Actors are made before: the core asks for them where nothing may fail.
        let mut actors = (0..=again.len())
            .map(|_| environment.actor())
            .collect::<Result<Vec<_>, _>>()?;
        let refused = self.left.union(&self.blocking).copied().collect();
        Ok(recover::reauthor(
            kind,
            self.chunks(),
            &refused,
            |meta| again.contains(&meta.hash),
            |by, from| self.may_stand_for(by, from),
            || actors.pop().unwrap_or(author.actor),
        ))
    }

    /// Returns the document without what has left; nothing is written again.
    fn without_own(&self, kind: recover::Kind, author: &Author) -> Result<Recovery, RecoverError> {
        let never = |_, _| false;
        recover::reauthor(
            kind,
            self.chunks(),
            &self.left,
            |_| false,
            never,
            || author.actor,
        )
    }

    /// Returns whether a change may stand for another: it was written again here, or by a copy of this phone. What
    /// anybody else marks so would keep what somebody stated here from ever being written again.
    fn may_stand_for(&self, by: ChangeHash, from: ChangeHash) -> bool {
        let find = |hash| self.all.iter().find(|held| held.hash == hash);
        match (find(by), find(from)) {
            (Some(by), Some(from)) => by.own || by.device == from.device,
            _ => false,
        }
    }
}

//! Authoring changes again whose ancestor was refused, or whose actor was used twice (a cloned phone).
//!
//! A change cannot be taken out of the history that later ones stand on. So the document is rebuilt
//! without the refused changes and everything on top of them, and what a device's own later changes
//! stated is stated again: the same fields with the same values, under a fresh actor, at the version that
//! corresponds to the one they were written on. Each new change is marked with the one it replaces, so
//! that running this twice, or on two devices, adds nothing.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::authoring::{Author, ChangeMeta, Written};
use crate::clock::TrustedClock;
use crate::content::schema::Schema;
use crate::content::{State, rewrite};
use crate::document::{Document, DocumentError, Version, guarded, parse_change};
use crate::id::{ActorId, ChangeHash, DeviceId, PersonId};

/// Which kind of document it is; known from outside the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An encounter.
    Encounter,
    /// A patrol.
    Patrol,
}

/// A change that was authored again.
#[derive(Clone, PartialEq, Eq)]
pub struct Recovered {
    /// The change that it stands for.
    pub from: ChangeHash,
    /// The new change.
    pub written: Written,
}

/// The document without the refused changes, and with what was authored again.
#[derive(Debug)]
pub struct Recovery {
    /// The rebuilt document, the new changes applied.
    pub document: Document,
    /// The new changes, in the order in which they must be stored.
    pub recovered: Vec<Recovered>,
    /// Own changes that could not be read any more; they stay in the log for a person to look at.
    pub unreadable: Vec<ChangeHash>,
}

/// Why nothing could be recovered.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RecoverError {
    /// The creating change itself was refused: there is no document to write on.
    #[error("the change that made the document was refused")]
    NoBeginning,
    /// What remains is no document.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

impl std::fmt::Debug for Recovered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Recovered({:?} as {:?})",
            self.from, self.written.meta.hash
        )
    }
}

/// Rebuilds a document without `refused` and authors again what `again` picks out of what fell away.
///
/// `held` are all chunks of the document that this device has. `again` is asked for refused changes and
/// for those built on them; a device picks its own, without those refused for their content.
/// `fresh_actor` gives a new random actor each time it is called.
pub fn reauthor<'a>(
    kind: Kind,
    held: impl IntoIterator<Item = &'a [u8]>,
    refused: &BTreeSet<ChangeHash>,
    again: impl Fn(&ChangeMeta) -> bool,
    mut fresh_actor: impl FnMut() -> ActorId,
) -> Result<Recovery, RecoverError> {
    let log = Log::of(held)?;
    let fallen = log.with_descendants(refused);
    let kept: Vec<_> = log
        .in_order()
        .filter(|(meta, _)| !fallen.contains(&meta.hash))
        .collect();
    if kept.is_empty() {
        return Err(RecoverError::NoBeginning);
    }
    let document = Document::from_changes(kept.iter().map(|(_, bytes)| *bytes))?;
    let schema = kind.schema();
    let state = guarded(|| State::of(schema, &document, None))?;
    let mut work = Work {
        schema,
        log: &log,
        replaced: state.recovered,
        recovery: Recovery {
            document,
            recovered: Vec::new(),
            unreadable: Vec::new(),
        },
        actor: None,
        fresh_actor: &mut fresh_actor,
    };
    for (meta, _) in log.in_order() {
        if fallen.contains(&meta.hash) && again(meta) && !work.replaced.contains_key(&meta.hash) {
            work.add(meta)?;
        }
    }
    Ok(work.recovery)
}

impl Kind {
    fn schema(self) -> &'static Schema {
        match self {
            Self::Encounter => &crate::encounter::ENCOUNTER,
            Self::Patrol => &crate::patrol::PATROL,
        }
    }
}

/// The chunks of one document, also those that no document can hold together.
struct Log<'a>(BTreeMap<ChangeHash, (ChangeMeta, &'a [u8])>);

impl<'a> Log<'a> {
    fn of(held: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, DocumentError> {
        let parsed = held.into_iter().map(|bytes| {
            let meta = parse_change(bytes)?;
            Ok((meta.hash, (meta, bytes)))
        });
        Ok(Self(parsed.collect::<Result<_, DocumentError>>()?))
    }

    /// Operation numbers grow along the history, so that this order is causal.
    fn in_order(&self) -> impl Iterator<Item = (&ChangeMeta, &'a [u8])> {
        let mut all: Vec<_> = self.0.values().collect();
        all.sort_by_key(|(meta, _)| (meta.start_op, meta.hash));
        all.into_iter().map(|(meta, bytes)| (meta, *bytes))
    }

    fn with_descendants(&self, roots: &BTreeSet<ChangeHash>) -> BTreeSet<ChangeHash> {
        let mut fallen = roots.clone();
        for (meta, _) in self.in_order() {
            if meta.deps.iter().any(|dep| fallen.contains(dep)) {
                fallen.insert(meta.hash);
            }
        }
        fallen
    }

    /// Returns the document as the author of a change left it.
    fn document_at(&self, head: ChangeHash) -> Result<Document, DocumentError> {
        let mut open = vec![head];
        let mut seen = BTreeSet::new();
        let mut chunks = Vec::new();
        while let Some(hash) = open.pop() {
            let (meta, bytes) = self
                .0
                .get(&hash)
                .ok_or(DocumentError::MissingDeps(vec![hash]))?;
            if seen.insert(hash) {
                chunks.push(*bytes);
                open.extend(meta.deps.iter().copied());
            }
        }
        Document::from_changes(chunks)
    }
}

struct Work<'a> {
    schema: &'static Schema,
    log: &'a Log<'a>,
    /// What stands for a change that fell away.
    replaced: BTreeMap<ChangeHash, ChangeHash>,
    recovery: Recovery,
    actor: Option<ActorId>,
    fresh_actor: &'a mut dyn FnMut() -> ActorId,
}

impl Work<'_> {
    fn add(&mut self, meta: &ChangeMeta) -> Result<(), RecoverError> {
        let Ok(state) = self.stated_by(meta.hash) else {
            self.recovery.unreadable.push(meta.hash);
            return Ok(());
        };
        let version = self.corresponding(&meta.deps);
        let seen = self.recovery.document.at(&version)?;
        let author = self.author(meta, &version);
        let Ok(Some(written)) = rewrite(self.schema, &seen, state, meta.hash, &author) else {
            self.recovery.unreadable.push(meta.hash);
            return Ok(());
        };
        self.recovery.document = self.recovery.document.clone().with_change(&written.bytes)?;
        self.replaced.insert(meta.hash, written.meta.hash);
        self.recovery.recovered.push(Recovered {
            from: meta.hash,
            written,
        });
        Ok(())
    }

    /// Returns what a change stated, whether or not it equals what stood there before.
    fn stated_by(&self, hash: ChangeHash) -> Result<State, DocumentError> {
        let document = self.log.document_at(hash)?;
        let state = guarded(|| State::of(self.schema, &document, None))?;
        Ok(state.only_by(hash))
    }

    /// Returns the version that corresponds to one that fell away.
    fn corresponding(&self, deps: &[ChangeHash]) -> Version {
        let mut open = deps.to_vec();
        let mut heads = BTreeSet::new();
        let kept: BTreeSet<_> = self
            .recovery
            .document
            .changes()
            .into_iter()
            .map(|meta| meta.hash)
            .collect();
        while let Some(hash) = open.pop() {
            if kept.contains(&hash) {
                heads.insert(hash);
            } else if let Some(new) = self.replaced.get(&hash) {
                heads.insert(*new);
            } else if let Some((meta, _)) = self.log.0.get(&hash) {
                open.extend(meta.deps.iter().copied());
            }
        }
        Version::new(heads.into_iter().collect())
    }

    /// One new actor serves as long as it may; a change beside it needs another.
    fn author(&mut self, meta: &ChangeMeta, version: &Version) -> Author {
        let usable = self
            .actor
            .filter(|actor| self.recovery.document.may_author(*actor, version));
        let actor = usable.unwrap_or_else(|| (self.fresh_actor)());
        self.actor = Some(actor);
        // Person and device are named by the envelope that carries the new change.
        let nobody = (PersonId::from_bytes([0; 16]), DeviceId::new([0; 16]));
        Author {
            person: nobody.0,
            device: nobody.1,
            actor,
            at: meta.at,
            clock: TrustedClock::Unknown,
        }
    }
}

#[cfg(test)]
mod tests;

//! Authoring changes again whose ancestor was refused, or whose actor was used twice (a cloned phone).
//!
//! A change cannot be taken out of the history that later ones stand on. So the document is rebuilt
//! without the refused changes and everything on top of them, and what a device's own later changes
//! stated is stated again: the same fields with the same values, under a fresh actor, at the version that
//! corresponds to the one they were written on. Each new change is marked with the one it replaces, so
//! that running this twice, or on two devices, adds nothing.

use std::collections::{BTreeMap, BTreeSet};

mod log;
mod text;

use thiserror::Error;

use crate::authoring::{Author, ChangeMeta, Written};
use crate::clock::TrustedClock;
use crate::content::schema::Schema;
use crate::content::{FieldPath, Merge, State, rewrite};
use crate::document::{Document, DocumentError, Version, guarded};
use crate::id::{ActorId, ChangeHash, DeviceId, PersonId};
use log::Log;

pub use text::{is_text_as_before, text_as_before};

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
/// for those built on them; a device picks its own, without those refused for their content. `stands_for` says whether
/// the first change may be marked as what stands for the second: nobody judges in the document who wrote a mark.
/// `fresh_actor` gives a new random actor each time it is called.
pub fn reauthor<'a>(
    kind: Kind,
    held: impl IntoIterator<Item = &'a [u8]>,
    refused: &BTreeSet<ChangeHash>,
    again: impl Fn(&ChangeMeta) -> bool,
    stands_for: impl Fn(ChangeHash, ChangeHash) -> bool,
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
    let mut replaced = guarded(|| State::of(schema, &document, None))?.recovered;
    replaced.retain(|from, by| stands_for(*by, *from));
    let mut work = Work {
        schema,
        log: &log,
        replaced,
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

/// What a person saw at a version that no longer stands, and the version that corresponds to it.
#[derive(Debug)]
pub struct Seen {
    /// The document as it was shown.
    pub then: Document,
    /// What corresponds to it in the document as it is now.
    pub version: Version,
}

/// Returns what was shown at a version of which a change has been refused since, so that what a person wrote on top of
/// it can be written now. `held` are all chunks of the document, `document` is what stands.
///
/// Errors where the version cannot be read again: a change of it is not held, or two have one number.
pub fn seen<'a>(
    kind: Kind,
    held: impl IntoIterator<Item = &'a [u8]>,
    document: &Document,
    version: &Version,
) -> Result<Seen, DocumentError> {
    let log = Log::of(held)?;
    let then = log.document_at(version.heads())?;
    let replaced = guarded(|| State::of(kind.schema(), document, None))?.recovered;
    let version = log.corresponding(version.heads(), document, &replaced);
    Ok(Seen { then, version })
}

/// Returns the change that was written first of those that stand for each other up to this one; itself if it stands for
/// none. `held` are all chunks of the document: what was written again may itself have left it.
pub fn first_statement<'a>(
    kind: Kind,
    held: impl IntoIterator<Item = &'a [u8]>,
    change: ChangeHash,
) -> Result<ChangeHash, DocumentError> {
    let chain = Log::of(held)?.stood_for(kind.schema(), change);
    Ok(chain.last().copied().unwrap_or(change))
}

impl Kind {
    fn schema(self) -> &'static Schema {
        match self {
            Self::Encounter => &crate::encounter::ENCOUNTER,
            Self::Patrol => &crate::patrol::PATROL,
        }
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
        let Ok((state, single)) = self.stated_by(meta) else {
            self.recovery.unreadable.push(meta.hash);
            return Ok(());
        };
        let version = self.corresponding(&meta.deps);
        let version = self.without_choice(version, &single)?;
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

    /// Returns what a change stated, whether or not it equals what stood there before, and the fields of it in which
    /// its author did not see two values that somebody has to choose between.
    fn stated_by(&self, meta: &ChangeMeta) -> Result<(State, BTreeSet<FieldPath>), DocumentError> {
        let document = self.log.document_at(&[meta.hash])?;
        let before = Version::new(meta.deps.clone());
        let (before, after) = guarded(|| {
            let before = State::of(self.schema, &document, Some(&before))?;
            Ok((before, State::of(self.schema, &document, None)?))
        })?;
        let stated = after.stated_over(&before, meta.hash, self.schema);
        let single = stated.fields.keys().filter(|path| {
            self.schema.merge_of(path) == Some(Merge::Both) && !has_two(&before, path)
        });
        let single = single.cloned().collect();
        Ok((stated, single))
    }

    /// Returns the newest version up to this one at which none of these fields has two values: what was no choice when
    /// it was written must not become one, by which two people's numbers would give way.
    fn without_choice(
        &self,
        mut version: Version,
        single: &BTreeSet<FieldPath>,
    ) -> Result<Version, DocumentError> {
        let document = &self.recovery.document;
        loop {
            let state = guarded(|| State::of(self.schema, document, Some(&version)))?;
            if !single.iter().any(|path| has_two(&state, path)) {
                return Ok(version);
            }
            match before(document, &version) {
                Some(earlier) => version = earlier,
                None => return Ok(version),
            }
        }
    }

    /// Returns the version that corresponds to one that fell away.
    fn corresponding(&self, deps: &[ChangeHash]) -> Version {
        let document = &self.recovery.document;
        self.log.corresponding(deps, document, &self.replaced)
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

fn has_two(state: &State, path: &str) -> bool {
    let register = state.fields.get(path);
    register.is_some_and(|register| register.values.len() > 1)
}

/// Returns the version before: that on which its head was written, or the newest one that all its heads know.
fn before(document: &Document, version: &Version) -> Option<Version> {
    let changes = document.changes();
    let deps: BTreeMap<_, _> = changes.iter().map(|meta| (meta.hash, &meta.deps)).collect();
    let known_by = |head: &ChangeHash| {
        let mut known = BTreeSet::new();
        let mut open = vec![*head];
        while let Some(hash) = open.pop() {
            if known.insert(hash) {
                open.extend(deps.get(&hash).into_iter().flat_map(|deps| deps.iter()));
            }
        }
        known
    };
    let heads = match version.heads() {
        [head] => deps.get(head)?.to_vec(),
        [first, others @ ..] => {
            let common = others.iter().fold(known_by(first), |common, head| {
                common.intersection(&known_by(head)).copied().collect()
            });
            let seen: BTreeSet<_> = common
                .iter()
                .filter_map(|hash| deps.get(hash))
                .flat_map(|deps| deps.iter())
                .collect();
            common
                .iter()
                .filter(|hash| !seen.contains(hash))
                .copied()
                .collect()
        }
        [] => Vec::new(),
    };
    (!heads.is_empty()).then(|| Version::new(heads))
}

#[cfg(test)]
mod tests;

//! One Automerge document under the house rules: every change is checked before it is applied,
//! a panic inside Automerge becomes an error, and a snapshot is only made if it can be loaded again.

mod chunk;
mod depth;
mod error;
mod graph;
mod version;

use std::collections::BTreeSet;
use std::fmt;

use automerge::{Automerge, Change, ReadDoc};
use chrono::DateTime;

use crate::authoring::{ChangeMeta, Written};
use crate::id::{ActorId, ChangeHash};
use crate::panics::caught;
use chunk::Parsed;
use graph::Graph;

pub use error::DocumentError;
pub use version::Version;

/// An Automerge document.
#[derive(Clone)]
pub struct Document {
    pub(crate) automerge: Automerge,
    graph: Graph,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({} changes)", self.graph.len())
    }
}

impl Document {
    /// Builds the document from raw chunks in any order; all their ancestors must be among them.
    pub fn from_changes<'a>(
        changes: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, DocumentError> {
        let mut parsed = changes
            .into_iter()
            .map(|bytes| Ok((parse(bytes)?, bytes)))
            .collect::<Result<Vec<_>, DocumentError>>()?;
        // Operation numbers grow along the history, so that this order is causal whatever came in.
        parsed.sort_by_key(|(parsed, _)| (parsed.meta.start_op, parsed.meta.hash));
        let mut graph = Graph::default();
        let mut fresh = Vec::with_capacity(parsed.len());
        for (parsed, bytes) in parsed {
            if graph.admit(parsed)? {
                fresh.push(bytes);
            }
        }
        Self {
            automerge: empty(),
            graph: Graph::default(),
        }
        .applied(graph, &fresh)
    }

    /// Loads a snapshot made by [`Document::snapshot`].
    pub fn load(snapshot: &[u8]) -> Result<Self, DocumentError> {
        let automerge = guarded(|| Automerge::load(snapshot).map_err(refused))?;
        let graph = guarded(|| graph_of(&automerge))?;
        Ok(Self { automerge, graph })
    }

    /// Returns a snapshot that was loaded again and compared before it is handed out.
    pub fn snapshot(&self) -> Result<Vec<u8>, DocumentError> {
        guarded(|| depth::check(&self.automerge))?;
        let poisoned = |_| DocumentError::Poisoned;
        let bytes = guarded(|| Ok(self.automerge.save_nocompress())).map_err(poisoned)?;
        let again = Self::load(&bytes).map_err(poisoned)?;
        let same = guarded(|| Ok(self.automerge.hydrate(None) == again.automerge.hydrate(None)));
        if again.version() == self.version() && same.map_err(poisoned)? {
            Ok(bytes)
        } else {
            Err(DocumentError::Poisoned)
        }
    }

    /// Returns the document with the change applied; the old one is gone if it fails.
    ///
    /// A change that is already there is no error and changes nothing.
    pub fn with_change(self, bytes: &[u8]) -> Result<Self, DocumentError> {
        let mut graph = self.graph.clone();
        if graph.admit(parse(bytes)?)? {
            self.applied(graph, &[bytes])
        } else {
            Ok(self)
        }
    }

    /// Returns the current heads.
    pub fn version(&self) -> Version {
        Version::new(self.graph.heads())
    }

    /// Returns the document as it was at a version: its ancestors only, rebuilt from their bytes.
    pub fn at(&self, version: &Version) -> Result<Self, DocumentError> {
        if *version == self.version() {
            return Ok(self.clone());
        }
        let ancestors = self.graph.ancestors(version.heads())?;
        let chunks = ancestors
            .iter()
            .map(|hash| {
                self.change_bytes(*hash)
                    .ok_or(DocumentError::UnknownVersion)
            })
            .collect::<Result<Vec<_>, _>>()?;
        Self::from_changes(chunks.iter().map(Vec::as_slice))
    }

    /// Returns whether an actor may author on this version: its own last change, if any, is part of it.
    pub fn may_author(&self, actor: ActorId, version: &Version) -> bool {
        let Some(last) = self.graph.last_of(actor) else {
            return true;
        };
        self.graph
            .ancestors(version.heads())
            .is_ok_and(|seen| seen.contains(&last))
    }

    /// Returns every change in causal order; the same order on every device.
    pub fn changes(&self) -> Vec<ChangeMeta> {
        self.graph
            .in_order()
            .map(|parsed| parsed.meta.clone())
            .collect()
    }

    /// Returns the raw chunk of a change.
    pub fn change_bytes(&self, hash: ChangeHash) -> Option<Vec<u8>> {
        let found = guarded(|| Ok(self.automerge.get_change_by_hash(&theirs(hash))));
        found
            .ok()
            .flatten()
            .map(|change| change.raw_bytes().to_vec())
    }

    /// Returns the change that made the document; `None` for an empty one.
    pub(crate) fn beginning(&self) -> Option<ChangeHash> {
        self.graph.beginning()
    }

    /// Returns what a change was written on; `None` if it is not part of the document.
    pub(crate) fn deps(&self, change: ChangeHash) -> Option<Vec<ChangeHash>> {
        self.graph.deps(change).map(<[ChangeHash]>::to_vec)
    }

    /// Returns the changes that a version consists of: its heads and everything they were written on.
    pub fn ancestors(&self, version: &Version) -> Result<BTreeSet<ChangeHash>, DocumentError> {
        self.graph.ancestors(version.heads())
    }

    fn applied(mut self, graph: Graph, chunks: &[&[u8]]) -> Result<Self, DocumentError> {
        let automerge = guarded(move || {
            let changes = chunks
                .iter()
                .map(|bytes| {
                    Change::from_bytes(bytes.to_vec())
                        .map_err(|_| DocumentError::Malformed("operations are not readable"))
                })
                .collect::<Result<Vec<_>, _>>()?;
            self.automerge.apply_changes(changes).map_err(refused)?;
            Ok(self.automerge)
        })?;
        let document = Self { automerge, graph };
        // apply_changes queues silently what it cannot apply.
        let theirs: Version = guarded(|| Ok(heads_of(&document.automerge)))?;
        if theirs == document.version() {
            Ok(document)
        } else {
            Err(DocumentError::Poisoned)
        }
    }
}

/// Checks one change chunk strictly, without Automerge: checksum, type, lengths, counts, limits.
pub fn parse_change(bytes: &[u8]) -> Result<ChangeMeta, DocumentError> {
    parse(bytes).map(|parsed| parsed.meta)
}

fn parse(bytes: &[u8]) -> Result<Parsed, DocumentError> {
    chunk::parse(bytes).map_err(DocumentError::Malformed)
}

/// Writes one change on a document and returns it with what it has become; `None` if nothing was written.
///
/// `seen` holds exactly what the author saw, so that only that is superseded.
pub(crate) fn author(
    seen: Document,
    author: &crate::authoring::Author,
    write: impl FnOnce(
        &mut automerge::transaction::Transaction<'_>,
    ) -> Result<(), automerge::AutomergeError>,
) -> Result<Option<(Written, Document)>, DocumentError> {
    let Document {
        mut automerge,
        mut graph,
    } = seen;
    let authored = guarded(move || {
        automerge.set_actor(automerge::ActorId::from(author.actor.as_bytes().as_slice()));
        let mut transaction = automerge.transaction();
        write(&mut transaction).map_err(refused)?;
        let time = author.at.timestamp().clamp(0, chunk::TIME_MAX);
        let (hash, _) = transaction
            .commit_with(automerge::transaction::CommitOptions::default().with_time(time));
        let change = hash.and_then(|hash| automerge.get_change_by_hash(&hash));
        Ok(change.map(|change| (change.raw_bytes().to_vec(), automerge)))
    })?;
    let Some((bytes, automerge)) = authored else {
        return Ok(None);
    };
    let parsed = parse(&bytes)?;
    let meta = parsed.meta.clone();
    graph.admit(parsed)?;
    Ok(Some((
        Written { meta, bytes },
        Document { automerge, graph },
    )))
}

/// Returns an empty document to author a first change on.
pub(crate) fn blank() -> Document {
    Document {
        automerge: empty(),
        graph: Graph::default(),
    }
}

/// Runs what calls Automerge; a panic inside becomes an error.
pub(crate) fn guarded<T>(
    work: impl FnOnce() -> Result<T, DocumentError>,
) -> Result<T, DocumentError> {
    caught(work).unwrap_or(Err(DocumentError::Panicked))
}

pub(crate) fn refused(error: automerge::AutomergeError) -> DocumentError {
    DocumentError::Refused(error.to_string())
}

pub(crate) fn theirs(hash: ChangeHash) -> automerge::ChangeHash {
    automerge::ChangeHash(*hash.as_bytes())
}

pub(crate) fn ours(hash: &automerge::ChangeHash) -> ChangeHash {
    ChangeHash::new(hash.0)
}

fn empty() -> Automerge {
    // The actor stands for nobody: whoever writes sets an own one first.
    Automerge::new().with_actor(automerge::ActorId::from([0_u8; 16]))
}

fn heads_of(automerge: &Automerge) -> Version {
    Version::new(automerge.get_heads().iter().map(ours).collect())
}

fn graph_of(automerge: &Automerge) -> Result<Graph, DocumentError> {
    let mut parsed = Vec::new();
    for change in automerge.get_changes_meta(&[]) {
        let at = DateTime::from_timestamp(change.timestamp, 0)
            .ok_or(DocumentError::Malformed("time is out of range"))?;
        let actor = ActorId::from_slice(change.actor.to_bytes())
            .map_err(|_| DocumentError::Malformed("actor is not 16 bytes"))?;
        let mut deps: Vec<_> = change.deps.iter().map(ours).collect();
        deps.sort();
        let meta = ChangeMeta {
            hash: ours(&change.hash),
            actor,
            seq: change.seq,
            start_op: change.start_op,
            at,
            deps,
        };
        parsed.push(Parsed {
            meta,
            op_count: (change.max_op + 1).saturating_sub(change.start_op),
        });
    }
    parsed.sort_by_key(|parsed| (parsed.meta.start_op, parsed.meta.hash));
    let mut graph = Graph::default();
    for parsed in parsed {
        graph.admit(parsed)?;
    }
    Ok(graph)
}

#[cfg(test)]
pub(crate) mod tests;

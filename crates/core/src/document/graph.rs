//! The history of one document: which change was written on top of which.

use std::collections::{BTreeMap, BTreeSet};

use super::DocumentError;
use super::chunk::Parsed;
use crate::id::{ActorId, ChangeHash};

/// Every change of a document, checked against its ancestors.
#[derive(Clone, Default)]
pub(super) struct Graph {
    changes: BTreeMap<ChangeHash, Parsed>,
    heads: BTreeSet<ChangeHash>,
    last: BTreeMap<ActorId, (u64, ChangeHash)>,
    beginning: Option<ChangeHash>,
}

impl Graph {
    pub(super) fn len(&self) -> usize {
        self.changes.len()
    }

    pub(super) fn heads(&self) -> Vec<ChangeHash> {
        self.heads.iter().copied().collect()
    }

    /// Returns the change that made the document.
    pub(super) fn beginning(&self) -> Option<ChangeHash> {
        self.beginning
    }

    /// Returns what a change was written on.
    pub(super) fn deps(&self, change: ChangeHash) -> Option<&[ChangeHash]> {
        Some(self.changes.get(&change)?.meta.deps.as_slice())
    }

    pub(super) fn last_of(&self, actor: ActorId) -> Option<ChangeHash> {
        self.last.get(&actor).map(|(_, hash)| *hash)
    }

    /// Returns the changes in an order that is causal and the same everywhere.
    pub(super) fn in_order(&self) -> impl Iterator<Item = &Parsed> {
        let mut all: Vec<_> = self.changes.values().collect();
        all.sort_by_key(|parsed| (parsed.meta.start_op, parsed.meta.hash));
        all.into_iter()
    }

    /// Returns the heads and everything they were written on.
    pub(super) fn ancestors(
        &self,
        heads: &[ChangeHash],
    ) -> Result<BTreeSet<ChangeHash>, DocumentError> {
        let mut seen = BTreeSet::new();
        let mut open = heads.to_vec();
        while let Some(hash) = open.pop() {
            let change = self
                .changes
                .get(&hash)
                .ok_or(DocumentError::UnknownVersion)?;
            if seen.insert(hash) {
                open.extend(change.meta.deps.iter().copied());
            }
        }
        Ok(seen)
    }

    /// Takes a change in if it fits its ancestors; says whether it is new.
    pub(super) fn admit(&mut self, parsed: Parsed) -> Result<bool, DocumentError> {
        let meta = &parsed.meta;
        if self.changes.contains_key(&meta.hash) {
            return Ok(false);
        }
        let missing: Vec<_> = meta
            .deps
            .iter()
            .filter(|dep| !self.changes.contains_key(dep))
            .copied()
            .collect();
        if !missing.is_empty() {
            return Err(DocumentError::MissingDeps(missing));
        }
        if meta.deps.is_empty() && !self.changes.is_empty() {
            return Err(DocumentError::Malformed("a document begins only once"));
        }
        self.check_seq(&parsed)?;
        let highest = meta
            .deps
            .iter()
            .filter_map(|dep| self.changes.get(dep))
            .map(Parsed::max_op)
            .max();
        if meta.start_op != highest.unwrap_or(0) + 1 {
            return Err(DocumentError::Malformed(
                "operation numbers do not follow its dependencies",
            ));
        }
        self.insert(parsed);
        Ok(true)
    }

    fn check_seq(&self, parsed: &Parsed) -> Result<(), DocumentError> {
        let meta = &parsed.meta;
        let Some((seq, last)) = self.last.get(&meta.actor) else {
            return if meta.seq == 1 {
                Ok(())
            } else {
                Err(DocumentError::Malformed("sequence numbers have a gap"))
            };
        };
        if meta.seq <= *seq {
            return Err(DocumentError::DuplicateSeq { seq: meta.seq });
        }
        if meta.seq != seq + 1 || !self.ancestors(&meta.deps)?.contains(last) {
            return Err(DocumentError::Malformed(
                "is not built on its actor's last change",
            ));
        }
        Ok(())
    }

    fn insert(&mut self, parsed: Parsed) {
        let meta = &parsed.meta;
        for dep in &meta.deps {
            self.heads.remove(dep);
        }
        self.heads.insert(meta.hash);
        self.beginning.get_or_insert(meta.hash);
        self.last.insert(meta.actor, (meta.seq, meta.hash));
        self.changes.insert(meta.hash, parsed);
    }
}

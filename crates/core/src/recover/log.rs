//! The chunks of one document as a device holds them.

use std::collections::{BTreeMap, BTreeSet};

use crate::authoring::ChangeMeta;
use crate::content::State;
use crate::content::schema::Schema;
use crate::document::{Document, DocumentError, Version, guarded, parse_change};
use crate::id::ChangeHash;

/// The chunks of one document, also those that no document can hold together.
pub(super) struct Log<'a>(BTreeMap<ChangeHash, (ChangeMeta, &'a [u8])>);

impl<'a> Log<'a> {
    pub(super) fn of(held: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, DocumentError> {
        let parsed = held.into_iter().map(|bytes| {
            let meta = parse_change(bytes)?;
            Ok((meta.hash, (meta, bytes)))
        });
        Ok(Self(parsed.collect::<Result<_, DocumentError>>()?))
    }

    /// Operation numbers grow along the history, so that this order is causal.
    pub(super) fn in_order(&self) -> impl Iterator<Item = (&ChangeMeta, &'a [u8])> {
        let mut all: Vec<_> = self.0.values().collect();
        all.sort_by_key(|(meta, _)| (meta.start_op, meta.hash));
        all.into_iter().map(|(meta, bytes)| (meta, *bytes))
    }

    pub(super) fn with_descendants(&self, roots: &BTreeSet<ChangeHash>) -> BTreeSet<ChangeHash> {
        let mut fallen = roots.clone();
        for (meta, _) in self.in_order() {
            if meta.deps.iter().any(|dep| fallen.contains(dep)) {
                fallen.insert(meta.hash);
            }
        }
        fallen
    }

    /// Returns the document as it stood at these heads, whatever has left it since.
    pub(super) fn document_at(&self, heads: &[ChangeHash]) -> Result<Document, DocumentError> {
        let mut open = heads.to_vec();
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

    /// Returns the version of a rebuilt document that corresponds to one that fell away: what stands for a change that
    /// did, or else what that was written on.
    pub(super) fn corresponding(
        &self,
        heads: &[ChangeHash],
        document: &Document,
        replaced: &BTreeMap<ChangeHash, ChangeHash>,
    ) -> Version {
        let mut open = heads.to_vec();
        let mut found = BTreeSet::new();
        let kept: BTreeSet<_> = document.changes().iter().map(|meta| meta.hash).collect();
        while let Some(hash) = open.pop() {
            if kept.contains(&hash) {
                found.insert(hash);
            } else if let Some(new) = replaced.get(&hash) {
                found.insert(*new);
            } else if let Some((meta, _)) = self.0.get(&hash) {
                open.extend(meta.deps.iter().copied());
            }
        }
        Version::new(found.into_iter().collect())
    }

    /// Returns what a change stands for: the one that it states again, what that one did, and so on, as far as it can
    /// be read.
    pub(super) fn stood_for(&self, schema: &'static Schema, change: ChangeHash) -> Vec<ChangeHash> {
        let mut chain = Vec::new();
        let mut standing = change;
        while let Some(from) = self.stated_again_by(schema, standing) {
            chain.push(from);
            standing = from;
        }
        chain
    }

    /// Returns what these changes were written again for, and what the text of it was typed on that they have not seen:
    /// each of these has the whole text.
    pub(super) fn written_again(
        &self,
        schema: &'static Schema,
        standing: impl IntoIterator<Item = ChangeHash>,
    ) -> BTreeSet<ChangeHash> {
        let mut again = BTreeSet::new();
        for by in standing {
            let known = self.ancestors(by);
            for from in self.stood_for(schema, by) {
                again.insert(from);
                if self.states_text(schema, from) {
                    again.extend(self.ancestors(from).difference(&known));
                }
            }
        }
        again
    }

    /// Returns whether the text reads otherwise with a change than without it; not if it cannot be read.
    fn states_text(&self, schema: &'static Schema, change: ChangeHash) -> bool {
        let deps = self.0.get(&change).map(|(meta, _)| meta.deps.as_slice());
        let text_at = |heads: &[ChangeHash]| {
            let document = self.document_at(heads)?;
            let state = guarded(|| State::of(schema, &document, None))?;
            Ok::<_, DocumentError>(state.text(schema).cloned())
        };
        match deps.map(|deps| (text_at(deps), text_at(&[change]))) {
            Some((Ok(before), Ok(after))) => before != after,
            _ => false,
        }
    }

    /// Returns a change and all that it was written on, as far as it is held.
    fn ancestors(&self, change: ChangeHash) -> BTreeSet<ChangeHash> {
        let mut open = vec![change];
        let mut seen = BTreeSet::new();
        while let Some(hash) = open.pop() {
            if let Some((meta, _)) = self.0.get(&hash)
                && seen.insert(hash)
            {
                open.extend(meta.deps.iter().copied());
            }
        }
        seen
    }

    fn stated_again_by(&self, schema: &'static Schema, change: ChangeHash) -> Option<ChangeHash> {
        let document = self.document_at(&[change]).ok()?;
        let state = guarded(|| State::of(schema, &document, None)).ok()?;
        let mut marked = state.recovered.into_iter();
        marked.find_map(|(from, by)| (by == change && from != change).then_some(from))
    }
}

//! A change that the server refused, and what was written on top of it: by the rules of the core.

use std::collections::BTreeSet;
use std::sync::Arc;

use bitacora_core::document::{Document, parse_change};
use bitacora_core::envelope::DocumentKind;
use bitacora_core::id::{ActorId, ChangeHash, DocumentId};
use bitacora_core::receipt::{RefusalCode, Verdict};
use bitacora_core::recover::{self, RecoverError, Recovery};

use super::{Held, PhoneState, Standing};

impl Held {
    /// Notes that the server does not want it. An own change leaves its document; another's stays as it is.
    pub(super) fn refuse(&mut self, verdict: &Verdict) {
        self.refused = true;
        if self.own && self.standing != Standing::Replaced {
            self.standing = match verdict {
                Verdict::BlockedBy { .. } => Standing::Blocked,
                _ => Standing::Refused,
            };
        }
        self.number_used |= verdict.is_refused_as(&RefusalCode::DuplicateSeq);
    }

    fn gives_way(&mut self) {
        self.refused = true;
        self.standing = Standing::Refused;
        self.number_used = true;
    }

    /// Returns whether what it states may be stated again: it was not refused for its content.
    fn is_welcome(&self) -> bool {
        self.own && (self.standing != Standing::Refused || self.number_used)
    }
}

impl PhoneState {
    /// Takes a change back that had left its document and is at the server after all; returns its document then.
    pub(super) fn come_back(&mut self, change: ChangeHash) -> Option<DocumentId> {
        let held = self.changes.get_mut(&change)?;
        let had_left = held.standing != Standing::Kept;
        held.standing = Standing::Kept;
        held.refused = false;
        had_left.then_some(held.document)
    }

    /// Builds a document from what stands in it.
    pub(super) fn build_again(&mut self, id: DocumentId) {
        let standing = self.of(id).filter(|held| held.standing == Standing::Kept);
        let bytes: Vec<_> = standing.map(|held| Arc::clone(&held.bytes)).collect();
        if let Ok(document) = Document::from_changes(bytes.iter().map(|bytes| &**bytes)) {
            self.documents.insert(id, Arc::new(document));
        }
    }

    /// A change of the log stays whoever else used its number: an own one that did leaves its document. Returns
    /// whether one did.
    pub(super) fn give_way(&mut self, id: DocumentId, change: &[u8]) -> bool {
        let Ok(other) = parse_change(change) else {
            return false;
        };
        let in_log = self.in_log();
        let own = self.changes.iter_mut().find(|(change, held)| {
            let stands = held.own && held.document == id && held.standing == Standing::Kept;
            stands && !in_log.contains(change) && {
                let meta = parse_change(&held.bytes).unwrap();
                (meta.actor, meta.seq) == (other.actor, other.seq) && meta.hash != other.hash
            }
        });
        let Some((_, held)) = own else {
            return false;
        };
        held.gives_way();
        true
    }

    /// Rebuilds a document without its refused changes, and writes again what was written here on top of them.
    /// Returns what stands for what.
    pub(super) fn without_refused(
        &mut self,
        id: DocumentId,
        fresh_actor: impl FnMut() -> ActorId,
    ) -> Vec<(ChangeHash, ChangeHash)> {
        let kind = match self.kinds.get(&id) {
            Some(&DocumentKind::PATROL) => recover::Kind::Patrol,
            _ => recover::Kind::Encounter,
        };
        let named = |wanted: &dyn Fn(&Held) -> bool| -> BTreeSet<ChangeHash> {
            let all = self.changes.iter();
            all.filter(|(_, held)| held.document == id && wanted(held))
                .map(|(change, _)| *change)
                .collect()
        };
        let refused =
            named(&|held| matches!(held.standing, Standing::Refused | Standing::Replaced));
        let again = named(&Held::is_welcome);
        let held: Vec<_> = self.of(id).map(|held| Arc::clone(&held.bytes)).collect();
        let recovery = recover::reauthor(
            kind,
            held.iter().map(|bytes| &**bytes),
            &refused,
            |meta| again.contains(&meta.hash),
            // Nobody forges a mark here: that is for a test of its own.
            |_, _| true,
            fresh_actor,
        );
        match recovery {
            Ok(recovery) => self.settle(id, recovery),
            // The record stays as it is, for its author to see.
            Err(RecoverError::NoBeginning) => Vec::new(),
            Err(error) => panic!("{id} cannot be rebuilt: {error}"),
        }
    }

    fn settle(&mut self, id: DocumentId, recovery: Recovery) -> Vec<(ChangeHash, ChangeHash)> {
        let unreadable = recovery.unreadable;
        assert!(unreadable.is_empty(), "{unreadable:?} cannot be read again");
        let part = recovery.document.changes();
        let part: BTreeSet<_> = part.into_iter().map(|meta| meta.hash).collect();
        let fallen = self.changes.iter_mut().filter(|(change, held)| {
            held.document == id && held.standing == Standing::Kept && !part.contains(change)
        });
        for (_, held) in fallen {
            held.standing = Standing::Blocked;
            held.refused = true;
        }
        let mut stands_for = Vec::new();
        for recovered in recovery.recovered {
            let former = self.changes.get_mut(&recovered.from).unwrap();
            former.standing = Standing::Replaced;
            let again = Held::written(id, former.kind, recovered.written.bytes, former.person);
            let change = recovered.written.meta.hash;
            self.changes.insert(change, again);
            self.order.push(change);
            stands_for.push((recovered.from, change));
        }
        self.documents.insert(id, Arc::new(recovery.document));
        stands_for
    }

    /// Returns every change of a document in the order they came here.
    fn of(&self, id: DocumentId) -> impl Iterator<Item = &Held> {
        let all = self
            .order
            .iter()
            .filter_map(|change| self.changes.get(change));
        all.filter(move |held| held.document == id)
    }
}

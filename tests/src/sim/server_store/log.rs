//! The store as the exchange sees it.

use std::convert::Infallible;
use std::sync::Arc;

use bitacora_core::authoring::ChangeMeta;
use bitacora_core::document::{DocumentError, parse_change};
use bitacora_core::enrol::Role;
use bitacora_core::envelope::{DocumentKind, LeafHash, PublicKey};
use bitacora_core::id::{
    ActorId, ChangeHash, DeviceId, DocumentId, EnvelopeHash, PersonId, ScopeId,
};
use bitacora_core::receipt::Receipt;
use bitacora_core::sync::{
    Admission, ChangeState, LogRow, NewChange, ScopeRight, ServerLog, Standing, StoredChange,
    StoredEnvelope, Tail,
};
use bitacora_core::wire::{DeviceEntry, Directory, PersonName};

use super::{Enrolled, ServerStore};
use crate::sim::cheat::Cheat;
use crate::sim::office::{organisation, scope};

impl ServerLog for ServerStore {
    type Error = Infallible;

    fn begin(&mut self) -> Result<(), Infallible> {
        assert!(self.before.is_none(), "a transaction within a transaction");
        self.before = Some(self.state().clone());
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Infallible> {
        assert!(self.before.take().is_some(), "a commit without a begin");
        self.durable();
        Ok(())
    }

    fn rollback(&mut self) {
        if let Some(before) = self.before.take() {
            *self.state_mut() = before;
        }
    }

    fn standing(&mut self, device: DeviceId, _: u64) -> Result<Option<Standing>, Infallible> {
        let end = self.state().log.len() as u64;
        let forgets = self.cheat == Cheat::ServerForgetsRevoked;
        let Some(enrolled) = self.state_mut().enrolled.get_mut(&device) else {
            return Ok(None);
        };
        let reads_all = enrolled.role.reads_from_the_beginning();
        // The simulation's 72 hours: the last eight rows before the first contact.
        let latest = end.saturating_sub(8);
        let is_first = enrolled.mark.is_none();
        let mark = *enrolled
            .mark
            .get_or_insert(if reads_all { 0 } else { latest });
        let standing = Standing {
            key: enrolled.key,
            revoked: enrolled.revoked && !forgets,
            scopes: vec![ScopeRight {
                scope: scope(),
                mark,
            }],
        };
        if is_first {
            self.durable();
        }
        Ok(Some(standing))
    }

    fn device_key(&mut self, device: DeviceId) -> Result<Option<PublicKey>, Infallible> {
        Ok(self
            .state()
            .enrolled
            .get(&device)
            .map(|enrolled| enrolled.key))
    }

    fn directory(
        &mut self,
        device: DeviceId,
        held_rev: u64,
    ) -> Result<Option<Directory>, Infallible> {
        if !self.state().enrolled.contains_key(&device) {
            return Ok(None);
        }
        // A restored server may count back: any other revision is sent whole.
        let enrolled = &self.state().enrolled;
        let revoked = enrolled.values().filter(|enrolled| enrolled.revoked);
        let altered = enrolled.len() + 100 * revoked.count();
        let rev = altered as u64 + 10_000 * self.state().epoch;
        let entry = |(device, enrolled): (&DeviceId, &Enrolled)| DeviceEntry {
            device: *device,
            key: enrolled.key,
            name: String::new(),
            role: enrolled.role,
            post: scope().post,
            revoked: enrolled.revoked,
        };
        let devices = self.state().enrolled.iter().map(entry).collect();
        let directory = Directory {
            rev,
            persons: vec![],
            devices,
            posts: vec![],
            headquarters: None,
        };
        Ok((rev != held_rev).then_some(directory))
    }

    fn introduce(&mut self, device: DeviceId, persons: &[PersonName]) -> Result<(), Infallible> {
        let named = persons.iter().map(|named| (device, named.person));
        self.state_mut().announced.extend(named);
        self.durable();
        Ok(())
    }

    fn role_on(&mut self, device: DeviceId, person: PersonId) -> Result<Option<Role>, Infallible> {
        Ok(self.state().role_on(device, person))
    }

    fn clone_alarm(&mut self, device: DeviceId, _: u64) -> Result<(), Infallible> {
        self.state_mut().clone_alarms.insert(device);
        self.durable();
        Ok(())
    }

    fn contacted(&mut self, _: DeviceId, _: u64, _: i64) -> Result<(), Infallible> {
        Ok(())
    }

    fn epoch(&mut self) -> Result<u64, Infallible> {
        Ok(self.state().epoch)
    }

    fn tail(&mut self, scope: &ScopeId) -> Result<Tail, Infallible> {
        let empty = Tail::empty(organisation(), scope);
        Ok(self.state().log.last().map_or(empty, |(tail, _)| *tail))
    }

    fn tail_at(&mut self, scope: &ScopeId, seq: u64) -> Result<Option<Tail>, Infallible> {
        Ok(match seq.checked_sub(1) {
            None => Some(Tail::empty(organisation(), scope)),
            Some(position) => self
                .state()
                .log
                .get(position as usize)
                .map(|(tail, _)| *tail),
        })
    }

    fn append(&mut self, change: &NewChange, tail: &Tail) -> Result<(), Infallible> {
        assert_eq!(
            tail.seq,
            self.state().log.len() as u64 + 1,
            "a log has a gap"
        );
        let is_there = |(_, logged): &(Tail, ChangeHash)| *logged == change.change;
        assert!(
            !self.state().log.iter().any(is_there),
            "a change has two rows in a log"
        );
        self.state_mut().log.push((*tail, change.change));
        Ok(())
    }

    fn rows(&mut self, _: &ScopeId, after: u64, limit: usize) -> Result<Vec<LogRow>, Infallible> {
        Ok((after as usize..)
            .map_while(|position| self.row(position))
            .take(limit)
            .collect())
    }

    fn document_rows(
        &mut self,
        _: &ScopeId,
        _: DocumentKind,
        document: DocumentId,
        through: u64,
    ) -> Result<Vec<LogRow>, Infallible> {
        Ok(self
            .rows_of(document)
            .filter(|row| row.seq <= through)
            .collect())
    }

    fn document_size(
        &mut self,
        _: &ScopeId,
        _: DocumentKind,
        document: DocumentId,
    ) -> Result<(u64, u64), Infallible> {
        let state = self.state();
        let logged = state
            .log
            .iter()
            .map(|(_, change)| &state.changes[change].new);
        let of_it = logged.filter(|new| new.document == document);
        Ok(of_it.fold((0, 0), |(changes, bytes), new| {
            (changes + 1, bytes + new.bytes.len() as u64)
        }))
    }

    fn first_row_after(
        &mut self,
        _: &ScopeId,
        _: DocumentKind,
        document: DocumentId,
        after: u64,
    ) -> Result<Option<u64>, Infallible> {
        Ok(self
            .rows_of(document)
            .map(|row| row.seq)
            .find(|seq| *seq > after))
    }

    fn envelope(
        &mut self,
        device: DeviceId,
        counter: u64,
    ) -> Result<Option<StoredEnvelope>, Infallible> {
        let found = self.state().envelopes.get(&(device, counter));
        Ok(found.map(|envelope| (**envelope).clone()))
    }

    fn known_through(
        &mut self,
        device: DeviceId,
    ) -> Result<Option<(u64, EnvelopeHash)>, Infallible> {
        let held = |counter: u64| self.state().envelopes.get(&(device, counter));
        let last = (1..)
            .map_while(|counter| Some((counter, held(counter)?)))
            .last();
        Ok(last.map(|(counter, envelope)| (counter, envelope.seal.statement.hash())))
    }

    fn save_envelope(&mut self, envelope: &StoredEnvelope) -> Result<(), Infallible> {
        let statement = &envelope.seal.statement;
        let named = (statement.device, statement.counter);
        self.state_mut()
            .envelopes
            .insert(named, Arc::new(envelope.clone()));
        Ok(())
    }

    fn change(&mut self, leaf: LeafHash) -> Result<Option<StoredChange>, Infallible> {
        let state = self.state();
        let named = state
            .leaves
            .get(&leaf)
            .and_then(|change| state.changes.get(change));
        Ok(named.map(|stored| (**stored).clone()))
    }

    fn save_change(&mut self, change: &NewChange, state: &ChangeState) -> Result<(), Infallible> {
        let stored = StoredChange {
            new: change.clone(),
            state: state.clone(),
        };
        let is_stored = matches!(stored.state, ChangeState::Stored { .. });
        let state = self.state_mut();
        if is_stored {
            state.brought.remove(&change.leaf_hash());
        }
        state.leaves.insert(change.leaf_hash(), change.change);
        state.changes.insert(change.change, Arc::new(stored));
        Ok(())
    }

    fn aside(&mut self, device: DeviceId) -> Result<(u64, u64), Infallible> {
        let aside = self.state().changes.values().filter(|stored| {
            let is_aside = matches!(
                stored.state,
                ChangeState::Refused { .. } | ChangeState::Blocked { .. }
            );
            is_aside && stored.new.device == device
        });
        Ok(aside.fold((0, 0), |(changes, bytes), stored| {
            (changes + 1, bytes + stored.new.bytes.len() as u64)
        }))
    }

    fn also_brought(&mut self, change: &NewChange) -> Result<(), Infallible> {
        let brought = self.state_mut().brought.entry(change.leaf_hash());
        let brought = brought.or_default();
        let whose = (change.device, change.person);
        if !brought
            .iter()
            .any(|other| (other.device, other.person) == whose)
        {
            brought.push(change.clone());
        }
        Ok(())
    }

    fn brought_also(&mut self, leaf: LeafHash) -> Result<Vec<NewChange>, Infallible> {
        let brought = self.state().brought.get(&leaf);
        Ok(brought.cloned().unwrap_or_default())
    }

    fn waiting_on(
        &mut self,
        _: DocumentKind,
        _: DocumentId,
        missing: ChangeHash,
    ) -> Result<Vec<NewChange>, Infallible> {
        let waits = |stored: &&Arc<StoredChange>| match &stored.state {
            ChangeState::Waiting { missing: all } => all.contains(&missing),
            _ => false,
        };
        Ok(self
            .state()
            .changes
            .values()
            .filter(waits)
            .map(|stored| stored.new.clone())
            .collect())
    }

    fn blocked_by(
        &mut self,
        _: DocumentKind,
        _: DocumentId,
        refused: ChangeHash,
    ) -> Result<Vec<NewChange>, Infallible> {
        let is_blocked = |stored: &&Arc<StoredChange>| match &stored.state {
            ChangeState::Blocked { by } => *by == refused,
            _ => false,
        };
        let changes = self.state().changes.values().filter(is_blocked);
        Ok(changes.map(|stored| stored.new.clone()).collect())
    }

    fn note_ready(&mut self, leaf: LeafHash) -> Result<(), Infallible> {
        let ready = &mut self.state_mut().ready;
        if !ready.contains(&leaf) {
            ready.push(leaf);
        }
        Ok(())
    }

    fn ready(&mut self, limit: usize) -> Result<Vec<LeafHash>, Infallible> {
        Ok(self.state().ready.iter().take(limit).copied().collect())
    }

    fn forget_ready(&mut self, leaf: LeafHash) -> Result<(), Infallible> {
        self.state_mut().ready.retain(|noted| *noted != leaf);
        Ok(())
    }

    fn not_judged(&mut self, _: LeafHash, error: &Infallible) {
        match *error {}
    }

    fn waiting_count(&mut self, device: DeviceId) -> Result<usize, Infallible> {
        let waits_now =
            |stored: &Arc<StoredChange>| matches!(stored.state, ChangeState::Waiting { .. });
        let waits = |stored: &&Arc<StoredChange>| {
            stored.new.device == device && matches!(stored.state, ChangeState::Waiting { .. })
        };
        let sealed_first = self.state().changes.values().filter(waits).count();
        let after = |change: &&NewChange| {
            change.device == device
                && self
                    .state()
                    .changes
                    .get(&change.change)
                    .is_some_and(waits_now)
        };
        let sealed_after = self
            .state()
            .brought
            .values()
            .flatten()
            .filter(after)
            .count();
        Ok(sealed_first + sealed_after)
    }

    fn by_actor_seq(
        &mut self,
        _: DocumentKind,
        document: DocumentId,
        actor: ActorId,
        seq: u64,
    ) -> Result<Option<ChangeHash>, Infallible> {
        let Some(document) = self.state().documents.get(&document) else {
            return Ok(None);
        };
        let changes = document.changes();
        let found = changes
            .iter()
            .find(|meta| meta.actor == actor && meta.seq == seq);
        Ok(found.map(|meta| meta.hash))
    }

    fn inspect(&mut self, bytes: &[u8]) -> Result<Result<ChangeMeta, DocumentError>, Infallible> {
        let meta = parse_change(bytes);
        Ok(if self.cheat == Cheat::ServerIgnoresAncestors {
            meta.map(|meta| ChangeMeta {
                deps: Vec::new(),
                ..meta
            })
        } else {
            meta
        })
    }

    fn admit(&mut self, change: &NewChange, meta: &ChangeMeta) -> Result<Admission, Infallible> {
        Ok(self.admitted(change, meta))
    }

    fn receipt(&mut self, device: DeviceId, counter: u64) -> Result<Option<Receipt>, Infallible> {
        Ok(self.state().receipts.get(&(device, counter)).cloned())
    }

    fn receipts_after(
        &mut self,
        device: DeviceId,
        counter: u64,
        limit: usize,
    ) -> Result<Vec<Receipt>, Infallible> {
        let above = (device, counter.saturating_add(1))..=(device, u64::MAX);
        let found = self.state().receipts.range(above);
        Ok(found
            .take(limit)
            .map(|(_, receipt)| receipt.clone())
            .collect())
    }

    fn save_receipt(&mut self, receipt: &Receipt) -> Result<(), Infallible> {
        let named = (receipt.finding.device, receipt.finding.counter);
        self.state_mut().receipts.insert(named, receipt.clone());
        Ok(())
    }
}

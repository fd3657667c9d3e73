//! What must always and finally hold.

use std::collections::{BTreeMap, BTreeSet};

use bitacora_core::encounter::{FieldValue, HistoryEntry};
use bitacora_core::envelope::DocumentKind;
use bitacora_core::id::ChangeHash;
use bitacora_core::sync::{ChangeState, Tail};
use bitacora_core::{encounter, patrol};

use super::{Failure, World};
use crate::sim::office::{organisation, scope};
use crate::sim::phone::Phone;

impl World {
    pub(super) fn check_nothing_lost(&self) -> Result<(), Failure> {
        let server = self.server.store.disk.synced();
        let stored = |change: &ChangeHash| {
            let stored = server.changes.get(change);
            stored.is_some_and(|stored| matches!(stored.state, ChangeState::Stored { .. }))
        };
        for phone in &self.phones {
            if let Some(change) = phone.store.received.iter().find(|change| !stored(change)) {
                let text = format!("{change:?} was receipted to {} and is lost", phone.name);
                return Err(Failure::new(text));
            }
        }
        let lost = self.saved.iter().find(|change| !stored(change));
        lost.map_or(Ok(()), |change| Err(Failure::new(self.account_of(change))))
    }

    /// What was written again says in its document what it stands for, and that one is in no document.
    pub(super) fn check_rewritten(&self) -> Result<(), Failure> {
        let server = self.server.store.disk.synced();
        let arrived = self
            .rewritten
            .iter()
            .filter(|(_, change)| self.saved.contains(change));
        for (from, change) in arrived {
            let document = &server.documents[&server.changes[change].new.document];
            let told = match server.changes[change].new.kind {
                DocumentKind::PATROL => patrol::history(document),
                _ => encounter::history(document),
            };
            let says = |line: &HistoryEntry| {
                let stated = FieldValue::Text(from.to_string());
                line.field == "recovered_from" && line.after.contains(&stated)
            };
            if !told.unwrap().iter().any(says) {
                let text = format!("{change:?} does not say that it stands for {from:?}");
                return Err(Failure::new(text));
            }
            if document.changes().iter().any(|meta| meta.hash == *from) {
                return Err(Failure::new(format!("{from:?} stands in its record twice")));
            }
        }
        Ok(())
    }

    /// Says where a change that never arrived is.
    fn account_of(&self, change: &ChangeHash) -> String {
        let server = self.server.store.disk.synced().changes.get(change);
        let server = server.map_or("not there".to_owned(), |stored| {
            format!("{:?} in {}", stored.state, stored.new.counter)
        });
        let holds = |phone: &&Phone| phone.store.disk.synced().changes.contains_key(change);
        let holders = self.phones.iter().filter(holds).map(|phone| &*phone.name);
        let holders: Vec<&str> = holders.collect();
        format!(
            "{change:?} was saved and never arrived: held by {holders:?}, at the server {server}"
        )
    }

    pub(super) fn check_everybody_agrees(&mut self) -> Result<(), Failure> {
        let server = self.server.store.disk.synced();
        let truth: BTreeMap<_, _> = server.documents.iter().collect();
        for phone in self.phones.iter().filter(|phone| self.may_speak(phone)) {
            let state = phone.store.disk.synced();
            phone.check_rows()?;
            let mark = state.mark.map_or(0, |mark| mark.seq);
            let end = server.log.len() as u64;
            if state.read.map_or(0, |read| read.tail.seq) != end {
                return Err(Failure::new(format!(
                    "{} has not read to the end",
                    phone.name
                )));
            }
            for (tail, change) in &server.log {
                if tail.seq > mark && state.rows.get(&tail.seq) != Some(change) {
                    return Err(Failure::new(format!(
                        "{} has another row {}",
                        phone.name, tail.seq
                    )));
                }
            }
            let of_row = |change: &ChangeHash| server.changes[change].new.document;
            let after_mark = server.log.iter().filter(|(tail, _)| tail.seq > mark);
            let live: BTreeSet<_> = after_mark.map(|(_, change)| of_row(change)).collect();
            if let Some(id) = live.iter().find(|id| !state.documents.contains_key(id)) {
                return Err(Failure::new(format!("{} lacks {id}", phone.name)));
            }
            // A phone that enrolled anew may hold an older copy of what has no row above its mark.
            for (id, document) in state.documents.iter().filter(|(id, _)| live.contains(id)) {
                let theirs = truth
                    .get(id)
                    .ok_or_else(|| Failure::new("a record is nowhere else"))?;
                if document.version() != theirs.version() {
                    return Err(Failure::new(format!(
                        "{} has other heads of {id}",
                        phone.name
                    )));
                }
                let read_the_same = match state.kinds.get(id) {
                    Some(&DocumentKind::PATROL) => {
                        patrol::read(document).unwrap() == patrol::read(theirs).unwrap()
                    }
                    _ => encounter::read(document).unwrap() == encounter::read(theirs).unwrap(),
                };
                if !read_the_same {
                    return Err(Failure::new(format!(
                        "{} reads other values in {id}",
                        phone.name
                    )));
                }
            }
        }
        self.check_log()
    }

    /// The server's log is dense, its chain is right, and every prefix is closed under ancestry.
    fn check_log(&self) -> Result<(), Failure> {
        let server = self.server.store.disk.synced();
        let mut tail = Tail::empty(organisation(), &scope());
        let mut seen = BTreeSet::new();
        for (stored, change) in &server.log {
            let held = &server.changes[change].new;
            tail = tail.after(held.document, *change);
            if *stored != tail {
                return Err(Failure::new(format!("row {} does not chain", tail.seq)));
            }
            let meta = bitacora_core::document::parse_change(&held.bytes).unwrap();
            if meta.deps.iter().any(|dep| !seen.contains(dep)) {
                return Err(Failure::new(format!(
                    "row {} stands before its ancestors",
                    tail.seq
                )));
            }
            if !seen.insert(*change) {
                return Err(Failure::new(format!("row {} is there twice", tail.seq)));
            }
        }
        Ok(())
    }
}

impl Phone {
    /// Positions are dense from the mark to where the phone has read.
    pub(in crate::sim) fn check_rows(&self) -> Result<(), Failure> {
        let state = self.store.disk.now();
        let (Some(mark), Some(read)) = (state.mark, state.read) else {
            return Ok(());
        };
        let beyond = state
            .rows
            .keys()
            .next_back()
            .is_some_and(|last| *last > read.tail.seq);
        let before = state
            .rows
            .keys()
            .next()
            .is_some_and(|first| *first <= mark.seq);
        if beyond || before {
            return Err(Failure::new(format!(
                "{} has rows outside what it has read",
                self.name
            )));
        }
        Ok(())
    }
}

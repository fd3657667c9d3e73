//! What the people of a phone write: records, edits of every field kind, entries of the review log, choices.

use std::sync::Arc;

use bitacora_core::authoring::{Author, Written};
use bitacora_core::capture::Capture;
use bitacora_core::clock::TrustedClock;
use bitacora_core::document::{Document, Version};
use bitacora_core::encounter::{self, Edit, Header, ReviewEntry};
use bitacora_core::enrol::Role;
use bitacora_core::envelope::DocumentKind;
use bitacora_core::id::{ActorId, ChangeHash, DocumentId, EncounterId, EntryId, PersonId};
use bitacora_core::review::{self, Event};
use chrono::{DateTime, Utc};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use uuid::Uuid;

use super::Phone;
use super::patch::patch;
use crate::sim::phone_store::Held;

impl Phone {
    /// Saves something: a new record, or an edit of one at the version seen. Returns what was saved.
    pub(in crate::sim) fn write(
        &mut self,
        rng: &mut ChaCha8Rng,
        now_ms: u64,
    ) -> Option<ChangeHash> {
        if rng.random_bool(0.1) {
            return self.walk(rng, now_ms);
        }
        let documents: Vec<DocumentId> = self.store.disk.now().documents.keys().copied().collect();
        if documents.is_empty() || rng.random_bool(0.3) {
            return self.record(rng, now_ms);
        }
        let document = match self.last {
            Some(last) if rng.random_bool(0.4) && documents.contains(&last) => last,
            _ => documents[rng.random_range(0..documents.len())],
        };
        let held = Arc::clone(&self.store.disk.now().documents[&document]);
        // Some forms were opened before a sync arrived: the edit is authored at the version seen.
        let (document, version) = match self.form.take() {
            Some(form) if rng.random_bool(0.7) => form,
            _ => (document, held.version()),
        };
        if rng.random_bool(0.3) {
            self.form = Some((document, version.clone()));
        }
        self.edit(rng, document, &version, now_ms)
    }

    /// Saves a new record.
    pub(in crate::sim) fn record(
        &mut self,
        rng: &mut ChaCha8Rng,
        now_ms: u64,
    ) -> Option<ChangeHash> {
        let encounter_id = EncounterId::new(Uuid::from_u128(rng.random()));
        let at = time(now_ms);
        let author = self.author(rng, now_ms);
        let header = Header {
            encounter_id,
            short_code: format!("BCH-{:04}-SIM-1", rng.random_range(0..10_000)),
            post_id: "PA-BCH".parse().unwrap(),
            author_id: author.person,
            device_id: self.identity.device,
            created_at: at,
            tz: "America/Panama".into(),
        };
        let stated = json!({
            "occurred_at": at.to_rfc3339(), "direction": "north", "setting": "river",
            "composition": {"VEN": {"AA+M": rng.random_range(0..9), "AA+F": rng.random_range(0..9)}},
            "needs": {}, "assistance": {"water": "all"}, "position": "no_fix",
            "patrol_id": self.patrol,
        });
        let capture: Capture = serde_json::from_value(stated).unwrap();
        let written = encounter::record(&header, &capture, &author).unwrap();
        Some(self.keep(
            (encounter_id.into(), DocumentKind::ENCOUNTER),
            written,
            author.person,
        ))
    }

    fn edit(
        &mut self,
        rng: &mut ChaCha8Rng,
        document: DocumentId,
        version: &Version,
        now_ms: u64,
    ) -> Option<ChangeHash> {
        let held = Arc::clone(self.store.disk.now().documents.get(&document)?);
        let seen = held.at(version).ok()?;
        let mut author = self.author(rng, now_ms);
        let kind = self.store.disk.now().kinds.get(&document).copied();
        if !held.may_author(author.actor, version) {
            author.actor = ActorId::new(rng.random());
        }
        if kind == Some(DocumentKind::PATROL) {
            return self.edit_patrol(rng, (document, &seen), &author);
        }
        let role = if author.person == self.holder() {
            self.role
        } else {
            Role::PatrolMember
        };
        let edit = edit_of(&seen, rng, &author, role);
        let written = encounter::edit(&seen, &edit, &author).unwrap()?;
        // A device lets nobody write what its server would refuse.
        let with = seen.with_change(&written.bytes).unwrap();
        let changes = &self.store.disk.now().changes;
        let stated_by = |change| Some(changes.get(&change)?.person);
        let chosen = review::chosen(&with, written.meta.hash, author.person, stated_by).unwrap();
        if !chosen.is_empty() && review::may_choose(role).is_err() {
            return None;
        }
        Some(self.keep((document, DocumentKind::ENCOUNTER), written, author.person))
    }

    /// Saves what was written.
    pub(super) fn keep(
        &mut self,
        (document, kind): (DocumentId, DocumentKind),
        written: Written,
        person: PersonId,
    ) -> ChangeHash {
        let change = written.meta.hash;
        let held = Held::written(document, kind, written.bytes, person);
        self.store.save(change, held);
        self.last = Some(document);
        change
    }

    pub(super) fn author(&self, rng: &mut ChaCha8Rng, now_ms: u64) -> Author {
        Author {
            person: self.people[rng.random_range(0..2)],
            device: self.identity.device,
            actor: self.actor,
            at: time(now_ms),
            clock: TrustedClock::Unknown,
        }
    }
}

pub(super) fn time(now_ms: u64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(i64::try_from(now_ms).unwrap()).unwrap()
}

/// Draws an edit: a field of any kind, an entry of the review log that the person may make, or a choice
/// between two values.
fn edit_of(seen: &Document, rng: &mut ChaCha8Rng, author: &Author, role: Role) -> Edit {
    let record = encounter::read(seen).unwrap();
    let two_values = record.two_values();
    if !two_values.is_empty() && rng.random_bool(0.5) {
        let (field, _) = two_values[rng.random_range(0..two_values.len())];
        let values = &record.fields[field].values;
        let chosen = &values[rng.random_range(0..values.len())];
        return Edit::Choose {
            field: field.clone(),
            change: chosen.change,
        };
    }
    if rng.random_bool(0.2) {
        let drawn = Event::ALL[rng.random_range(0..Event::ALL.len())];
        let may = review::may(role, author.person, drawn, Some("seen"), &record).is_ok();
        let event = if may { drawn } else { Event::Comment };
        return Edit::Review(ReviewEntry {
            entry_id: EntryId::new(Uuid::from_u128(rng.random())),
            event: event.as_str().into(),
            reason: Some("seen".into()),
            at: author.at,
            by: author.person,
            seen_version: None,
            other: None,
        });
    }
    Edit::Patch(patch(rng, author))
}

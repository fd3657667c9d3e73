//! Patrols: out, corrected by whoever is on them, back. Records made meanwhile are bound to them.

use std::sync::Arc;

use bitacora_core::authoring::Author;
use bitacora_core::document::Document;
use bitacora_core::encounter::Edit;
use bitacora_core::envelope::DocumentKind;
use bitacora_core::id::{ActorId, ChangeHash, DocumentId, PatrolId, PersonId};
use bitacora_core::patrol::{self, Departure, Header};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Phone;
use super::writing::time;

impl Phone {
    /// Leaves on a patrol, or comes back from it. Returns what was saved.
    pub(super) fn walk(&mut self, rng: &mut ChaCha8Rng, now_ms: u64) -> Option<ChangeHash> {
        match self.patrol.take() {
            None => Some(self.depart(rng, now_ms)),
            Some(patrol) => self.come_back(patrol, rng, now_ms),
        }
    }

    fn depart(&mut self, rng: &mut ChaCha8Rng, now_ms: u64) -> ChangeHash {
        let patrol_id = PatrolId::new(Uuid::from_u128(rng.random()));
        let at = time(now_ms);
        let author = self.author(rng, now_ms);
        let header = Header {
            patrol_id,
            code: format!("BCH-{:04}-1", rng.random_range(0..10_000)),
            post_id: "PA-BCH".parse().unwrap(),
            author_id: author.person,
            device_id: self.identity.device,
            created_at: at,
            tz: "America/Panama".into(),
        };
        let departure = Departure {
            departed_at: at.fixed_offset(),
            clock_source: "device".into(),
            leader_id: Some(author.person),
            members: self.people.into(),
            trail_id: Some("tuquesa".into()),
            setting: None,
            direction: Some("north".into()),
        };
        let written = patrol::depart(&header, &departure, &author).unwrap();
        self.patrol = Some(patrol_id);
        let named = (patrol_id.into(), DocumentKind::PATROL);
        self.keep(named, written, author.person)
    }

    fn come_back(
        &mut self,
        patrol: PatrolId,
        rng: &mut ChaCha8Rng,
        now_ms: u64,
    ) -> Option<ChangeHash> {
        let id = DocumentId::from(patrol);
        let seen = Arc::clone(self.store.disk.now().documents.get(&id)?);
        let mut author = self.author(rng, now_ms);
        if !seen.may_author(author.actor, &seen.version()) {
            author.actor = ActorId::new(rng.random());
        }
        let back = json!({"returned_at": author.at.to_rfc3339(), "returned_clock": "device"});
        self.write_patrol((id, &seen), &Edit::Patch(back), &author)
    }

    /// Corrects a patrol as it was seen, or chooses between two values of it.
    pub(super) fn edit_patrol(
        &mut self,
        rng: &mut ChaCha8Rng,
        seen: (DocumentId, &Document),
        author: &Author,
    ) -> Option<ChangeHash> {
        let read = patrol::read(seen.1).unwrap();
        // A device lets nobody write what its server would refuse. A leader's right would end with his identity.
        if !read.names(author.person) {
            return None;
        }
        let mut two_values = read
            .fields
            .iter()
            .filter(|(_, field)| field.values.len() > 1);
        let edit = match two_values.next() {
            Some((path, field)) if rng.random_bool(0.5) => Edit::Choose {
                field: path.clone(),
                change: field.values[rng.random_range(0..field.values.len())].change,
            },
            _ => Edit::Patch(correction(rng, author, self.people)),
        };
        self.write_patrol(seen, &edit, author)
    }

    fn write_patrol(
        &mut self,
        (id, seen): (DocumentId, &Document),
        edit: &Edit,
        author: &Author,
    ) -> Option<ChangeHash> {
        let written = patrol::edit(seen, edit, author).unwrap()?;
        Some(self.keep((id, DocumentKind::PATROL), written, author.person))
    }
}

fn correction(rng: &mut ChaCha8Rng, author: &Author, people: [PersonId; 2]) -> Value {
    let count = rng.random_range(0..30u32);
    match rng.random_range(0..6) {
        0 => json!({"departed_at": author.at.to_rfc3339(), "departed_clock": "typed"}),
        1 => json!({"returned_at": author.at.to_rfc3339(), "returned_clock": "typed"}),
        2 => json!({"members": [people[0], people[1], PersonId::from_bytes(rng.random())]}),
        3 => json!({"stock_back": {"water_l": count}}),
        4 => json!({"setting": "jungle", "direction": "south", "km": f64::from(count)}),
        _ => {
            json!({"zero_encounters": count.is_multiple_of(2), "closing_note": format!("{count}")})
        }
    }
}

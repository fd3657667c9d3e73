//! A phone reduced to what a server sees of it: sealed envelopes and exchanges.

use bitacora_core::authoring::{Author, Written};
use bitacora_core::clock::TrustedClock;
use bitacora_core::document::Document;
use bitacora_core::encounter::{self, Edit, Header, ReviewEntry};
use bitacora_core::enrol::message::Enrolment;
use bitacora_core::envelope::{DocumentKind, Statement};
use bitacora_core::id::{
    ActorId, DocumentId, EncounterId, EntryId, EnvelopeHash, PersonId, ScopeId,
};
use bitacora_core::receipt::{Receipt, Verdict};
use bitacora_core::wire::{
    Cursor, Decoder, Direction, Encoder, Hello, Message, PersonName, Pull, Push, PushLeaf, Refusal,
    ScopeRequest, Welcome, Wishes, limit,
};
use chrono::DateTime;
use serde_json::json;
use uuid::Uuid;

use crate::client::{Answer, Client};
use crate::world::{NOON_MS, World};

#[derive(Clone)]
pub struct Phone {
    pub client: Client,
    pub counter: u64,
    pub last: Option<EnvelopeHash>,
    pub scope: ScopeId,
    pub organisation: bitacora_core::id::OrganisationId,
    number: u8,
}

/// The messages of one answer, sorted.
#[derive(Debug, Default)]
pub struct Heard {
    pub welcome: Option<Welcome>,
    pub receipts: Vec<Receipt>,
    pub pulls: Vec<Pull>,
    pub done: bool,
    pub refusal: Option<Refusal>,
}

impl Heard {
    /// The verdicts of the last receipt for an envelope.
    pub fn verdicts(&self, counter: u64) -> &[Verdict] {
        let receipt = self
            .receipts
            .iter()
            .rfind(|receipt| receipt.finding.counter == counter);
        &receipt
            .unwrap_or_else(|| panic!("no receipt for envelope {counter}: {self:?}"))
            .finding
            .verdicts
    }

    pub fn rows(&self) -> usize {
        self.pulls
            .iter()
            .map(|pull| {
                pull.rows
                    .iter()
                    .filter(|row| row.kind.has_position())
                    .count()
            })
            .sum()
    }
}

impl Phone {
    /// Enrols a phone.
    pub async fn enrolled(world: &World, number: u8, role: bitacora_core::enrol::Role) -> Self {
        let person = Client::new(number, world.address).person();
        Self::enrolled_as(world, number, role, person).await
    }

    /// Enrols a phone that says who holds it.
    pub async fn enrolled_as(
        world: &World,
        number: u8,
        role: bitacora_core::enrol::Role,
        person: PersonId,
    ) -> Self {
        let client = Client::new(number, world.address);
        let code = world.issue_code(role, &format!("Teléfono {number}"));
        let (answer, _) = client
            .enrol_as(person, &code)
            .await
            .ok()
            .expect("a fresh code enrols");
        Self::of(client, number, &answer.enrolment)
    }

    pub fn of(client: Client, number: u8, enrolment: &Enrolment) -> Self {
        Self {
            client,
            counter: 0,
            last: None,
            scope: enrolment.scopes[0].parse().unwrap(),
            organisation: enrolment.organisation,
            number,
        }
    }

    pub fn author(&self) -> Author {
        Author {
            person: self.client.person(),
            device: self.client.device(),
            actor: ActorId::new([self.number; 16]),
            at: DateTime::from_timestamp_millis(NOON_MS).unwrap(),
            clock: TrustedClock::Unknown,
        }
    }

    /// Makes a record; its id is a function of the numbers, so that runs are alike.
    pub fn record(&self, number: u16) -> (DocumentId, Written) {
        let mut id = [self.number; 16];
        id[14..].copy_from_slice(&number.to_be_bytes());
        let encounter_id = EncounterId::new(Uuid::from_bytes(id));
        let header = Header {
            encounter_id,
            short_code: format!("BCH-1120-{number:03}-3"),
            post_id: self.scope.post.clone(),
            author_id: self.client.person(),
            device_id: self.client.device(),
            created_at: self.author().at,
            tz: "America/Panama".to_owned(),
        };
        let capture = serde_json::from_value(json!({
            "occurred_at": "2026-11-20T07:00:00-05:00", "clock_source": "gnss", "occurred_precision": "minute",
            "trail_id": "tuquesa", "setting": "river", "direction": "north", "count_method": "counted",
            "composition": {"VEN": {"AA+M": 3, "AA+F": 2, "AC+M": 1}},
            "position": {"lat": 8.45103, "lon": -77.64295, "accuracy_m": 38.0, "source": "gnss_avg", "fix_age_s": 4},
            "needs": {}, "assistance": {"water": "all"}, "re_encounter": "first"
        }))
        .unwrap();
        (
            encounter_id.into(),
            encounter::record(&header, &capture, &self.author()).unwrap(),
        )
    }

    /// Edits a record as this phone sees it.
    pub fn edit(&self, seen: &Document, patch: serde_json::Value) -> Written {
        encounter::edit(seen, &Edit::Patch(patch), &self.author())
            .unwrap()
            .expect("the patch alters something")
    }

    /// Adds an entry to the review log in somebody's name, as another writer than the last time.
    pub fn review(&self, seen: &Document, event: &str, by: PersonId) -> Written {
        let changes = u8::try_from(seen.changes().len()).unwrap();
        let author = Author {
            actor: ActorId::new(
                [
                    self.number,
                    changes,
                    event.as_bytes()[0],
                    event.as_bytes()[4],
                ]
                .repeat(4)
                .try_into()
                .unwrap(),
            ),
            ..self.author()
        };
        let mut id = [self.number; 16];
        id[0] = changes;
        id[1] = event.as_bytes()[0];
        id[2] = event.as_bytes()[4];
        let entry = ReviewEntry {
            entry_id: EntryId::from_bytes(id),
            event: event.to_owned(),
            reason: Some("test".to_owned()),
            at: author.at,
            by,
            seen_version: Some(seen.version().to_string()),
            other: None,
        };
        encounter::edit(seen, &Edit::Review(entry), &author)
            .unwrap()
            .expect("an entry alters the log")
    }

    /// Seals changes of encounters into the next envelope.
    pub fn seal(&mut self, changes: &[(DocumentId, &[u8])]) -> Push {
        self.seal_as(self.client.person(), changes)
    }

    /// Seals changes of encounters into the next envelope, in anybody's name.
    pub fn seal_as(&mut self, person: PersonId, changes: &[(DocumentId, &[u8])]) -> Push {
        self.seal_as_kind(DocumentKind::ENCOUNTER, person, changes)
    }

    /// Seals changes of documents of any kind into the next envelope, in anybody's name.
    pub fn seal_as_kind(
        &mut self,
        kind: DocumentKind,
        person: PersonId,
        changes: &[(DocumentId, &[u8])],
    ) -> Push {
        let leaf = |(document, bytes): &(DocumentId, &[u8])| PushLeaf::Change {
            document: *document,
            kind,
            scope: 0,
            bytes: bytes.to_vec(),
        };
        self.seal_leaves(person, changes.iter().map(leaf).collect())
    }

    /// Seals leaves into the next envelope, whole or bare.
    pub fn seal_leaves(&mut self, person: PersonId, leaves: Vec<PushLeaf>) -> Push {
        let hashes: Vec<_> = leaves.iter().map(|leaf| leaf.hash().unwrap()).collect();
        let last = self.last.map(|hash| (self.counter, hash));
        let device = self.client.device();
        let statement = Statement::following(last, self.organisation, device, person, &hashes);
        self.counter = statement.counter;
        self.last = Some(statement.hash());
        Push::of(&statement.seal(&self.client.key), leaves)
    }

    pub fn hello(&self) -> Hello {
        Hello {
            version_min: limit::VERSION_MIN,
            version_max: limit::VERSION,
            build: "test".to_owned(),
            device: self.client.device(),
            dictionary: 0,
            clock_s: NOON_MS / 1000 + 90,
            directory_rev: 0,
            receipts_through: 0,
            waiting: Vec::new(),
            scopes: vec![ScopeRequest {
                scope: self.scope.clone(),
                mark: None,
                cursor: None,
                checkpoints: Vec::new(),
            }],
            persons: vec![PersonName {
                person: self.client.person(),
                name: format!("Cabo {}", self.number),
            }],
            wishes: Wishes::PULL,
        }
    }

    /// The hello of a phone that has read up to here and has all receipts.
    pub fn hello_from(&self, mark: u64, cursor: Cursor) -> Hello {
        let mut hello = self.hello();
        hello.scopes[0].mark = Some(mark);
        hello.scopes[0].cursor = Some(cursor);
        hello.receipts_through = self.counter;
        hello.persons.clear();
        hello
    }

    pub async fn exchange(&self, hello: Hello, pushes: Vec<Push>) -> Heard {
        heard(&self.post(&request(hello, pushes)).await)
    }

    pub async fn post(&self, body: &[u8]) -> Answer {
        self.client
            .request("POST", "/v1/exchange", "", body)
            .await
            .unwrap()
    }
}

/// The bytes of a request.
pub fn request(hello: Hello, pushes: Vec<Push>) -> Vec<u8> {
    let mut encoder = Encoder::new(Direction::Up, limit::COMPRESSION_LEVEL).unwrap();
    let mut body = encoder.push(&Message::Hello(hello)).unwrap();
    for push in pushes {
        body.extend(encoder.push(&Message::Push(push)).unwrap());
    }
    body.extend(encoder.finish().unwrap());
    body
}

/// Reads an answer; it must be whole.
pub fn heard(answer: &Answer) -> Heard {
    assert_eq!(
        answer.status,
        200,
        "{}",
        String::from_utf8_lossy(&answer.body)
    );
    let mut decoder = Decoder::new(Direction::Down).unwrap();
    let mut heard = Heard::default();
    for part in answer.body.chunks(64 * 1024) {
        decoder.feed(part).unwrap();
        while let Some(message) = decoder.next().unwrap() {
            match message {
                Message::Welcome(welcome) => heard.welcome = Some(*welcome),
                Message::Receipt(receipt) => heard.receipts.push(receipt),
                Message::Pull(pull) => heard.pulls.push(pull),
                Message::Done(_) => heard.done = true,
                Message::Refusal(refusal) => heard.refusal = Some(refusal),
                other => panic!("{other:?} does not belong into an answer"),
            }
        }
    }
    decoder.finish().unwrap();
    heard
}

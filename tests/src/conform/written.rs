//! Records and envelopes as another device would make them.

use bitacora_core::authoring::{Author, Written};
use bitacora_core::capture::Capture;
use bitacora_core::clock::TrustedClock;
use bitacora_core::document::Document;
use bitacora_core::encounter::{self, Edit, Header};
use bitacora_core::envelope::{DocumentKind, LeafHash, PublicKey, Seal, Statement};
use bitacora_core::id::{
    ActorId, DeviceId, DocumentId, EncounterId, EnvelopeHash, OrganisationId, PersonId, ScopeId,
};
use bitacora_core::sync::NewChange;
use chrono::{DateTime, Utc};
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use uuid::Uuid;

/// A device that exists only by what it seals.
pub(super) struct Writer {
    pub(super) key: SigningKey,
    pub(super) device: DeviceId,
    pub(super) person: PersonId,
    organisation: OrganisationId,
    actor: u8,
    last: Option<(u64, EnvelopeHash)>,
}

/// A sealed change.
#[derive(Clone)]
pub(super) struct Sealed {
    pub(super) document: DocumentId,
    pub(super) written: Written,
    pub(super) seal: Seal,
    pub(super) leaf: LeafHash,
}

impl Writer {
    pub(super) fn new(key: SigningKey, organisation: OrganisationId) -> Self {
        let device = DeviceId::of_key(PublicKey::of(&key).as_bytes());
        Self {
            key,
            device,
            person: PersonId::from_bytes([4; 16]),
            organisation,
            actor: 10,
            last: None,
        }
    }

    fn author(&mut self) -> Author {
        self.actor += 1;
        Author {
            person: self.person,
            device: self.device,
            actor: ActorId::new([self.actor; 16]),
            at: morning(),
            clock: TrustedClock::Unknown,
        }
    }

    /// Writes a new record and seals it alone.
    pub(super) fn records(&mut self, number: u128) -> Sealed {
        let id = EncounterId::new(Uuid::from_u128(number));
        let author = self.author();
        let header = Header {
            encounter_id: id,
            short_code: format!("BCH-0314-SIM-{number}"),
            post_id: "PA-BCH".parse().unwrap(),
            author_id: author.person,
            device_id: author.device,
            created_at: author.at,
            tz: "America/Panama".into(),
        };
        let stated = json!({ "composition": { "VEN": { "AA+M": 3 } }, "needs": {}, "assistance": {},
            "position": "no_fix", "setting": "river", "direction": "north" });
        let capture: Capture = serde_json::from_value(stated).unwrap();
        let written = encounter::record(&header, &capture, &author).unwrap();
        self.seals(id.into(), written)
    }

    /// Edits a record as it is after these changes, and seals the edit alone.
    pub(super) fn edits(&mut self, before: &[&Sealed], patch: Value) -> Sealed {
        let chunks = before.iter().map(|sealed| sealed.written.bytes.as_slice());
        let seen = Document::from_changes(chunks).unwrap();
        let author = self.author();
        let written = encounter::edit(&seen, &Edit::Patch(patch), &author);
        self.seals(before[0].document, written.unwrap().unwrap())
    }

    /// Edits a record as the last edit did: the same writer, the same number, other content.
    pub(super) fn edits_as_before(&mut self, before: &[&Sealed], patch: Value) -> Sealed {
        self.actor -= 1;
        self.edits(before, patch)
    }

    fn seals(&mut self, document: DocumentId, written: Written) -> Sealed {
        let leaf = LeafHash::of(DocumentKind::ENCOUNTER, document, written.meta.hash);
        let statement = Statement::following(
            self.last,
            self.organisation,
            self.device,
            self.person,
            &[leaf],
        );
        self.last = Some((statement.counter, statement.hash()));
        Sealed {
            document,
            written,
            seal: statement.seal(&self.key),
            leaf,
        }
    }
}

impl Sealed {
    /// The change as a server takes it.
    pub(super) fn new_change(&self, scope: &ScopeId) -> NewChange {
        NewChange {
            change: self.written.meta.hash,
            document: self.document,
            kind: DocumentKind::ENCOUNTER,
            scope: scope.clone(),
            device: self.seal.statement.device,
            person: self.seal.statement.person,
            counter: self.seal.statement.counter,
            leaf: 0,
            bytes: self.written.bytes.clone(),
        }
    }
}

fn morning() -> DateTime<Utc> {
    DateTime::from_timestamp(1_692_014_400, 0).unwrap()
}

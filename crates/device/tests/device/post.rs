//! A server in the hand of a test: carries sealed changes from one phone to others, as checked rows.
//!
//! The exchange itself is tested where it is (core, the server, the world of many devices). Here the
//! store is the subject: what it keeps of rows and receipts, and what it does with bad ones.

use bitacora_core::authoring::Written;
use bitacora_core::enrol::message::Enrolment;
use bitacora_core::enrol::{Role, Transcript};
use bitacora_core::envelope::{DocumentKind, LeafHash, Statement, plan};
use bitacora_core::id::{
    ChangeHash, DeviceId, DocumentId, EnvelopeHash, OrganisationId, ScopeId, ServerId,
};
use bitacora_core::receipt::{Finding, Verdict};
use bitacora_core::sync::{
    CheckedChange, CheckedEnvelope, CheckedPull, CheckedRow, DeviceLog, SealedLeaf,
    StoredCheckpoint, Tail,
};
use bitacora_core::wire::{Cursor, DeviceEntry, Directory, PersonEntry};
use bitacora_device::Device;
use bitacora_device::enrol::Enrolled;
use ed25519_dalek::SigningKey;

/// A server's log of one scope.
pub struct Post {
    key: SigningKey,
    pub rows: Vec<(DocumentId, ChangeHash, CheckedChange, CheckedEnvelope)>,
}

pub fn scope() -> ScopeId {
    "PA-BCH/operational".parse().unwrap()
}

fn organisation() -> OrganisationId {
    OrganisationId::from_bytes([5; 16])
}

impl Post {
    pub fn new() -> Self {
        Self {
            key: SigningKey::from_bytes(&[3; 32]),
            rows: Vec::new(),
        }
    }

    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// Enrols a phone and gives it the directory of all phones.
    pub fn enrol(&self, device: &Device, role: Role) {
        let server_key = self.key.verifying_key().to_bytes();
        let part: &[u8] = &[1; 32];
        let transcript = Transcript {
            device_key: &[1; 32],
            server_key: &server_key,
            nameplate: "AB",
            device_message: part,
            server_message: part,
        };
        let enrolment = Enrolment {
            organisation: organisation(),
            organisation_name: "USFROH".to_owned(),
            post: "PA-BCH".parse().unwrap(),
            post_name: "Bajo Chiquito".to_owned(),
            device_name: "Teléfono 4".to_owned(),
            role,
            scopes: vec![scope().to_string()],
        };
        let url = "https://127.0.0.1:47114".parse().unwrap();
        let digits = transcript.keys(vec![7; 32]).digits();
        device
            .keep_enrolment(&Enrolled {
                url,
                server_key,
                digits,
                enrolment,
            })
            .unwrap();
        let mark = Cursor {
            epoch: 1,
            seq: 0,
            chain: [0; 16],
        };
        device.sync_log().start(&scope(), &mark).unwrap();
    }

    /// Tells a phone about the others.
    pub fn introduce(&self, to: &Device, others: &[(&Device, &str, &str)]) {
        let persons = others.iter().map(|(device, name, role)| PersonEntry {
            person: device.me().unwrap(),
            name: (*name).to_owned(),
            role: role.parse().unwrap(),
        });
        let devices = others.iter().map(|(device, name, role)| DeviceEntry {
            device: device.id().unwrap(),
            key: bitacora_core::envelope::PublicKey::of(&device.identity().unwrap().key),
            name: format!("Teléfono de {name}"),
            role: role.parse().unwrap(),
            post: "PA-BCH".parse().unwrap(),
            revoked: false,
        });
        let directory = Directory {
            rev: 1,
            persons: persons.collect(),
            devices: devices.collect(),
            posts: Vec::new(),
            headquarters: None,
        };
        to.sync_log().save_directory(&directory).unwrap();
    }

    /// Takes what a phone has not sent, receipts each change by `verdict`, and keeps what is stored.
    pub fn take(&mut self, device: &Device, verdict: impl Fn(usize, ChangeHash) -> Verdict) {
        let identity = device.identity().unwrap();
        let mut log = device.sync_log();
        let unsealed = log.unsealed(1_000).unwrap();
        for part in plan(&unsealed) {
            let leaves: Vec<SealedLeaf> = part
                .iter()
                .map(|change| SealedLeaf {
                    hash: LeafHash::of(change.kind, change.document, change.change),
                    document: change.document,
                    change: change.change,
                })
                .collect();
            let hashes: Vec<_> = leaves.iter().map(|leaf| leaf.hash).collect();
            let last = log.last_envelope().unwrap();
            let statement = Statement::following(
                last,
                identity.organisation,
                identity.device,
                part[0].person,
                &hashes,
            );
            let counter = statement.counter;
            log.save_sealed(&statement.seal(&identity.key), &leaves)
                .unwrap();
            let held = log
                .own_envelope(counter)
                .unwrap()
                .expect("a sealed envelope is held");
            let sealed = CheckedEnvelope {
                seal: held.seal.clone(),
                leaves: hashes,
            };
            let mut verdicts = Vec::new();
            for (index, (leaf, change)) in held.leaves.iter().zip(part).enumerate() {
                let found = verdict(index, change.change);
                if found.is_received() {
                    let bytes = leaf.change.as_ref().unwrap().bytes.clone();
                    let content = CheckedChange::New {
                        kind: change.kind,
                        envelope: 0,
                        leaf: u32::try_from(index).unwrap(),
                        bytes,
                    };
                    self.rows
                        .push((change.document, change.change, content, sealed.clone()));
                }
                verdicts.push(found);
            }
            self.receipt(device, counter, 1, verdicts);
        }
    }

    /// Keeps a change that a phone seals as its first, without having written it.
    pub fn bring(&mut self, device: &Device, document: DocumentId, written: &Written) {
        let identity = device.identity().unwrap();
        let change = written.meta.hash;
        let leaves = vec![LeafHash::of(DocumentKind::ENCOUNTER, document, change)];
        let person = device.me().unwrap();
        let statement = Statement::following(
            None,
            identity.organisation,
            identity.device,
            person,
            &leaves,
        );
        let envelope = CheckedEnvelope {
            seal: statement.seal(&identity.key),
            leaves,
        };
        let content = CheckedChange::New {
            kind: DocumentKind::ENCOUNTER,
            envelope: 0,
            leaf: 0,
            bytes: written.bytes.clone(),
        };
        self.rows.push((document, change, content, envelope));
    }

    /// Hands a receipt out.
    pub fn receipt(&self, device: &Device, counter: u64, version: u32, verdicts: Vec<Verdict>) {
        let (envelope, _) = device
            .sync_log()
            .own_envelope_hash(counter)
            .unwrap()
            .unwrap();
        let sealed = (device.id().unwrap(), counter, envelope);
        self.receipt_of(device, sealed, version, verdicts);
    }

    /// Hands a receipt out of an envelope that is named in full: it need not be of the phone's identity.
    pub fn receipt_of(
        &self,
        to: &Device,
        (device, counter, envelope): (DeviceId, u64, EnvelopeHash),
        version: u32,
        verdicts: Vec<Verdict>,
    ) {
        let finding = Finding {
            server: ServerId::of_key(&self.key.verifying_key().to_bytes()),
            epoch: 1,
            device,
            counter,
            envelope,
            version,
            verdicts,
            signed_at_ms: 1_741_955_000_000,
        };
        let receipt = finding.sign(&self.key);
        to.sync_log().save_receipt(&receipt).unwrap();
    }

    /// Takes everything and accepts it.
    pub fn accept(&mut self, device: &Device) {
        let first = u64::try_from(self.rows.len()).unwrap();
        self.take(device, |index, _| Verdict::Stored {
            seq: first + u64::try_from(index).unwrap() + 1,
        });
    }

    /// Gives a phone the rows that it has not read, one message per row.
    pub fn give(&self, device: &Device) {
        for pull in self.pulls(device) {
            device.sync_log().save_pull(&pull).unwrap();
        }
    }

    pub fn pulls(&self, device: &Device) -> Vec<CheckedPull> {
        let read = device.sync_log().subscriptions().unwrap()[0]
            .read
            .unwrap()
            .tail;
        let skip = usize::try_from(read.seq).unwrap();
        let mut tail = read;
        let rows = self.rows.iter().skip(skip);
        rows.map(|(document, change, content, envelope)| {
            tail = tail.after(*document, *change);
            CheckedPull {
                scope: scope(),
                envelopes: vec![envelope.clone()],
                rows: vec![CheckedRow {
                    seq: Some(tail.seq),
                    document: *document,
                    change: *change,
                    content: content.clone(),
                }],
                read: StoredCheckpoint { epoch: 1, tail },
                superseded: Vec::new(),
            }
        })
        .collect()
    }
}

/// Returns how far a phone has read.
pub fn read_to(device: &Device) -> Tail {
    device.sync_log().subscriptions().unwrap()[0]
        .read
        .unwrap()
        .tail
}

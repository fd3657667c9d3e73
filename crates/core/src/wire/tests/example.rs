//! The example of `docs/protocol.md`, made by this build: one record goes up, its receipt comes down.

use ed25519_dalek::SigningKey;
use uuid::Uuid;

use super::super::*;
use crate::envelope::{DocumentKind, LeafHash, PublicKey, Statement};
use crate::id::{DeviceId, DocumentId, OrganisationId, PersonId, ServerId};
use crate::receipt::{Finding, Verdict};
use crate::sync::Tail;

const PAGE: &str = include_str!("../../../../../docs/protocol.md");

fn messages() -> Vec<(&'static str, Message)> {
    let (device_key, server_key) = (
        SigningKey::from_bytes(&[1; 32]),
        SigningKey::from_bytes(&[7; 32]),
    );
    let device = DeviceId::of_key(PublicKey::of(&device_key).as_bytes());
    let server = ServerId::of_key(PublicKey::of(&server_key).as_bytes());
    let organisation = OrganisationId::new(Uuid::from_u128(1));
    let person = PersonId::new(Uuid::from_u128(2));
    let document = DocumentId::new(Uuid::from_u128(5));
    let kind = DocumentKind::ENCOUNTER;
    let scope: crate::id::ScopeId = "PA-BCH/operational".parse().unwrap();
    let (bytes, change) = crate::envelope::tests::a_change(3, 6);
    let leaves = [LeafHash::of(kind, document, change)];
    let seal = Statement::following(None, organisation, device, person, &leaves).seal(&device_key);
    let empty = Tail::empty(organisation, &scope);
    let tail = empty.after(document, change);
    let hello = Hello {
        version_min: 1,
        version_max: 1,
        build: "0.1.0".into(),
        device,
        dictionary: 0,
        clock_s: 1_790_000_000,
        directory_rev: 3,
        receipts_through: 0,
        waiting: vec![],
        scopes: vec![ScopeRequest {
            scope,
            mark: Some(0),
            cursor: Some(empty.cursor(9)),
            checkpoints: vec![],
        }],
        persons: vec![],
        wishes: Wishes::PULL,
    };
    let leaf = PushLeaf::Change {
        document,
        kind,
        scope: 0,
        bytes,
    };
    let welcome = Welcome {
        version: 1,
        server,
        organisation,
        time_ms: 1_790_000_001_000,
        epoch: 9,
        known: Some(Known::of(1, &seal.statement.hash())),
        directory: None,
        scopes: vec![ScopeAnswer::Resume],
    };
    let finding = Finding {
        server,
        epoch: 9,
        device,
        counter: 1,
        envelope: seal.statement.hash(),
        version: 1,
        verdicts: vec![Verdict::Stored { seq: 1 }],
        signed_at_ms: 1_790_000_001_000,
    };
    let pull = Pull {
        scope: 0,
        from: 0,
        envelopes: vec![],
        rows: vec![Row {
            kind: RowKind::Own {
                counter: 1,
                leaf: 0,
            },
            stated_hash: None,
        }],
        cursor: tail.cursor(9),
    };
    let digest = Digest {
        scope: 0,
        seq: 1,
        count: tail.count,
        sum: tail.sum.to_be_bytes(),
    };
    vec![
        ("hello", Message::Hello(hello)),
        ("push", Message::Push(Push::of(&seal, vec![leaf]))),
        ("welcome", Message::Welcome(Box::new(welcome))),
        ("receipt", Message::Receipt(finding.sign(&server_key))),
        ("pull", Message::Pull(pull)),
        (
            "done",
            Message::Done(Done {
                digests: vec![digest],
            }),
        ),
    ]
}

#[test]
fn the_example_of_the_page_is_what_this_build_says() {
    let page: String = PAGE.split_whitespace().collect();
    let mut missing = Vec::new();
    for (name, message) in messages() {
        let bytes = cbor::to_vec(&message);
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        if !page.contains(&hex) {
            missing.push(format!("{name} {} {hex}", bytes.len()));
        }
    }
    assert!(
        missing.is_empty(),
        "the page does not show:\n{}",
        missing.join("\n")
    );
}

#[test]
fn the_page_names_every_limit_and_every_code() {
    use crate::receipt::RefusalCode as Code;
    for code in Code::KNOWN {
        assert!(
            PAGE.contains(&format!("`{code}`")),
            "{code} is not on the page"
        );
    }
    for limit in include_str!("../limit.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("pub const "))
    {
        let name = limit.split(':').next().unwrap();
        assert!(
            PAGE.contains(&format!("`{name}`")),
            "{name} is not on the page"
        );
    }
}

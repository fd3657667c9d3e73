//! One of each message, with every kind of content.

use ed25519_dalek::SigningKey;
use uuid::Uuid;

use super::*;
use crate::enrol::Role;

pub(crate) fn hello() -> Message {
    Message::Hello(Hello {
        version_min: 1,
        version_max: 1,
        build: "0.1.0".into(),
        device: DeviceId::new([1; 16]),
        dictionary: 0,
        clock_s: -5,
        directory_rev: 3,
        receipts_through: 12,
        waiting: vec![(4, 2)],
        scopes: vec![ScopeRequest {
            scope: "PA-BCH/operational".parse().unwrap(),
            mark: Some(20),
            cursor: Some(Cursor {
                epoch: 9,
                seq: 31,
                chain: [8; 16],
            }),
            checkpoints: vec![Checkpoint {
                seq: 30,
                chain: [7; 16],
            }],
        }],
        persons: vec![PersonName {
            person: PersonId::new(Uuid::from_u128(3)),
            name: "Cabo 17".into(),
        }],
        wishes: Wishes::PULL.and(Wishes::URGENT),
    })
}

pub(super) fn push(size: usize) -> Message {
    let document = DocumentId::new(Uuid::from_u128(5));
    let noise: Vec<u8> = (0..size as u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    Message::Push(Push {
        organisation: OrganisationId::new(Uuid::from_u128(1)),
        device: DeviceId::new([1; 16]),
        person: PersonId::new(Uuid::from_u128(2)),
        counter: 1,
        previous: None,
        leaves: vec![
            PushLeaf::Change {
                document,
                kind: DocumentKind::ENCOUNTER,
                scope: 0,
                bytes: noise,
            },
            PushLeaf::Bare(LeafHash::new([4; 32])),
        ],
        signature: Signature::new([9; 64]),
    })
}

pub(super) fn welcome() -> Message {
    let cursor = Cursor {
        epoch: 9,
        seq: 2,
        chain: [1; 16],
    };
    Message::Welcome(Box::new(Welcome {
        version: 1,
        server: ServerId::new([2; 16]),
        organisation: OrganisationId::new(Uuid::from_u128(1)),
        time_ms: 1_790_000_000_000,
        epoch: 9,
        known: Some(Known::of(12, &EnvelopeHash::new([6; 32]))),
        directory: Some(Directory {
            rev: 4,
            persons: vec![PersonEntry {
                person: PersonId::new(Uuid::from_u128(2)),
                name: "Sgto. 04".into(),
                role: Role::PatrolLeader,
            }],
            devices: vec![DeviceEntry {
                device: DeviceId::new([1; 16]),
                key: PublicKey::new([3; 32]),
                name: "teléfono 3".into(),
                role: Role::PostCommander,
                post: "PA-BCH".parse().unwrap(),
                revoked: true,
            }],
            posts: vec![PostEntry {
                post: "PA-BCH".parse().unwrap(),
                name: "Bajo Chiquito".into(),
                tz: "America/Panama".into(),
                lock_minutes: 10,
                vocabulary: "pa".into(),
                trails: vec![TrailEntry {
                    trail: "BCH-1".into(),
                    name: "Tres Bocas".into(),
                }],
            }],
            headquarters: Some(Headquarters::sign(
                ServerId::new([2; 16]),
                OrganisationId::new(Uuid::from_u128(1)),
                &SigningKey::from_bytes(&[7; 32]),
            )),
        }),
        scopes: vec![
            ScopeAnswer::Resume,
            ScopeAnswer::Start(cursor),
            ScopeAnswer::Fork,
            ScopeAnswer::Rewind(cursor),
            ScopeAnswer::Refused(RefusalCode::Scope),
        ],
    }))
}

pub(super) fn pull() -> Message {
    let document = DocumentId::new(Uuid::from_u128(5));
    let kind = DocumentKind::PATROL;
    let row = |kind, stated: bool| Row {
        kind,
        stated_hash: stated.then(|| ChangeHash::new([1; 32])),
    };
    Message::Pull(Pull {
        scope: 0,
        from: 31,
        envelopes: vec![EnvelopePart {
            organisation: OrganisationId::new(Uuid::from_u128(1)),
            device: DeviceId::new([1; 16]),
            person: PersonId::new(Uuid::from_u128(2)),
            counter: 3,
            previous: Some(EnvelopeHash::new([7; 32])),
            leaves: vec![
                PullLeaf::Row(0),
                PullLeaf::Bare(LeafHash::new([4; 32])),
                PullLeaf::Row(2),
            ],
            signature: Signature::new([9; 64]),
        }],
        rows: vec![
            row(
                RowKind::Entered {
                    document,
                    kind,
                    envelope: 0,
                    bytes: vec![1, 2],
                },
                false,
            ),
            row(
                RowKind::Own {
                    counter: 3,
                    leaf: 63,
                },
                true,
            ),
            row(
                RowKind::Change {
                    document,
                    kind,
                    envelope: 0,
                    bytes: vec![3],
                },
                true,
            ),
            row(
                RowKind::Withheld {
                    document,
                    change: ChangeHash::new([2; 32]),
                },
                false,
            ),
        ],
        cursor: Cursor {
            epoch: 9,
            seq: 34,
            chain: [5; 16],
        },
    })
}

pub(super) fn down() -> Vec<Message> {
    let finding = Finding {
        server: ServerId::new([2; 16]),
        epoch: 9,
        device: DeviceId::new([1; 16]),
        counter: 1,
        envelope: EnvelopeHash::new([3; 32]),
        version: 1,
        verdicts: vec![Verdict::Stored { seq: 32 }],
        signed_at_ms: 5,
    };
    vec![
        welcome(),
        Message::Receipt(finding.sign(&SigningKey::from_bytes(&[7; 32]))),
        pull(),
        Message::Done(Done {
            digests: vec![Digest {
                scope: 0,
                seq: 34,
                count: 3,
                sum: [1; 16],
            }],
        }),
        Message::Refusal(Refusal {
            code: RefusalCode::Revoked,
            text: "this device was cut off".into(),
        }),
    ]
}

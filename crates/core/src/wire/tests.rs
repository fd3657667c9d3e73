#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)] // tests may stop

mod example;

use ed25519_dalek::SigningKey;
use rstest::rstest;
use uuid::Uuid;

use super::*;
use crate::enrol::Role;
use crate::envelope::{DocumentKind, LeafHash, PublicKey, Signature, Statement};
use crate::id::{
    ChangeHash, DeviceId, DocumentId, EnvelopeHash, OrganisationId, PersonId, ServerId,
};
use crate::receipt::{Finding, Headquarters, RefusalCode, Verdict};

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

fn push(size: usize) -> Message {
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

fn welcome() -> Message {
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

fn pull() -> Message {
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

fn down() -> Vec<Message> {
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

fn encoded(direction: Direction, messages: &[Message]) -> Vec<u8> {
    let mut encoder = Encoder::new(direction, 3).unwrap();
    let mut bytes: Vec<u8> = messages
        .iter()
        .flat_map(|message| encoder.push(message).unwrap())
        .collect();
    bytes.extend(encoder.finish().unwrap());
    bytes
}

/// Reads everything, fed in pieces of `step` bytes.
fn decoded(direction: Direction, bytes: &[u8], step: usize) -> Result<Vec<Message>, WireError> {
    let mut decoder = Decoder::new(direction)?;
    let mut messages = Vec::new();
    for piece in bytes.chunks(step) {
        decoder.feed(piece)?;
        while let Some(message) = decoder.next()? {
            messages.push(message);
        }
    }
    decoder.finish().map(|()| messages)
}

/// A stream of hand-made plain bytes.
fn compressed(plain: &[u8]) -> Vec<u8> {
    compressed_in(limit::WINDOW_LOG, plain)
}

fn compressed_in(window_log: u32, plain: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
    encoder
        .set_parameter(zstd::stream::raw::CParameter::WindowLog(window_log))
        .unwrap();
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn framed(body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32).to_be_bytes(), body].concat()
}

#[rstest]
#[case(1)]
#[case(7)]
#[case(100_000)]
fn every_message_survives_in_pieces_of_any_size(#[case] step: usize) {
    let up = vec![hello(), push(3_000), push(10)];
    assert_eq!(
        decoded(Direction::Up, &encoded(Direction::Up, &up), step).unwrap(),
        up
    );
    assert_eq!(
        decoded(Direction::Down, &encoded(Direction::Down, &down()), step).unwrap(),
        down()
    );
}

#[test]
fn a_message_is_usable_as_soon_as_it_arrived() {
    let mut encoder = Encoder::new(Direction::Up, limit::COMPRESSION_LEVEL).unwrap();
    let mut decoder = Decoder::new(Direction::Up).unwrap();
    for message in [hello(), push(5_000), push(1)] {
        decoder.feed(&encoder.push(&message).unwrap()).unwrap();
        assert_eq!(
            decoder.next().unwrap(),
            Some(message),
            "a message stays behind in the compressor"
        );
    }
}

#[test]
fn a_stream_cut_at_any_byte_gives_whole_messages_and_then_an_error() {
    let up = vec![hello(), push(300), push(20)];
    let bytes = encoded(Direction::Up, &up);
    for length in 0..bytes.len() {
        let mut decoder = Decoder::new(Direction::Up).unwrap();
        decoder.feed(&bytes[..length]).unwrap();
        let mut read = Vec::new();
        while let Some(message) = decoder.next().unwrap() {
            read.push(message);
        }
        assert_eq!(
            read,
            up[..read.len()],
            "a stream cut at {length} gives something else than its beginning"
        );
        assert_eq!(
            decoder.finish(),
            Err(WireError::Truncated),
            "a stream cut at {length} passes for whole"
        );
    }
}

#[test]
fn every_flipped_byte_is_an_error_or_reads_as_messages_but_never_panics() {
    let bytes = encoded(Direction::Up, &[hello(), push(200)]);
    for at in 0..bytes.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut damaged = bytes.clone();
            damaged[at] ^= flip;
            let _ = decoded(Direction::Up, &damaged, 64);
        }
    }
}

#[test]
fn bytes_after_the_end_are_refused() {
    let mut bytes = encoded(Direction::Up, &[hello()]);
    bytes.push(0);
    assert_eq!(
        decoded(Direction::Up, &bytes, 1_000),
        Err(WireError::Trailing)
    );
    let two = [
        encoded(Direction::Up, &[hello()]),
        encoded(Direction::Up, &[hello()]),
    ]
    .concat();
    assert_eq!(
        decoded(Direction::Up, &two, 10_000),
        Err(WireError::Trailing),
        "a second stream is read unasked"
    );
}

#[test]
fn bytes_after_a_message_inside_its_length_are_refused() {
    let mut body = cbor::to_vec(hello());
    body.push(0);
    let error = decoded(Direction::Up, &compressed(&framed(&body)), 1_000).unwrap_err();
    assert!(
        matches!(&error, WireError::Malformed { number: 1, reason } if reason.contains("follow")),
        "{error}"
    );
}

#[test]
fn a_length_larger_than_allowed_is_refused_before_the_message_arrives() {
    let announced = compressed(&u32::MAX.to_be_bytes());
    let error = decoded(Direction::Up, &announced, 1_000).unwrap_err();
    let max = limit::UP_MESSAGE_BYTES_MAX;
    assert_eq!(
        error,
        WireError::MessageTooLarge {
            bytes: u32::MAX as usize,
            max
        }
    );
}

#[test]
fn a_bomb_stops_at_the_first_message_that_is_too_large() {
    let bomb = compressed(&vec![0xff; 300_000_000]);
    assert!(bomb.len() < 100_000, "the bomb is small on the wire");
    assert!(matches!(
        decoded(Direction::Up, &bomb, 50_000),
        Err(WireError::MessageTooLarge { .. })
    ));
}

#[test]
fn a_bomb_of_allowed_messages_stops_at_the_total() {
    // Each is a byte string of zeros under the number of an unknown message: passed over, but counted.
    let body = [
        &[0x82, 0x18, 0x63, 0x5a][..],
        &262_144u32.to_be_bytes(),
        &vec![0; 262_144],
    ]
    .concat();
    let plain = framed(&body).repeat(300);
    let error = decoded(Direction::Up, &compressed(&plain), 10_000).unwrap_err();
    assert_eq!(
        error,
        WireError::TotalTooLarge {
            max: limit::UP_TOTAL_BYTES_MAX
        }
    );
}

#[test]
fn more_messages_than_allowed_are_refused() {
    let plain = framed(&[0x82, 0x18, 0x63, 0xf6]).repeat(limit::MESSAGES_MAX as usize + 1);
    let error = decoded(Direction::Up, &compressed(&plain), 10_000).unwrap_err();
    assert_eq!(
        error,
        WireError::TooManyMessages {
            max: limit::MESSAGES_MAX
        }
    );
}

#[test]
fn a_window_larger_than_allowed_is_refused() {
    // Incompressible enough that the encoder really uses the window it announces.
    let bytes = compressed_in(24, &framed(&cbor::to_vec(hello())).repeat(20_000));
    assert!(
        matches!(
            decoded(Direction::Up, &bytes, 1_000),
            Err(WireError::Damaged(_))
        ),
        "a phone would allocate it"
    );
}

#[rstest]
#[case::empty(&[])]
#[case::text(b"POST / HTTP/1.1\r\n\r\n")]
#[case::gzip(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])]
fn what_is_no_stream_is_an_error(#[case] bytes: &[u8]) {
    let error = decoded(Direction::Up, bytes, 100).unwrap_err();
    assert!(
        matches!(error, WireError::Damaged(_) | WireError::Truncated),
        "{error}"
    );
}

#[rstest]
#[case::not_a_pair(&[0x81, 1])]
#[case::hello_of_nothing(&[0x82, 1, 0x80])]
#[case::short_device(&[0x82, 1, 0x84, 1, 1, 0x61, 0x61, 0x43, 1, 2, 3])]
#[case::list_of_two_billion(&[0x82, 6, 0x81, 0x9a, 0x7f, 0xff, 0xff, 0xff])]
fn a_malformed_message_says_which_and_why(#[case] body: &[u8]) {
    let error = decoded(Direction::Up, &compressed(&framed(body)), 100).unwrap_err();
    assert!(
        matches!(&error, WireError::Malformed { number: 1, reason } if !reason.is_empty()),
        "{error}"
    );
}

#[test]
fn fields_of_a_newer_build_are_passed_over() {
    let done = cbor::to_vec(Done { digests: vec![] });
    assert_eq!(done, [0x81, 0x80]);
    let newer = [0x82, 6, 0x83, 0x80, 0x01, 0x63, b'n', b'e', b'w'];
    let read = decoded(Direction::Down, &compressed(&framed(&newer)), 100).unwrap();
    assert_eq!(
        read,
        [Message::Done(Done { digests: vec![] })],
        "an older build stops at a newer one's field"
    );
    let unknown = decoded(
        Direction::Down,
        &compressed(&framed(&[0x82, 0x18, 0x63, 0xa1, 1, 2])),
        100,
    )
    .unwrap();
    assert_eq!(unknown, [Message::Unknown(0x63)]);
}

#[test]
fn an_encoder_refuses_what_the_other_end_would_refuse() {
    let mut encoder = Encoder::new(Direction::Up, 3).unwrap();
    let error = encoder
        .push(&push(limit::UP_MESSAGE_BYTES_MAX))
        .unwrap_err();
    assert!(
        matches!(error, WireError::MessageTooLarge { .. }),
        "{error}"
    );
}

#[test]
fn feeding_without_reading_ends_at_a_limit() {
    let mut decoder = Decoder::new(Direction::Down).unwrap();
    decoder.feed(&vec![0; limit::FEED_BYTES_MAX]).unwrap();
    assert_eq!(
        decoder.feed(&[0]),
        Err(WireError::FedTooMuch {
            max: limit::FEED_BYTES_MAX
        })
    );
}

#[test]
fn a_pushed_envelope_gives_back_what_was_signed() {
    let (bytes, hash) = crate::envelope::tests::a_change(3, 6);
    let document = DocumentId::new(Uuid::from_u128(5));
    let key = SigningKey::from_bytes(&[1; 32]);
    let leaves = [
        LeafHash::of(DocumentKind::ENCOUNTER, document, hash),
        LeafHash::new([4; 32]),
    ];
    let organisation = OrganisationId::new(Uuid::from_u128(1));
    let statement = Statement::following(
        None,
        organisation,
        DeviceId::new([1; 16]),
        PersonId::new(Uuid::from_u128(2)),
        &leaves,
    );
    let seal = statement.seal(&key);
    let change = PushLeaf::Change {
        document,
        kind: DocumentKind::ENCOUNTER,
        scope: 0,
        bytes,
    };
    let push = Push::of(&seal, vec![change, PushLeaf::Bare(leaves[1])]);
    let received = push.leaf_hashes().unwrap();
    assert_eq!(received, leaves);
    assert_eq!(
        push.seal(&received),
        seal,
        "the receiver rebuilds another statement than was signed"
    );
    assert_eq!(
        push.seal(&received).verify(&received, &PublicKey::of(&key)),
        Ok(())
    );
}

/// The directory as builds knew it that had not heard of headquarters.
#[derive(Debug, PartialEq, minicbor::Encode, minicbor::Decode)]
struct OldDirectory {
    #[n(0)]
    rev: u64,
    #[n(1)]
    persons: Vec<PersonEntry>,
    #[n(2)]
    devices: Vec<DeviceEntry>,
    #[n(3)]
    posts: Vec<PostEntry>,
}

#[test]
fn an_older_and_a_newer_build_read_each_others_directory() {
    let Message::Welcome(welcome) = welcome() else {
        panic!("a welcome")
    };
    let new = welcome.directory.unwrap();
    let older: OldDirectory = minicbor::decode(&cbor::to_vec(&new)).unwrap();
    assert_eq!(
        (older.rev, &older.posts),
        (new.rev, &new.posts),
        "an older device passes over what it does not know"
    );
    let newer: Directory = minicbor::decode(&cbor::to_vec(&older)).unwrap();
    assert_eq!(newer.headquarters, None, "an older server is a post");
    let of_a_post = Directory {
        headquarters: None,
        ..new
    };
    assert_eq!(
        cbor::to_vec(&of_a_post),
        cbor::to_vec(&older),
        "a post's directory has not one byte more"
    );
}

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)] // tests may stop

mod example;
mod hostile;
mod messages;

use ed25519_dalek::SigningKey;
use rstest::rstest;
use uuid::Uuid;

use hostile::{compressed, framed};
use messages::{down, hello, push, welcome};

use super::*;
use crate::envelope::{DocumentKind, LeafHash, PublicKey, Signature, Statement};
use crate::id::{
    ChangeHash, DeviceId, DocumentId, EnvelopeHash, OrganisationId, PersonId, ServerId,
};
use crate::receipt::{Finding, Headquarters, RefusalCode, Verdict};

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

/// A document enters in one message. However thin its changes are spread over envelopes, they fit.
#[test]
fn the_largest_document_enters_in_one_message() {
    let document = DocumentId::new(Uuid::from_u128(5));
    let changes = u32::try_from(limit::DOCUMENT_CHANGES_MAX).unwrap();
    let change_bytes = limit::DOCUMENT_RAW_BYTES_MAX as usize / changes as usize + 1;
    let hash = [0xff; 32];
    let envelope = |row: u32| {
        let mut leaves = vec![PullLeaf::Bare(LeafHash::new(hash)); limit::ENVELOPE_LEAVES_MAX];
        leaves[0] = PullLeaf::Row(row);
        EnvelopePart {
            organisation: OrganisationId::new(Uuid::from_u128(1)),
            device: DeviceId::new([1; 16]),
            person: PersonId::new(Uuid::from_u128(2)),
            counter: u64::MAX,
            previous: Some(EnvelopeHash::new(hash)),
            leaves,
            signature: Signature::new([0xff; 64]),
        }
    };
    let row = |envelope: u32| Row {
        kind: RowKind::Entered {
            document,
            kind: DocumentKind::new(u8::MAX),
            envelope,
            bytes: vec![0xff; change_bytes],
        },
        stated_hash: Some(ChangeHash::new(hash)),
    };
    let pull = Pull {
        scope: 15,
        from: u64::MAX,
        envelopes: (0..changes).map(envelope).collect(),
        rows: (0..changes).map(row).collect(),
        cursor: Cursor {
            epoch: u64::MAX,
            seq: u64::MAX,
            chain: [0xff; 16],
        },
    };
    let bytes = cbor::to_vec(Message::Pull(pull)).len();
    assert!(
        bytes <= limit::DOWN_MESSAGE_BYTES_MAX,
        "{bytes} bytes are more than a message may have"
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

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)] // tests may stop

use automerge::transaction::Transactable;
use automerge::{ActorId as Actor, AutoCommit, ROOT};
use ed25519_dalek::SigningKey;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::id::{
    ChangeHash, DeviceId, DocumentId, EnvelopeHash, OrganisationId, PersonId, ScopeId,
};
use crate::wire::limit;

/// One real change, and the hash that Automerge itself gives it.
pub(crate) fn a_change(actor: u8, value: i64) -> (Vec<u8>, ChangeHash) {
    let mut document = AutoCommit::new().with_actor(Actor::from([actor; 16]));
    document.put(ROOT, "people", value).unwrap();
    document.commit();
    let change = document.get_last_local_change().unwrap();
    (
        change.raw_bytes().to_vec(),
        ChangeHash::new(change.hash().0),
    )
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn leaves(count: u8) -> Vec<LeafHash> {
    let document = DocumentId::new(Uuid::from_u128(7));
    (0..count)
        .map(|n| LeafHash::of(DocumentKind::ENCOUNTER, document, ChangeHash::new([n; 32])))
        .collect()
}

fn statement(last: Option<(u64, EnvelopeHash)>, leaves: &[LeafHash]) -> Statement {
    let device = DeviceId::of_key(&key(1).verifying_key().to_bytes());
    let (organisation, person) = (
        OrganisationId::new(Uuid::from_u128(1)),
        PersonId::new(Uuid::from_u128(2)),
    );
    Statement::following(last, organisation, device, person, leaves)
}

#[test]
fn change_hash_is_automerges_own() {
    let (bytes, hash) = a_change(3, 6);
    assert_eq!(
        change_hash(&bytes),
        Ok(hash),
        "both name the same change in the same way"
    );
}

#[test]
fn every_flipped_bit_of_a_change_is_refused() {
    let (bytes, _) = a_change(3, 6);
    for at in 0..bytes.len() * 8 {
        let mut damaged = bytes.clone();
        damaged[at / 8] ^= 1 << (at % 8);
        assert!(
            change_hash(&damaged).is_err(),
            "bit {at} flipped passes, though Automerge would take it"
        );
    }
}

#[test]
fn a_change_cut_or_with_bytes_behind_it_is_refused() {
    let (bytes, _) = a_change(3, 6);
    for length in 0..bytes.len() {
        assert!(
            change_hash(&bytes[..length]).is_err(),
            "{length} of {} bytes pass for a change",
            bytes.len()
        );
    }
    let mut longer = bytes;
    longer.push(0);
    assert_eq!(
        change_hash(&longer),
        Err(InvalidChunk::Length),
        "a byte behind the chunk passes unnoticed"
    );
    assert!(matches!(
        change_hash(&vec![0; limit::CHANGE_BYTES_MAX + 1]),
        Err(InvalidChunk::TooLarge(_))
    ));
}

#[test]
fn a_document_and_a_compressed_change_are_no_change() {
    let mut document = AutoCommit::new();
    document.put(ROOT, "note", "agua ".repeat(200)).unwrap();
    document.commit();
    assert_eq!(
        change_hash(&document.save()),
        Err(InvalidChunk::Type(0)),
        "a whole document passes for a change"
    );
    let mut change = document.get_last_local_change().unwrap();
    assert_eq!(
        change_hash(&change.bytes()),
        Err(InvalidChunk::Type(2)),
        "a compressed change could be a bomb"
    );
}

#[test]
fn merkle_root_has_the_shape_of_rfc_6962() {
    let all = leaves(5);
    let left = merkle_root(&all[..4]);
    let by_hand = {
        use sha2::{Digest, Sha256};
        let mut hash = Sha256::new_with_prefix(b"bitacora node 1\0");
        hash.update(left.as_bytes());
        hash.update(all[4].as_bytes());
        MerkleRoot::new(hash.finalize().into())
    };
    assert_eq!(merkle_root(&all), by_hand, "five leaves split four and one");
    assert_eq!(
        merkle_root(&all[..1]).as_bytes(),
        all[0].as_bytes(),
        "a single leaf is its own root"
    );
}

#[test]
fn a_leaf_depends_on_kind_document_and_change() {
    let (document, other) = (
        DocumentId::new(Uuid::from_u128(1)),
        DocumentId::new(Uuid::from_u128(2)),
    );
    let (change, another) = (ChangeHash::new([1; 32]), ChangeHash::new([2; 32]));
    let leaf = LeafHash::of(DocumentKind::ENCOUNTER, document, change);
    assert_ne!(
        leaf,
        LeafHash::of(DocumentKind::PATROL, document, change),
        "an encounter passes for a patrol"
    );
    assert_ne!(
        leaf,
        LeafHash::of(DocumentKind::ENCOUNTER, other, change),
        "a change moves between documents"
    );
    assert_ne!(
        leaf,
        LeafHash::of(DocumentKind::ENCOUNTER, document, another),
        "another change has the same leaf"
    );
}

#[test]
fn a_sealed_envelope_verifies_and_names_its_predecessor() {
    let (first_leaves, next_leaves) = (leaves(3), leaves(64));
    let first = statement(None, &first_leaves).seal(&key(1));
    let public = PublicKey::of(&key(1));
    assert_eq!(first.verify(&first_leaves, &public), Ok(()));
    let next = statement(Some((1, first.statement.hash())), &next_leaves).seal(&key(1));
    assert_eq!(next.statement.counter, 2);
    assert_eq!(
        next.statement.previous,
        Some(first.statement.hash()),
        "the chain of envelopes is broken"
    );
    assert_eq!(next.verify(&next_leaves, &public), Ok(()));
}

#[test]
fn what_was_not_sealed_is_refused_with_its_reason() {
    let all = leaves(3);
    let public = PublicKey::of(&key(1));
    let seal = statement(None, &all).seal(&key(1));
    assert_eq!(
        seal.verify(&all, &PublicKey::of(&key(2))),
        Err(SealError::Signature),
        "another key passes"
    );
    assert_eq!(
        seal.verify(&all[..2], &public),
        Err(SealError::Root),
        "a leaf may be left out"
    );
    let turned: Vec<_> = all.iter().rev().copied().collect();
    assert_eq!(
        seal.verify(&turned, &public),
        Err(SealError::Root),
        "the order may be turned"
    );
    assert_eq!(seal.verify(&[], &public), Err(SealError::LeafCount(0)));
    assert_eq!(
        seal.verify(&leaves(65), &public),
        Err(SealError::LeafCount(65))
    );
    assert_eq!(
        seal.verify(&all, &PublicKey::new([0; 32])),
        Err(SealError::Signature),
        "a weak key signs anything"
    );
    let orphan = Statement {
        counter: 2,
        ..seal.statement.clone()
    }
    .seal(&key(1));
    assert_eq!(
        orphan.verify(&all, &public),
        Err(SealError::Counter),
        "a later envelope without predecessor passes"
    );
    let zeroth = Statement {
        counter: 0,
        ..seal.statement
    }
    .seal(&key(1));
    assert_eq!(zeroth.verify(&all, &public), Err(SealError::Counter));
}

proptest! {
    #[test]
    fn each_flipped_bit_of_statement_or_signature_is_refused(count in 1u8..20, at in 0usize..1400) {
        let all = leaves(count);
        let seal = statement(Some((8, EnvelopeHash::new([9; 32]))), &all).seal(&key(1));
        let mut bytes = crate::wire::cbor::to_vec(&seal.statement);
        let mut signature = *seal.signature.as_bytes();
        let at = at % ((bytes.len() + 64) * 8);
        match at.checked_sub(512) {
            None => signature[at / 8] ^= 1 << (at % 8),
            Some(at) => bytes[at / 8] ^= 1 << (at % 8),
        }
        if let Ok(statement) = minicbor::decode::<Statement>(&bytes) {
            let forged = Seal { statement, signature: Signature::new(signature) };
            prop_assert!(forged.verify(&all, &PublicKey::of(&key(1))).is_err(), "bit {at} flipped passes");
        }
    }

    #[test]
    fn each_flipped_bit_of_a_leaf_is_refused(count in 1u8..20, leaf in 0usize..20, at in 0usize..256) {
        let mut all = leaves(count);
        let seal = statement(None, &all).seal(&key(1));
        let leaf = leaf % all.len();
        let mut bytes = *all[leaf].as_bytes();
        bytes[at / 8] ^= 1 << (at % 8);
        all[leaf] = LeafHash::new(bytes);
        prop_assert_eq!(seal.verify(&all, &PublicKey::of(&key(1))), Err(SealError::Root));
    }

    #[test]
    fn the_plan_keeps_order_persons_and_sizes(changes in prop::collection::vec((0u8..3, 1usize..40_000), 0..200)) {
        let unsealed: Vec<Unsealed> = changes.iter().enumerate().map(|(n, (person, raw_bytes))| Unsealed {
            change: ChangeHash::new([n as u8; 32]),
            document: DocumentId::new(Uuid::from_u128(n as u128)),
            kind: DocumentKind::ENCOUNTER,
            scope: "PA-BCH/operational".parse::<ScopeId>().unwrap(),
            person: PersonId::new(Uuid::from_u128(u128::from(*person))),
            raw_bytes: *raw_bytes,
        }).collect();
        let envelopes = plan(&unsealed);
        prop_assert_eq!(envelopes.concat(), unsealed.clone(), "a change was lost, doubled or moved");
        for envelope in envelopes {
            prop_assert!(!envelope.is_empty() && envelope.len() <= limit::ENVELOPE_LEAVES_MAX);
            prop_assert!(envelope.iter().all(|change| change.person == envelope[0].person), "two persons in one");
            let raw_bytes: usize = envelope.iter().map(|change| change.raw_bytes).sum();
            prop_assert!(raw_bytes <= limit::ENVELOPE_RAW_BYTES || envelope.len() == 1, "{raw_bytes} bytes in one");
        }
    }
}

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)] // tests may stop

use ed25519_dalek::SigningKey;
use proptest::prelude::*;

use super::*;
use crate::id::ChangeHash;

fn server_key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn server() -> ServerId {
    ServerId::of_key(PublicKey::of(&server_key()).as_bytes())
}

fn receipt() -> Receipt {
    let verdicts = vec![
        Verdict::Stored { seq: 17 },
        Verdict::Known { seq: 3 },
        Verdict::Waiting {
            missing: vec![ChangeHash::new([5; 32])],
        },
        Verdict::BlockedBy {
            change: ChangeHash::new([6; 32]),
        },
        Verdict::Refused {
            code: RefusalCode::Poison,
            text: "the document cannot be loaded again".into(),
        },
        Verdict::Refused {
            code: RefusalCode::Other("too_spicy".into()),
            text: "made by a newer server".into(),
        },
        Verdict::Withheld,
    ];
    Finding {
        server: server(),
        epoch: 0x1234_5678,
        device: DeviceId::new([2; 16]),
        counter: 9,
        envelope: EnvelopeHash::new([3; 32]),
        version: 1,
        verdicts,
        signed_at_ms: 1_790_000_000_000,
    }
    .sign(&server_key())
}

#[test]
fn a_receipt_survives_the_wire_and_verifies() {
    let receipt = receipt();
    let bytes = crate::wire::cbor::to_vec(&receipt);
    let read: Receipt = minicbor::decode(&bytes).unwrap();
    assert_eq!(
        read, receipt,
        "a verdict was changed by writing and reading"
    );
    assert_eq!(read.verify(server(), &PublicKey::of(&server_key())), Ok(()));
}

#[test]
fn another_servers_receipt_is_not_believed() {
    let key = PublicKey::of(&server_key());
    assert_eq!(
        receipt().verify(ServerId::new([0; 16]), &key),
        Err(ReceiptError::Server)
    );
    let other = PublicKey::of(&SigningKey::from_bytes(&[8; 32]));
    assert_eq!(
        receipt().verify(server(), &other),
        Err(ReceiptError::Signature)
    );
}

#[test]
fn a_receipt_without_verdicts_or_version_is_not_believed() {
    let key = PublicKey::of(&server_key());
    let empty = Finding {
        verdicts: vec![],
        ..receipt().finding
    }
    .sign(&server_key());
    assert_eq!(
        empty.verify(server(), &key),
        Err(ReceiptError::VerdictCount(0))
    );
    let unversioned = Finding {
        version: 0,
        ..receipt().finding
    }
    .sign(&server_key());
    assert_eq!(
        unversioned.verify(server(), &key),
        Err(ReceiptError::Version)
    );
}

#[test]
fn waiting_is_kept_but_not_received() {
    let received: Vec<bool> = receipt()
        .finding
        .verdicts
        .iter()
        .map(Verdict::is_received)
        .collect();
    assert_eq!(
        received,
        [true, true, false, false, false, false, false],
        "only stored and known are received"
    );
    assert!(
        receipt().finding.is_open(),
        "a waiting leaf asks for a later receipt"
    );
}

proptest! {
    #[test]
    fn each_flipped_bit_of_a_receipt_is_refused(at in 0usize..8 * 400) {
        let mut bytes = crate::wire::cbor::to_vec(receipt());
        let at = at % (bytes.len() * 8);
        bytes[at / 8] ^= 1 << (at % 8);
        if let Ok(forged) = minicbor::decode::<Receipt>(&bytes) {
            prop_assert!(forged.verify(server(), &PublicKey::of(&server_key())).is_err(), "bit {at} flipped passes");
        }
    }
}

#[test]
fn only_the_server_itself_says_that_it_is_headquarters() {
    let organisation = crate::id::OrganisationId::from_bytes([4; 16]);
    let key = PublicKey::of(&server_key());
    let said = Headquarters::sign(server(), organisation, &server_key());
    assert_eq!(said.verify(server(), organisation, &key), Ok(()));
    let other = SigningKey::from_bytes(&[8; 32]);
    let forged = Headquarters::sign(server(), organisation, &other);
    assert_eq!(
        forged.verify(server(), organisation, &key),
        Err(ReceiptError::Signature),
        "another key"
    );
    let elsewhere = crate::id::OrganisationId::from_bytes([5; 16]);
    assert_eq!(
        said.verify(server(), elsewhere, &key),
        Err(ReceiptError::Signature),
        "of another organisation"
    );
    assert_eq!(
        said.verify(ServerId::new([1; 16]), organisation, &key),
        Err(ReceiptError::Signature),
        "another server"
    );
}

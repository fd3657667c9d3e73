//! What the binary writes while it meets hostile bytes: reasons and ids, nothing of a record.

use std::process::Command;

use bitacora_core::document::{Document, DocumentError, parse_change};
use bitacora_core::enrol::Role;
use bitacora_core::sealed_file;
use bitacora_core::wire::Wishes;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::phone::{Phone, request};
use crate::world::World;

/// Bends bits of a change and repairs its checksum until the document library panics on it.
fn panicking(seen: &Document, written: &[u8]) -> Option<Vec<u8>> {
    for byte in (12..written.len()).rev() {
        for flip in 1..=255u8 {
            let mut bent = written.to_vec();
            bent[byte] ^= flip;
            let digest = Sha256::digest(&bent[8..]);
            bent[4..8].copy_from_slice(&digest[..4]);
            let panics = || {
                let merged = seen.clone().with_change(&bent);
                let saved = merged.and_then(|merged| merged.snapshot());
                matches!(saved, Err(DocumentError::Panicked))
            };
            if parse_change(&bent).is_ok() && panics() {
                return Some(bent);
            }
        }
    }
    None
}

#[tokio::test]
async fn the_binary_says_nothing_of_a_record_on_which_the_library_panics() {
    let world = World::start().await;
    let mut phone = Phone::enrolled(&world, 1, Role::PatrolMember).await;
    let (document, written) = phone.record(1);
    let seen = Document::from_changes([written.bytes.as_slice()]).unwrap();
    let edits = [
        json!({"note": "Rosalinda espera"}),
        json!({"place_note": "junto al campamento"}),
        json!({"composition": {"VEN": {"AA+M": 9}}, "needs": {"older": 1}}),
    ];
    let poison = edits
        .into_iter()
        .find_map(|edit| panicking(&seen, &phone.edit(&seen, edit).bytes))
        .expect("no bent byte passes the strict reader and panics the library");
    let pushes = vec![
        phone.seal(&[(document, &written.bytes)]),
        phone.seal(&[(document, &poison)]),
    ];
    let mut hello = phone.hello();
    hello.wishes = Wishes::NONE;
    let (key, device) = (world.server.public_key(), phone.client.device());
    let file = sealed_file::seal(&[request(hello, pushes)], &key, device, [5; 32]).unwrap();
    let path = world.data().path().join("registros.bitacora");
    std::fs::write(&path, file).unwrap();

    let ended = Command::new(env!("CARGO_BIN_EXE_bitacora-server"))
        .arg("--data")
        .arg(world.data().path())
        .args(["--json", "hand-in"])
        .arg(&path)
        .env("RUST_LOG", "bitacora_server=info")
        .env("RUST_BACKTRACE", "1")
        .output()
        .unwrap();
    let told = String::from_utf8(ended.stdout).unwrap();
    let words = String::from_utf8(ended.stderr).unwrap();
    assert!(
        told.contains("\"received\":1") && told.contains("\"refused\":1"),
        "the poison is put aside and its record is taken: {told} {words}"
    );
    assert!(
        words.contains("A change was put aside"),
        "the operator learns of it: {words}"
    );
    for secret in ["panicked", "Rosalinda", "campamento", "VEN", "automerge"] {
        assert!(
            !words.contains(secret),
            "{secret} does not belong on the error stream: {words}"
        );
    }
    world.stop().await;
}

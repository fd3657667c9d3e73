//! What may lie in place of a vault, each with its own error.

use std::fs;

use bitacora_device::{VaultError, VaultState};

use crate::phone::{PIN, Phone};
use crate::vault::error;

#[test]
fn everything_that_may_lie_in_place_of_a_vault_has_its_own_error() {
    type Spoil = fn(&Phone);
    type Expected = fn(&VaultError) -> bool;
    let cases: [(&str, Spoil, Expected); 12] = [
        (
            "plain database",
            |p| {
                fs::write(p.file("bitacora.db"), b"SQLite format 3\0 and more").unwrap();
            },
            |e| matches!(e, VaultError::PlainDatabase),
        ),
        (
            "empty database",
            |p| {
                fs::write(p.file("bitacora.db"), b"").unwrap();
            },
            |e| matches!(e, VaultError::Damaged { .. }),
        ),
        (
            "database missing",
            |p| fs::remove_file(p.file("bitacora.db")).unwrap(),
            |e| matches!(e, VaultError::Missing { .. }),
        ),
        (
            "folder in its place",
            |p| {
                fs::remove_file(p.file("bitacora.db")).unwrap();
                fs::create_dir(p.file("bitacora.db")).unwrap();
            },
            |e| {
                matches!(
                    e,
                    VaultError::Replaced {
                        found: "a folder",
                        ..
                    }
                )
            },
        ),
        (
            "link in its place",
            |p| {
                fs::rename(p.file("bitacora.db"), p.file("other")).unwrap();
                std::os::unix::fs::symlink(p.file("other"), p.file("bitacora.db")).unwrap();
            },
            |e| {
                matches!(
                    e,
                    VaultError::Replaced {
                        found: "a link",
                        ..
                    }
                )
            },
        ),
        (
            "another database",
            |p| {
                fs::write(p.file("bitacora.db"), [7; 8192]).unwrap();
            },
            |e| matches!(e, VaultError::KeyMismatch),
        ),
        (
            "newer layout",
            |p| fs::write(p.file("vault.json"), r#"{"format":2,"vault_id":1}"#).unwrap(),
            |e| matches!(e, VaultError::Newer { found: 2, .. }),
        ),
        (
            "description missing",
            |p| fs::remove_file(p.file("vault.json")).unwrap(),
            |e| matches!(e, VaultError::Missing { .. }),
        ),
        (
            "description of others",
            |p| fs::write(p.file("vault.json"), "hello").unwrap(),
            |e| matches!(e, VaultError::NotAVault(_)),
        ),
        (
            "slot damaged",
            |p| {
                let slot = p.file("slots").join(format!("{}.slot", p.person));
                let mut bytes = fs::read(&slot).unwrap();
                let at = bytes.len() / 2;
                bytes[at] ^= 1;
                fs::write(&slot, bytes).unwrap();
            },
            |e| {
                matches!(
                    e,
                    VaultError::Damaged {
                        what: "a key slot",
                        ..
                    }
                )
            },
        ),
        (
            "slot truncated",
            |p| {
                let slot = p.file("slots").join(format!("{}.slot", p.person));
                let bytes = fs::read(&slot).unwrap();
                fs::write(&slot, &bytes[..40]).unwrap();
            },
            |e| {
                matches!(
                    e,
                    VaultError::Damaged {
                        what: "a key slot",
                        ..
                    }
                )
            },
        ),
        (
            "slot folder missing",
            |p| fs::remove_dir_all(p.file("slots")).unwrap(),
            |e| matches!(e, VaultError::Missing { .. }),
        ),
    ];
    for (name, spoil, expected) in cases {
        let (phone, device) = Phone::start("Cabo 17");
        device.lock();
        spoil(&phone);
        let found = error(phone.try_unlock(PIN));
        assert!(expected(&found), "{name}: {found:?}");
        assert!(
            !matches!(phone.state(), VaultState::Absent),
            "{name}: a damaged vault must never be offered as a new one"
        );
    }
}

#[test]
fn a_slot_from_another_phone_is_named_as_such() {
    let (phone, device) = Phone::start("Cabo 17");
    let (other, other_device) = Phone::start("Sgto. 04");
    device.lock();
    other_device.lock();
    let slot = format!("{}.slot", phone.person);
    let foreign =
        fs::read_to_string(other.file("slots").join(format!("{}.slot", other.person))).unwrap();
    fs::write(phone.file("slots").join(&slot), foreign).unwrap();
    assert!(
        matches!(error(phone.try_unlock(PIN)), VaultError::ForeignSlot),
        "another vault's key opens nothing here"
    );
}

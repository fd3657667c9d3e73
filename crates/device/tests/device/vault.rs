//! The vault: PINs, people, recovery, and everything that may lie in its place.

use std::fs;

use bitacora_device::{Device, DeviceError, ErrorCode, Vault, VaultError, VaultState};

use crate::phone::{PIN, Phone, environment, new_person};

fn error(result: Result<Device, DeviceError>) -> VaultError {
    match result {
        Err(DeviceError::Vault(error)) => error,
        Err(other) => panic!("expected the vault to refuse, found {other:?}"),
        Ok(_) => panic!("expected the vault to refuse, it opened"),
    }
}

#[test]
fn a_new_vault_opens_again_with_its_pin_only() {
    let (phone, device) = Phone::start("Cabo 17");
    device.lock();
    assert!(
        matches!(device.me(), Err(DeviceError::Locked)),
        "a locked handle answers nothing"
    );
    let wrong = error(phone.try_unlock("482914"));
    assert!(
        matches!(
            wrong,
            VaultError::WrongPin {
                attempts_left: 9,
                ..
            }
        ),
        "one try is spent: {wrong:?}"
    );
    assert_eq!(
        phone.unlock().me().unwrap(),
        phone.person,
        "the right PIN opens it"
    );
    assert_eq!(
        phone.tiles()[0].attempts_left,
        10,
        "a success forgets the failures"
    );
    assert_eq!(
        phone.tiles()[0].sign,
        "C 17",
        "the tile shows enough to tell two people apart"
    );
}

#[test]
fn tries_are_counted_before_the_work_and_grow_slower_until_only_others_help() {
    let (phone, device) = Phone::start("Cabo 17");
    device.lock();
    let mut waits = Vec::new();
    for attempt in 1..=10 {
        match error(phone.try_unlock("000000")) {
            VaultError::WrongPin {
                attempts_left,
                wait_seconds,
            } => {
                assert_eq!(attempts_left, 10 - attempt, "each try is counted once");
                waits.push(wait_seconds);
                if wait_seconds > 0 {
                    let early = error(phone.try_unlock(PIN));
                    assert!(
                        matches!(early, VaultError::Wait { .. }),
                        "also the right PIN waits: {early:?}"
                    );
                }
                phone.clock.advance(i64::try_from(wait_seconds).unwrap());
            }
            VaultError::TooManyTries => assert_eq!(attempt, 10, "the tenth closes the PIN"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(waits, [0, 0, 0, 30, 60, 300, 900, 900, 3600], "waits grow");
    phone.clock.advance(1_000_000);
    let eleventh = phone.try_unlock(PIN);
    assert_eq!(
        eleventh.as_ref().unwrap_err().code(),
        ErrorCode::TooManyTries,
        "an eleventh try is never made"
    );
    let code = phone.code.shown();
    Vault::reset_pin_by_code(
        &phone.path(),
        phone.person,
        &code,
        "734152",
        &phone.environment(),
    )
    .unwrap();
    assert!(
        phone.try_unlock("734152").is_ok(),
        "the recovery code sets a new PIN; nothing was deleted"
    );
}

#[test]
fn a_try_is_on_disk_before_the_pin_is_worked_on() {
    let (phone, device) = Phone::start("Cabo 17");
    device.lock();
    let _ = phone.try_unlock("000000");
    let before = fs::read_to_string(phone.file("attempts").join(phone.person.to_string())).unwrap();
    assert!(
        before.contains("\"failed\":1"),
        "the count is a file: {before}"
    );
    fs::write(
        phone.file("attempts").join(phone.person.to_string()),
        "rubbish",
    )
    .unwrap();
    assert_eq!(
        phone.tiles()[0].attempts_left,
        1,
        "a count that was tampered with is the strictest one"
    );
}

#[test]
fn a_clock_set_back_does_not_close_the_phone_for_years() {
    let (phone, device) = Phone::start("Cabo 17");
    device.lock();
    for _ in 0..4 {
        let _ = phone.try_unlock("000000");
    }
    phone.clock.set("2019-01-01T00:00:00Z");
    assert!(
        matches!(
            error(phone.try_unlock(PIN)),
            VaultError::Wait { seconds: 30 }
        ),
        "the wait starts again, no more"
    );
    phone.clock.advance(30);
    assert!(
        phone.try_unlock(PIN).is_ok(),
        "after the wait the PIN is taken"
    );
}

#[test]
fn neither_a_clock_set_forward_nor_a_restart_shortens_a_wait() {
    let (phone, device) = Phone::start("Cabo 17");
    device.lock();
    phone.clock.start_system();
    phone.clock.advance(600);
    for _ in 0..4 {
        let _ = phone.try_unlock("000000");
    }
    let wait = || match error(phone.try_unlock(PIN)) {
        VaultError::Wait { seconds } => seconds,
        other => panic!("expected a wait, found {other:?}"),
    };
    assert_eq!(wait(), 30, "after the fourth wrong PIN");
    phone.clock.set("2031-01-01T00:00:00Z");
    assert_eq!(wait(), 30, "another date is no time passed");
    phone.clock.advance(10);
    assert_eq!(wait(), 20, "ten seconds are");
    phone.clock.start_system();
    assert_eq!(wait(), 30, "how long the phone was off is not known to it");
    phone.clock.set("2019-01-01T00:00:00Z");
    phone.clock.advance(30);
    assert!(
        phone.try_unlock(PIN).is_ok(),
        "after the wait the PIN is taken, whatever the date"
    );
}

#[test]
fn weak_and_strange_pins_are_refused_with_their_reason() {
    let folder = tempfile::tempdir().unwrap();
    let (phone, _device) = Phone::start("Sgto. 04");
    let long = "1".repeat(10_000);
    let easy = ["000000", "123456", "121212", "140383"];
    for pin in ["", "12345", "palabra", long.as_str()]
        .into_iter()
        .chain(easy)
    {
        let new = bitacora_device::NewPerson {
            pin: pin.to_owned(),
            ..new_person("Cabo 17")
        };
        let refused = Vault::create(&folder.path().join("v"), &new, environment(&phone.clock))
            .map(|_| ())
            .unwrap_err();
        assert_eq!(
            refused.code(),
            ErrorCode::PinTooWeak,
            "{} characters",
            pin.len()
        );
        assert_eq!(refused.field(), Some("pin"), "the error names its field");
        assert!(
            !folder.path().join("v").exists(),
            "a refused start leaves nothing behind"
        );
    }
    let arabic = bitacora_device::NewPerson {
        pin: "٤٨٢٩١٣".to_owned(),
        ..new_person("Cabo 17")
    };
    let (device, _) =
        Vault::create(&folder.path().join("v"), &arabic, environment(&phone.clock)).unwrap();
    let person = device.me().unwrap();
    device.lock();
    assert!(
        Vault::unlock(
            &folder.path().join("v"),
            person,
            PIN,
            environment(&phone.clock)
        )
        .is_ok(),
        "the same PIN on another keyboard"
    );
}

#[test]
fn a_second_instance_is_told_to_close_the_first() {
    let (phone, device) = Phone::start("Cabo 17");
    assert!(
        matches!(error(phone.try_unlock(PIN)), VaultError::AlreadyOpen),
        "two processes must not write one log"
    );
    device.lock();
    assert!(
        phone.try_unlock(PIN).is_ok(),
        "after a lock the vault is free"
    );
}

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

#[test]
fn nothing_is_created_by_opening() {
    let folder = tempfile::tempdir().unwrap();
    let (phone, _device) = Phone::start("Cabo 17");
    let absent = Vault::unlock(
        &folder.path().join("none"),
        phone.person,
        PIN,
        phone.environment(),
    );
    assert!(
        matches!(error(absent), VaultError::Absent),
        "there is nothing to open"
    );
    assert!(
        !folder.path().join("none").exists(),
        "opening must not make a vault"
    );
    let again = Vault::create(&phone.path(), &new_person("Sgto. 04"), phone.environment());
    assert!(
        matches!(again, Err(DeviceError::Vault(VaultError::AlreadyThere))),
        "creating must not hide a vault"
    );
}

#[test]
fn an_interrupted_first_start_begins_again() {
    let (phone, device) = Phone::start("Cabo 17");
    device.lock();
    fs::remove_file(phone.file("vault.json")).unwrap();
    fs::write(phone.file("creating"), "").unwrap();
    assert!(
        matches!(phone.state(), VaultState::Absent),
        "a vault without its description was never used"
    );
    let (device, _) =
        Vault::create(&phone.path(), &new_person("Sgto. 04"), phone.environment()).unwrap();
    assert_ne!(device.me().unwrap(), phone.person, "it is a new vault");
    assert_eq!(phone.tiles().len(), 1, "the half-made slot is gone");
}

#[test]
fn several_people_share_a_phone_and_set_each_others_forgotten_pin() {
    let (phone, device) = Phone::start("Cabo 17");
    let (other, _) = device.add_person("Sgto. 04", "640982").unwrap();
    device.switch_person(other, "640982").unwrap();
    assert_eq!(
        device.me().unwrap(),
        other,
        "the other person is at the device"
    );
    assert_eq!(
        device.name_of(phone.person).unwrap(),
        "Cabo 17",
        "names are known to each other"
    );
    device.reset_pin_of(phone.person, "715038").unwrap();
    assert!(
        device.reset_pin_of(other, "827406").is_err(),
        "one's own PIN is changed with the present one"
    );
    let wrong = device.change_pin("000000", "827406").unwrap_err();
    assert_eq!(
        wrong.code(),
        ErrorCode::WrongPin,
        "a phone left open does not give its PIN away"
    );
    device.change_pin("640982", "827406").unwrap();
    device.lock();
    assert!(
        phone.try_unlock(PIN).is_err(),
        "the forgotten PIN is no longer good"
    );
    assert!(phone.try_unlock("715038").is_ok(), "the new one is");
    assert!(
        Vault::unlock(&phone.path(), other, "827406", phone.environment()).is_ok(),
        "so is the changed one"
    );
}

#[test]
fn the_former_slot_stays_until_the_new_one_has_opened() {
    let (phone, device) = Phone::start("Cabo 17");
    device.change_pin(PIN, "734152").unwrap();
    device.lock();
    let slot = phone.file("slots").join(format!("{}.slot", phone.person));
    fs::write(&slot, "torn").unwrap();
    assert!(
        phone.try_unlock(PIN).is_ok(),
        "if the new slot is damaged, the former PIN opens"
    );
    let (phone, device) = Phone::start("Cabo 17");
    device.change_pin(PIN, "734152").unwrap();
    device.lock();
    phone.try_unlock("734152").unwrap().lock();
    let previous = phone
        .file("slots")
        .join(format!("{}.previous", phone.person));
    assert!(
        !previous.exists(),
        "once the new PIN opened, the former slot is gone"
    );
}

#[test]
fn a_recovery_code_only_sets_a_pin_and_says_when_it_is_mistyped() {
    let (phone, device) = Phone::start("Cabo 17");
    device.lock();
    let set = |code: &str| {
        Vault::reset_pin_by_code(
            &phone.path(),
            phone.person,
            code,
            "734152",
            &phone.environment(),
        )
    };
    let mistyped = set("ABCD").unwrap_err();
    assert!(
        matches!(
            mistyped,
            DeviceError::Vault(VaultError::RecoveryCodeMistyped)
        ),
        "{mistyped:?}"
    );
    let (other, _other_device) = Phone::start("Sgto. 04");
    let foreign = set(&other.code.shown()).unwrap_err();
    assert!(
        matches!(foreign, DeviceError::Vault(VaultError::RecoveryCodeWrong)),
        "{foreign:?}"
    );
    assert!(
        phone.try_unlock(PIN).is_ok(),
        "a refused code changes nothing"
    );
    set(&phone.code.shown().to_lowercase()).unwrap();
    assert!(phone.try_unlock("734152").is_ok(), "the code set a new PIN");
}

#[test]
fn no_file_of_the_vault_holds_a_name_of_a_record_or_a_pin() {
    let (phone, device) = Phone::start("Cabo 17");
    device.add_person("Mosquera Caisamo", "739264").unwrap();
    device.new_recovery_code().unwrap();
    device.change_pin(PIN, PIN).unwrap();
    device.lock();
    let database = fs::read(phone.file("bitacora.db")).unwrap();
    assert!(
        !database.windows(7).any(|window| window == b"Cabo 17"),
        "the database is encrypted"
    );
    assert!(
        !database.starts_with(b"SQLite"),
        "not even its kind is told"
    );
    let folders = [phone.path(), phone.file("slots"), phone.file("attempts")];
    let files = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap());
    for path in files.map(|entry| entry.unwrap().path()) {
        if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            for told in [PIN, "Cabo", "Mosquera", "Caisamo"] {
                let is_told = bytes
                    .windows(told.len())
                    .any(|window| window == told.as_bytes());
                assert!(!is_told, "{} tells {told}", path.display());
            }
        }
    }
    assert!(
        !format!("{device:?}").contains("Cabo"),
        "nothing personal in a debug print"
    );
}

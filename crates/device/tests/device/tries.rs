//! Tries of a PIN: counted before the work, slower each time, whatever the clock does.

use std::fs;

use bitacora_device::{ErrorCode, Vault, VaultError};

use crate::phone::{PIN, Phone, environment, new_person};
use crate::vault::error;

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

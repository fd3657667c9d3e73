//! Several people of a phone, and a PIN that was forgotten.

use std::fs;

use bitacora_device::{DeviceError, ErrorCode, Vault, VaultError};

use crate::phone::{PIN, Phone};

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

//! The vault: PINs, people, recovery, and everything that may lie in its place.

use std::fs;

use bitacora_device::{Device, DeviceError, Vault, VaultError, VaultState};

use crate::phone::{PIN, Phone, new_person};

pub fn error(result: Result<Device, DeviceError>) -> VaultError {
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
            for told in [PIN, "Cabo 17", "Mosquera", "Caisamo"] {
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

//! A file system that can only be read: a clear error, nothing altered, and afterwards it goes on.

use bitacora_device::{ErrorCode, Vault, VaultState};

use crate::full::{Unmount, mount, small_disk};
use crate::phone::{PIN, Phone, new_person};
use crate::record::six;

#[test]
fn on_a_read_only_disk_unlocking_says_so_and_alters_nothing_where_root_may_mount_one() {
    let (phone, _own) = Phone::start("Cabo 17");
    let disk = tempfile::tempdir().unwrap();
    if small_disk(disk.path()).is_none() {
        eprintln!("not tried: mounting a small file system needs root");
        return;
    }
    let _unmount = Unmount(disk.path());
    let vault = disk.path().join("vault");
    let (device, code) =
        Vault::create(&vault, &new_person("Cabo 17"), phone.environment()).unwrap();
    let person = device.me().unwrap();
    let id = device
        .record(&six(), None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    device.lock();
    mount(&["-o", "remount,ro"], disk.path()).expect("what was mounted can be mounted read-only");

    let environment = phone.environment();
    assert!(
        matches!(Vault::state(&vault, &environment), VaultState::Locked { people, .. } if people.len() == 1),
        "the lock screen shows who uses the phone"
    );
    let unlock = || Vault::unlock(&vault, person, PIN, phone.environment());
    for _ in 0..3 {
        let refused = unlock().unwrap_err();
        assert_eq!(
            refused.code(),
            ErrorCode::ReadOnly,
            "a clear error: {refused}"
        );
    }
    let reset = Vault::reset_pin_by_code(&vault, person, &code.shown(), "593027", &environment);
    assert_eq!(reset.unwrap_err().code(), ErrorCode::ReadOnly);

    mount(&["-o", "remount,rw"], disk.path()).unwrap();
    let device = unlock().expect("no try was lost to a disk that does not count them");
    assert_eq!(
        device.row(id).unwrap().summary.encounter_id,
        id,
        "and the record is there"
    );
    device.record(&six(), None).expect("and it goes on");
}

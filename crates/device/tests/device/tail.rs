//! A write-ahead log that lost its end is reported; recording goes on.

use std::fs;

use bitacora_device::{Device, RowFilter};

use crate::phone::Phone;
use crate::record::six;

/// Copies the files of an open vault as a power cut would leave them: no checkpoint, no clean closing.
fn crash(phone: &Phone, device: Device) {
    let kept = phone.path().with_extension("kept");
    fs::create_dir_all(&kept).unwrap();
    for name in ["bitacora.db", "bitacora.db-wal", "mark"] {
        fs::copy(phone.file(name), kept.join(name)).unwrap();
    }
    device.lock();
    for name in ["bitacora.db", "bitacora.db-wal", "mark"] {
        fs::copy(kept.join(name), phone.file(name)).unwrap();
    }
}

fn with_saves(count: u32) -> (Phone, Device) {
    let (phone, device) = Phone::start("Cabo 17");
    device.lock();
    let device = phone.unlock();
    for _ in 0..count {
        device.record(&six(), None).unwrap();
    }
    (phone, device)
}

#[test]
fn a_crash_loses_nothing_and_reports_nothing() {
    let (phone, device) = with_saves(5);
    crash(&phone, device);
    let device = phone.unlock();
    assert_eq!(
        device.rows(&RowFilter::default()).unwrap().total,
        5,
        "every confirmed save is there"
    );
    assert_eq!(
        device.status().unwrap().tail_missing,
        None,
        "and nothing is reported"
    );
}

#[test]
fn a_removed_log_is_reported_with_how_many_saves_and_recording_goes_on() {
    let (phone, device) = with_saves(5);
    crash(&phone, device);
    fs::remove_file(phone.file("bitacora.db-wal")).unwrap();
    let device = phone.unlock();
    let missing = device
        .status()
        .unwrap()
        .tail_missing
        .expect("lost saves must be reported");
    assert_eq!(missing.saves, Some(5), "all five were in the log");
    device.record(&six(), None).unwrap();
    device.lock();
    let device = phone.unlock();
    let status = device.status().unwrap();
    assert_eq!(
        status.tail_missing.unwrap().saves,
        Some(5),
        "the report stays and does not grow"
    );
    assert_eq!(status.records.listed, 1, "the new save is kept");
}

#[test]
fn a_truncated_log_is_reported_with_how_many_saves() {
    let (phone, device) = with_saves(5);
    crash(&phone, device);
    let log = phone.file("bitacora.db-wal");
    let bytes = fs::read(&log).unwrap();
    fs::write(&log, &bytes[..bytes.len() / 2]).unwrap();
    let device = phone.unlock();
    let status = device.status().unwrap();
    let lost = status
        .tail_missing
        .expect("lost saves must be reported")
        .saves
        .unwrap();
    assert!((1..=5).contains(&lost), "some of five: {lost}");
    assert_eq!(
        status.records.listed + lost,
        5,
        "what is there and what is missing are all that was saved"
    );
}

#[test]
fn a_log_with_a_flipped_byte_is_reported_with_how_many_saves() {
    let (phone, device) = with_saves(5);
    crash(&phone, device);
    let log = phone.file("bitacora.db-wal");
    let mut bytes = fs::read(&log).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&log, bytes).unwrap();
    let device = phone.unlock();
    let status = device.status().unwrap();
    let lost = status
        .tail_missing
        .expect("what stands behind the flipped byte is not believed, and that is reported")
        .saves
        .unwrap();
    assert_eq!(
        status.records.listed + lost,
        5,
        "what is there and what is missing are all that was saved"
    );
}

#[test]
fn rubbish_in_the_shared_memory_file_costs_nothing() {
    let (phone, device) = with_saves(5);
    crash(&phone, device);
    fs::write(phone.file("bitacora.db-shm"), vec![0xa5; 32 * 1024]).unwrap();
    let status = phone.unlock().status().unwrap();
    assert_eq!(
        (status.records.listed, status.tail_missing),
        (5, None),
        "the index of the log is made again from the log"
    );
}

#[test]
fn another_phones_log_is_refused_and_with_its_removal_what_is_lost_is_reported() {
    let (phone, device) = with_saves(5);
    let (other, other_device) = with_saves(3);
    crash(&phone, device);
    crash(&other, other_device);
    fs::copy(other.file("bitacora.db-wal"), phone.file("bitacora.db-wal")).unwrap();
    let before = fs::read(phone.file("bitacora.db")).unwrap();
    let refused = phone.try_unlock(crate::phone::PIN).unwrap_err();
    assert!(
        matches!(
            refused.code(),
            bitacora_device::ErrorCode::VaultDamaged | bitacora_device::ErrorCode::NotAVault
        ),
        "pages under another key are damage, not an empty vault: {refused}"
    );
    assert!(
        before == fs::read(phone.file("bitacora.db")).unwrap(),
        "nothing of the other phone got into the database"
    );
    fs::remove_file(phone.file("bitacora.db-wal")).unwrap();
    let status = phone.unlock().status().unwrap();
    assert_eq!(
        status.tail_missing.expect("they were in the own log").saves,
        Some(5),
        "the database opens and says what it lacks"
    );
}

#[test]
fn a_single_page_of_another_phones_log_is_found_before_it_can_replace_one() {
    let (phone, device) = with_saves(5);
    device.lock();
    let (other, other_device) = with_saves(3);
    other_device.lock();
    // Neither the first page nor one with records: the page with the settings alone is in this log.
    let other_device = other.unlock();
    other_device.set_lock_minutes(7).unwrap();
    crash(&other, other_device);
    fs::copy(other.file("bitacora.db-wal"), phone.file("bitacora.db-wal")).unwrap();
    let before = fs::read(phone.file("bitacora.db")).unwrap();
    let refused = phone.try_unlock(crate::phone::PIN).unwrap_err();
    assert_eq!(
        refused.code(),
        bitacora_device::ErrorCode::VaultDamaged,
        "{refused}"
    );
    assert!(
        before == fs::read(phone.file("bitacora.db")).unwrap(),
        "the page did not get into the database"
    );
    fs::remove_file(phone.file("bitacora.db-wal")).unwrap();
    let status = phone.unlock().status().unwrap();
    assert_eq!(
        (status.records.listed, status.tail_missing),
        (5, None),
        "without the foreign log all is as it was"
    );
}

#[test]
fn a_lost_mark_is_reported_without_a_number() {
    let (phone, device) = with_saves(3);
    device.lock();
    fs::remove_file(phone.file("mark")).unwrap();
    let device = phone.unlock();
    let status = device.status().unwrap();
    assert_eq!(
        status.tail_missing.expect("nobody can tell any more").saves,
        None,
        "whether saves are missing is not known"
    );
    assert_eq!(status.records.listed, 3, "what is there is there");
}

#[test]
fn the_lock_screen_says_how_many_are_safe() {
    let (phone, device) = with_saves(11);
    device.lock();
    match phone.state() {
        bitacora_device::VaultState::Locked { saved_total, .. } => {
            assert_eq!(saved_total, 11, "11 guardados, a salvo")
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn last_weeks_copy_of_the_database_is_reported_with_how_many_saves_it_lacks() {
    let (phone, device) = with_saves(3);
    device.lock();
    let copy = fs::read(phone.file("bitacora.db")).unwrap();
    let device = phone.unlock();
    device.record(&six(), None).unwrap();
    device.record(&six(), None).unwrap();
    device.lock();
    fs::write(phone.file("bitacora.db"), copy).unwrap();
    let device = phone.unlock();
    let status = device.status().unwrap();
    assert_eq!(
        status.tail_missing.expect("an old copy is behind").saves,
        Some(2),
        "the two saves since then"
    );
    assert_eq!(status.records.listed, 3, "what the copy has is there");
    device.record(&six(), None).unwrap();
}

//! What must be noticed in a database that somebody else wrote to.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::path::Path;

use bitacora_core::encounter::Edit;
use bitacora_core::id::PersonId;
use tempfile::TempDir;

use crate::{Device, DeviceError, Environment, ErrorCode, KdfCost, NewPerson, StoreError, Vault};

const PIN: &str = "482913";

fn environment() -> Environment {
    Environment::system().with_kdf(KdfCost::FOR_TESTS)
}

pub(crate) fn with_record(folder: &TempDir) -> (Device, PersonId) {
    let new = NewPerson {
        name: "Cabo 17".to_owned(),
        pin: PIN.to_owned(),
        post: None,
        tz: None,
    };
    let (device, _) = Vault::create(&path(folder), &new, environment()).unwrap();
    let capture = serde_json::from_str(r#"{"composition":{"VEN":{"AA+M":3}}}"#).unwrap();
    let id = device
        .record(&capture, None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    let seen = device.encounter(id).unwrap().version;
    let edit = Edit::Patch(serde_json::json!({"direction": "north"}));
    device.edit(id, &edit, &seen, None).unwrap();
    let me = device.me().unwrap();
    (device, me)
}

fn path(folder: &TempDir) -> std::path::PathBuf {
    Path::new(folder.path()).join("vault")
}

pub(crate) fn run(device: &Device, sql: &'static str) {
    device
        .with(|unlocked| {
            unlocked
                .store
                .read()
                .execute_batch(sql)
                .map_err(|error| StoreError::from(error).into())
        })
        .unwrap();
}

#[test]
fn a_row_that_says_something_else_is_found_and_derived_again() {
    let spoilt = [
        "UPDATE encounter_row SET summary = X'00'",
        "DELETE FROM encounter_row",
        "DELETE FROM snapshot",
        "UPDATE snapshot SET heads = X'', bytes = X'00'",
    ];
    for sql in spoilt {
        let folder = tempfile::tempdir().unwrap();
        let (device, _) = with_record(&folder);
        run(&device, sql);
        let found = device.verify().unwrap().problems;
        assert_eq!(found.len(), 1, "{sql} must be found: {found:?}");
        assert_eq!(
            device.rebuild().unwrap().different,
            1,
            "{sql} must be healed from the change log"
        );
        assert!(
            device.verify().unwrap().problems.is_empty(),
            "{sql}: and then all is well"
        );
    }
}

#[test]
fn a_record_of_one_change_needs_no_snapshot_and_one_left_over_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let (device, _) = with_record(&folder);
    let capture = serde_json::from_str(r#"{"composition":{"HTI":{"AA+F":2}}}"#).unwrap();
    let id = device
        .record(&capture, None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    assert!(
        device.verify().unwrap().problems.is_empty(),
        "the log alone says what it is"
    );
    assert_eq!(
        device.encounter(id).unwrap().capture().composition,
        capture.composition,
        "and is read"
    );
    run(
        &device,
        "INSERT INTO snapshot SELECT c.document, 1, c.scope, X'', X'00' FROM change c
         WHERE c.position = (SELECT max(position) FROM change)",
    );
    assert_eq!(
        device.verify().unwrap().problems.len(),
        1,
        "one that says something else is a problem all the same"
    );
    assert_eq!(device.rebuild().unwrap().different, 1, "and is healed");
    assert!(device.verify().unwrap().problems.is_empty(), "for good");
}

#[test]
fn a_changed_byte_in_the_log_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let (device, _) = with_record(&folder);
    run(
        &device,
        "UPDATE change SET bytes = CAST(substr(bytes, 1, length(bytes) - 1) || X'ff' AS BLOB)",
    );
    let found = device.verify().unwrap().problems;
    assert!(
        found.iter().any(|problem| problem.starts_with("change ")),
        "the change is named: {found:?}"
    );
}

#[test]
fn the_numbers_of_own_saves_rise_and_one_that_does_not_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let (device, me) = with_record(&folder);
    let saves = device.status().unwrap().saves;
    assert_eq!(saves, 2, "a record and its correction");
    device.lock();
    let device = Vault::unlock(&path(&folder), me, PIN, environment()).unwrap();
    assert_eq!(
        device.status().unwrap().saves,
        saves,
        "read back from the log at open"
    );
    run(&device, "UPDATE change SET save = 1");
    assert_eq!(
        device.verify().unwrap().problems,
        ["the own saves do not follow each other"],
        "a number is given once"
    );
}

#[test]
fn a_database_of_a_newer_build_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let (device, me) = with_record(&folder);
    run(&device, "PRAGMA user_version = 99");
    device.lock();
    let refused = Vault::unlock(&path(&folder), me, PIN, environment()).unwrap_err();
    assert!(
        matches!(refused, DeviceError::Store(StoreError::Newer)),
        "{refused:?}"
    );
    assert_eq!(
        refused.code(),
        ErrorCode::VaultNewer,
        "the app says to update itself"
    );
}

#[test]
fn a_database_older_than_every_kept_form_is_refused_and_not_touched() {
    for schema in ["PRAGMA user_version = 1", "PRAGMA user_version = 0"] {
        let folder = tempfile::tempdir().unwrap();
        let (device, me) = with_record(&folder);
        run(&device, schema);
        device.lock();
        let file = path(&folder).join("bitacora.db");
        let before = std::fs::read(&file).unwrap();
        let refused = Vault::unlock(&path(&folder), me, PIN, environment()).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::VaultTooOld, "{refused}");
        assert!(
            before == std::fs::read(&file).unwrap(),
            "{schema}: what this build cannot read is left as it is"
        );
    }
}

/// Makes the vault one whose rows an earlier build derived: unreadable to this one.
const EARLIER_FORM: &str = "UPDATE encounter_row SET summary = X'03', unreceived = 0;
    UPDATE snapshot SET bytes = X'00'; UPDATE meta SET value = CAST('0.3' AS BLOB) WHERE name = 'derived_form';";

#[test]
fn rows_in_an_earlier_form_are_derived_again_when_the_vault_opens() {
    let folder = tempfile::tempdir().unwrap();
    let (device, me) = with_record(&folder);
    let filter = crate::RowFilter::default();
    let before = device.rows(&filter).unwrap();
    run(&device, EARLIER_FORM);
    assert!(
        device.rows(&filter).is_err(),
        "this build cannot read such rows"
    );
    device.lock();
    let device = Vault::unlock(&path(&folder), me, PIN, environment()).unwrap();
    assert_eq!(
        device.rows(&filter).unwrap(),
        before,
        "they say the same again"
    );
    assert!(
        device.verify().unwrap().problems.is_empty(),
        "snapshots too"
    );
    run(&device, "UPDATE encounter_row SET unreceived = 9");
    device.lock();
    let device = Vault::unlock(&path(&folder), me, PIN, environment()).unwrap();
    assert_eq!(
        device.rows(&filter).unwrap().rows[0].unreceived,
        9,
        "and only once"
    );
}

#[test]
fn deriving_again_that_was_cut_off_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (device, me) = with_record(&folder);
    for men in 1..=120 {
        let capture = serde_json::json!({ "composition": { "HTI": { "AA+M": men } } });
        device
            .record(&serde_json::from_value(capture).unwrap(), None)
            .unwrap();
    }
    let filter = crate::RowFilter {
        limit: 500,
        ..crate::RowFilter::default()
    };
    let before = device.rows(&filter).unwrap();
    run(&device, EARLIER_FORM);
    device.lock();
    let told = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let telling = |stop: Option<usize>| {
        let told = std::sync::Arc::clone(&told);
        environment().telling(std::sync::Arc::new(move |done, of| {
            told.lock().unwrap().push((done, of));
            assert_ne!(Some(done), stop, "the process ends here");
        }))
    };
    let environment = telling(Some(100));
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        Vault::unlock(&path(&folder), me, PIN, environment)
    }));
    assert!(ended.is_err(), "the third group is not derived");
    told.lock().unwrap().clear();
    let device = Vault::unlock(&path(&folder), me, PIN, telling(None)).unwrap();
    assert_eq!(
        *told.lock().unwrap(),
        [(100, 121), (121, 121)],
        "what was done is not done again"
    );
    assert_eq!(
        device.rows(&filter).unwrap(),
        before,
        "and all of it is right"
    );
    assert!(device.verify().unwrap().problems.is_empty());
}

#[test]
fn a_document_that_cannot_be_read_does_not_keep_the_vault_closed() {
    let folder = tempfile::tempdir().unwrap();
    let (device, me) = with_record(&folder);
    let capture = serde_json::from_str(r#"{"composition":{"HTI":{"AA+F":2}}}"#).unwrap();
    let sound = device
        .record(&capture, None)
        .unwrap()
        .row
        .summary
        .encounter_id;
    run(
        &device,
        "UPDATE change SET bytes = X'00' WHERE position = 1; UPDATE meta SET value = X'30' WHERE name = 'derived_form'",
    );
    device.lock();
    let device = Vault::unlock(&path(&folder), me, PIN, environment()).unwrap();
    let rows = device.rows(&crate::RowFilter::default()).unwrap().rows;
    assert_eq!(rows.len(), 1, "one bad thing stops one thing");
    assert_eq!(rows[0].summary.encounter_id, sound);
    assert!(
        !device.verify().unwrap().problems.is_empty(),
        "and is named"
    );
}

#[test]
fn a_damaged_row_of_another_day_stops_no_table() {
    let folder = TempDir::new().unwrap();
    let (device, _) = with_record(&folder);
    let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 14).unwrap();
    let count = |device: &Device, first| {
        let period = crate::Period {
            first: Some(first),
            last: Some(first),
        };
        device.for_each_summary(period, |_, _| ())
    };
    let today = chrono::Utc::now().date_naive();
    run(&device, "UPDATE encounter_row SET summary = X'00'");
    assert_eq!(count(&device, day).unwrap(), 0, "nothing of that day");
    run(&device, "UPDATE encounter_row SET day = '2026-03-14'");
    assert!(count(&device, day).is_err(), "of its own day it is said");
    assert_eq!(count(&device, today).unwrap(), 0);
    run(&device, "UPDATE encounter_row SET two_values = 1");
    assert!(
        count(&device, today).is_err(),
        "one of two days may be of any"
    );
}

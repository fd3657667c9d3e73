//! A server is ended at every SQL statement of its first start, and of a start that brings a store of an earlier form
//! up to date; the next start must find all that was there.

use std::fs;
use std::path::Path;
use std::process::Command;

use rstest::rstest;
use serde_json::Value;
use tempfile::TempDir;

use super::START_MAX;
use crate::place::{Process, copy};

/// What a first start is told.
const FIRST: [&str; 6] = [
    "--post",
    "PA-BCH",
    "--post-name",
    "Bajo Chiquito",
    "--tz",
    "America/Panama",
];

/// A command of the operator that must end well.
fn answer(place: &Path, command: &str) -> Value {
    let said = Command::new(env!("CARGO_BIN_EXE_bitacora-server"))
        .args(["--json", command, "--data"])
        .arg(place)
        .output()
        .unwrap();
    assert!(said.status.success(), "{command}: {said:?}");
    serde_json::from_slice(&said.stdout).unwrap()
}

/// Ends a start before each of its statements in turn; returns how many of them it had, and how many ends left what the
/// start had to make unmade.
fn ended_at_each(
    base: &Path,
    more: &[&str],
    documents: u64,
    is_unmade: fn(&Path) -> bool,
) -> (u32, u32) {
    let folder = TempDir::new().unwrap();
    let mut unmade = 0;
    for statement in 0..START_MAX {
        let at = format!("ended before statement {statement}");
        let place = folder.path().join(statement.to_string());
        copy(base, &place);
        let failpoint = format!("store::statement={statement}*off->return");
        let came_up = Process::start(&place, &failpoint, more).is_some();
        unmade += u32::from(is_unmade(&place));
        let serving = Process::start(&place, "", more);
        assert!(serving.is_some(), "{at}: it starts again");
        let found = answer(&place, "health");
        assert_eq!(found["documents"], documents, "{at}: {found}");
        let found = answer(&place, "verify");
        assert_eq!(found["findings_total"], 0, "{at}: {found}");
        drop(serving);
        fs::remove_dir_all(&place).unwrap();
        if came_up {
            return (statement, unmade);
        }
    }
    panic!("a start has an end");
}

/// Whether the tables are still of an earlier form.
fn is_earlier(place: &Path) -> bool {
    // A copy is looked at: opening takes up the log that the next start must find.
    let copied = TempDir::new().unwrap();
    copy(place, copied.path());
    let key = fs::read_to_string(copied.path().join("database.key")).unwrap();
    let database = rusqlite::Connection::open(copied.path().join("server.db")).unwrap();
    let key = format!("x'{}'", key.trim());
    database.pragma_update(None, "key", key).unwrap();
    let form: i64 = database
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    form < 3
}

#[rstest]
#[case::first("1")]
#[case::fewer_indexes("2")]
fn ended_at_any_statement_of_a_change_of_form_a_server_has_everything(#[case] form: &str) {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/data/forms")
        .join(form)
        .join("server");
    let (statements, unmade) = ended_at_each(&kept, &[], 3, is_earlier);
    assert!(
        1 < unmade && unmade < statements,
        "it is ended before, within and after the change: {unmade} of {statements}"
    );
    println!("form {form}: ended at each of {statements} statements, {unmade} up to the change");
}

#[test]
fn ended_at_any_statement_of_a_first_start_the_next_one_makes_the_server() {
    let nothing = TempDir::new().unwrap();
    let is_unmade = |place: &Path| !place.join("server.db").exists();
    let (statements, unmade) = ended_at_each(nothing.path(), &FIRST, 0, is_unmade);
    assert!(
        1 < unmade && unmade < statements,
        "it is ended before, within and after the making: {unmade} of {statements}"
    );
    println!("ended at each of {statements} statements of a first start, {unmade} up to its end");
}

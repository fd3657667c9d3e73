//! A folder of an earlier form: only who serves it, or changes what is in it, brings it to this build's.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use bitacora_server::store::DataFolder;
use rstest::rstest;
use tempfile::TempDir;

/// Copies the server of a form; returns its folder.
fn form(name: &str, folder: &TempDir) -> PathBuf {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/data/forms")
        .join(name)
        .join("server");
    let to = folder.path().join("server");
    fs::create_dir(&to).unwrap();
    for file in ["server.db", "database.key"] {
        fs::copy(kept.join(file), to.join(file)).unwrap();
    }
    to
}

fn command(data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bitacora-server"))
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap()
}

/// The number of the schema, as it lies in the file.
fn schema(data: &Path) -> i64 {
    let key = fs::read_to_string(data.join("database.key")).unwrap();
    let connection = rusqlite::Connection::open(data.join("server.db")).unwrap();
    let key = format!("x'{}'", key.trim());
    connection.pragma_update(None, "key", key).unwrap();
    connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap()
}

#[rstest]
#[case::health(&["health"])]
#[case::devices(&["devices"])]
#[case::quarantine(&["quarantine"])]
#[case::verify(&["verify"])]
#[case::table(&["table", "--day", "2023-08-14"])]
fn who_only_looks_leaves_an_earlier_form_and_says_what_to_do(#[case] arguments: &[&str]) {
    let folder = TempDir::new().unwrap();
    let data = form("1", &folder);
    let before = (schema(&data), fs::read(data.join("server.db")).unwrap());
    let said = command(&data, arguments);
    assert_eq!(said.status.code(), Some(1));
    let words = String::from_utf8(said.stderr).unwrap();
    assert!(
        words.contains("earlier version") && words.contains("`serve`"),
        "what it is and what to do: {words}"
    );
    let after = (schema(&data), fs::read(data.join("server.db")).unwrap());
    assert!(after == before, "{arguments:?} altered the database");
}

#[rstest]
#[case::a_second_serve(&["serve", "--listen", "127.0.0.1:0"])]
#[case::a_code(&["enrol-code", "--role", "patrol_member", "--name", "Cabo 17"])]
#[case::revoke(&["revoke", "Cabo 17"])]
fn beside_an_older_server_that_runs_nobody_alters_the_form(#[case] arguments: &[&str]) {
    let folder = TempDir::new().unwrap();
    let data = form("1", &folder);
    let before = schema(&data);
    let serving = DataFolder::new(&data).lock_for_serving().unwrap().unwrap();
    let said = command(&data, arguments);
    let words = String::from_utf8(said.stderr).unwrap();
    assert_eq!(said.status.code(), Some(1), "{words}");
    assert!(words.contains("stop"), "what to do: {words}");
    assert_eq!(schema(&data), before, "{arguments:?} altered the form");
    drop(serving);
    let said = command(
        &data,
        &["enrol-code", "--role", "patrol_member", "--name", "Cabo 18"],
    );
    assert!(said.status.success(), "once it has stopped: {said:?}");
    assert!(schema(&data) > before, "the form is this build's");
    assert!(command(&data, &["verify"]).status.success(), "and sound");
}

//! Checks of the database file itself.

use rusqlite::Connection;

use super::error::StoreError;
use super::value;

/// Reads every page, from the log where it is there: each carries a code under the key and its number, so that a
/// page of another database is found wherever it belongs (docs/decisions/0052).
pub(crate) fn every_page(db: &Connection) -> Result<(), StoreError> {
    match lines(db, "PRAGMA quick_check(1)")?.first() {
        Some(line) if line == "ok" => Ok(()),
        _ => Err(StoreError::Corrupt(
            "it and its write-ahead log do not belong together, or a page is damaged".to_owned(),
        )),
    }
}

/// Returns what SQLite and SQLCipher find wrong with the file, at most a hundred lines.
pub(crate) fn file_problems(db: &Connection) -> Result<Vec<String>, StoreError> {
    let mut problems = lines(db, "PRAGMA cipher_integrity_check")?;
    problems.extend(
        lines(db, "PRAGMA integrity_check(100)")?
            .into_iter()
            .filter(|line| line != "ok"),
    );
    Ok(problems)
}

fn lines(db: &Connection, pragma: &str) -> Result<Vec<String>, StoreError> {
    let mut statement = db.prepare(pragma)?;
    value::each(&mut statement, [], |row| Ok(row.get(0)?))
}

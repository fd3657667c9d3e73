//! Checks of the database file itself.

use rusqlite::Connection;

use super::error::StoreError;
use super::value;

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

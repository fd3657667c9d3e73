//! Comparing the database with its mark at open: ahead is normal, behind means that saves were lost.

use std::io::ErrorKind;
use std::path::Path;

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::error::StoreError;
use super::mark::{Mark, MarkFile};
use super::table::{change, tail_gap};
use super::tx::Tx;

/// Opens the mark and notes what the database lost, if anything. Recording goes on either way: the
/// numbers of lost saves are not used again and every unlock writes under a new actor. Returns the number of the last
/// save too: it was read back to.
pub(crate) fn check(
    connection: &mut Connection,
    path: &Path,
    now: DateTime<Utc>,
) -> Result<(MarkFile, u64), StoreError> {
    let last_save = change::last_save(connection)?;
    let last_known = last_save.max(tail_gap::last(connection)?);
    match open(path)? {
        Some((file, Some(mark))) if mark.saves > last_known => {
            note(
                connection,
                last_known.saturating_add(1),
                mark.saves,
                true,
                now,
            )?;
            tracing::error!(
                saves.missing = mark.saves - last_known,
                "confirmed saves are missing from the database"
            );
            Ok((file, last_save))
        }
        Some((mut file, Some(mark))) => {
            if is_foreign(connection, mark)? {
                note(
                    connection,
                    last_known.saturating_add(1),
                    last_known,
                    false,
                    now,
                )?;
                tracing::error!("the database is not the one that its mark was written for");
                rewrite(connection, &mut file, last_save)?;
            }
            Ok((file, last_save))
        }
        Some((file, None)) => Ok((file, last_save)),
        None => {
            let mut file = made_again(path)?;
            if last_save > 0 {
                note(
                    connection,
                    last_known.saturating_add(1),
                    last_known,
                    false,
                    now,
                )?;
                tracing::error!(
                    "the mark of saves was unreadable; whether saves are missing is not known"
                );
                rewrite(connection, &mut file, last_save)?;
            }
            Ok((file, last_save))
        }
    }
}

/// Returns the mark; `None` if it is missing or damaged.
fn open(path: &Path) -> Result<Option<(MarkFile, Option<Mark>)>, StoreError> {
    match MarkFile::open(path) {
        Ok(opened) => Ok(Some(opened)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidData) => {
            Ok(None)
        }
        Err(source) => Err(StoreError::Io {
            what: "the mark",
            source,
        }),
    }
}

fn made_again(path: &Path) -> Result<MarkFile, StoreError> {
    let failed = |source| StoreError::Io {
        what: "the mark",
        source,
    };
    MarkFile::create(path).map_err(failed)?;
    Ok(MarkFile::open(path).map_err(failed)?.0)
}

/// Returns whether the database has another change under the mark's number: another copy of the vault.
fn is_foreign(connection: &Connection, mark: Mark) -> Result<bool, StoreError> {
    Ok(change::hash_of_save(connection, mark.saves)?.is_some_and(|hash| hash != mark.hash))
}

fn rewrite(connection: &Connection, file: &mut MarkFile, last_save: u64) -> Result<(), StoreError> {
    if let Some(hash) = change::hash_of_save(connection, last_save)? {
        file.write(Mark {
            saves: last_save,
            hash,
        })
        .map_err(|source| StoreError::Io {
            what: "the mark",
            source,
        })?;
    }
    Ok(())
}

fn note(
    connection: &mut Connection,
    first: u64,
    last: u64,
    known: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let tx = Tx::begin(connection)?;
    tail_gap::insert(&tx, first, last, known, now)?;
    tx.commit()
}

//! The encrypted connection and its settings. Creating and opening are different ways in:
//! opening never makes a file, creating never touches one that is there.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};
use zeroize::Zeroizing;

use super::error::StoreError;
use super::{check, cipher, function, statement};
use crate::vault::{Key, VaultError, private_file};

/// Each brings the schema one number further, and is never edited again (docs/decisions/0051).
const MIGRATIONS: &[M<'static>] = &[
    // Number 1 is what the builds before the first kept form had. They edited their schema in place: no build can
    // tell which of them a store has.
    M::up(""),
    M::up(include_str!("schema/2_first.sql")),
    M::up(include_str!("schema/3_fewer_indexes.sql")),
];
/// The oldest schema that can be brought to this build's.
const OLDEST_SCHEMA: i64 = 2;
/// How long a statement waits for another connection (`verify` of a second tool), milliseconds.
const BUSY_TIMEOUT_MS: u64 = 5_000;
/// The most that one statement or value may take, bytes; documents are a few kB.
const VALUE_BYTES_MAX: i32 = 16 * 1024 * 1024;

/// Makes the database. Fails if a file is there.
pub(crate) fn create(path: &Path, key: &Key) -> Result<Connection, crate::DeviceError> {
    if path.exists() {
        return Err(VaultError::AlreadyThere.into());
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    cipher::ready();
    // SQLite makes the log and its index with the same rights.
    let made = private_file().create_new(true).write(true).open(path);
    made.map_err(|source| StoreError::Io {
        what: "the database",
        source,
    })?;
    let mut connection = Connection::open_with_flags(path, flags).map_err(StoreError::from)?;
    apply_key(&connection, key)?;
    settle(&connection)?;
    migrate(&mut connection)?;
    statement::stop_before_each(&connection);
    Ok(connection)
}

/// Opens the database. Fails if no file is there or the key does not fit.
pub(crate) fn open(path: &Path, key: &Key) -> Result<Connection, crate::DeviceError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    cipher::ready();
    let has_log = fs::metadata(log_of(path)).is_ok_and(|log| log.len() > 0);
    let mut connection = Connection::open_with_flags(path, flags).map_err(StoreError::from)?;
    // Closing writes the log into the database, whether or not it can be read: a log that belongs to another
    // phone would destroy ours. Until every page was read, closing leaves both alone.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .map_err(StoreError::from)?;
    apply_key(&connection, key)?;
    settle(&connection)?;
    if has_log {
        check::every_page(&connection)?;
    }
    let schema: i64 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(StoreError::from)?;
    if schema < OLDEST_SCHEMA {
        return Err(StoreError::TooOld.into());
    }
    migrate(&mut connection)?;
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)
        .map_err(StoreError::from)?;
    statement::stop_before_each(&connection);
    Ok(connection)
}

/// Returns where the write-ahead log of a database lies.
fn log_of(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

/// Gives the key, first of all, and proves that it fits: a wrong one fails only at the first read.
fn apply_key(connection: &Connection, key: &Key) -> Result<(), crate::DeviceError> {
    // A raw key: the slots' Argon2id has done the slow work, SQLCipher's own would only delay opening.
    let mut statement = Zeroizing::new(String::with_capacity(96));
    statement.push_str("PRAGMA key = \"x'");
    for byte in key.as_bytes() {
        statement.push_str(&format!("{byte:02x}"));
    }
    statement.push_str("'\"");
    // The answer differs between builds (a row or none), so both are taken.
    connection
        .execute_batch(&statement)
        .map_err(StoreError::from)?;
    let version: Result<String, _> =
        connection.pragma_query_value(None, "cipher_version", |row| row.get(0));
    if version.map_or(true, |version| version.is_empty()) {
        return Err(VaultError::NoCipher.into());
    }
    // The library writes to stderr otherwise; errors reach the caller as values.
    connection
        .execute_batch("PRAGMA cipher_log_level = NONE")
        .map_err(StoreError::from)?;
    let probe = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
        row.get::<_, i64>(0)
    });
    probe
        .map(|_| ())
        .map_err(|error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => VaultError::KeyMismatch.into(),
            _ => StoreError::from(error).into(),
        })
}

fn settle(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(Duration::from_millis(BUSY_TIMEOUT_MS))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;         -- one sync per commit, readers never wait
         PRAGMA synchronous = FULL;         -- NORMAL loses acknowledged saves in a power cut
         PRAGMA fullfsync = ON;             -- Apple's fsync returns before the disk has it
         PRAGMA checkpoint_fullfsync = ON;
         PRAGMA secure_delete = ON;         -- what is deleted is overwritten
         PRAGMA temp_store = MEMORY;        -- sorting must not write plain pages to a temporary file
         PRAGMA trusted_schema = OFF;       -- a replaced file must not run functions
         PRAGMA foreign_keys = ON;
         PRAGMA cell_size_check = ON;       -- damage shows as an error, not as nonsense
         PRAGMA mmap_size = 0;              -- an I/O error is an error, not a signal
         PRAGMA cache_size = -8192;         -- 8 MiB at most: the rows of ten thousand records, read twice",
    )?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // A plan does not depend on what is bound: otherwise every LIMIT ?1 is parsed again each time that it is run.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1)?;
    connection.set_prepared_statement_cache_capacity(64);
    function::add_to(connection)?;
    read_back(connection)
}

fn read_back(connection: &Connection) -> Result<(), StoreError> {
    let journal: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if journal != "wal" {
        return Err(StoreError::Setting(
            "write-ahead logging is not available here",
        ));
    }
    let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    if synchronous != 2 {
        return Err(StoreError::Setting(
            "full synchronisation is not available here",
        ));
    }
    Ok(())
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    Ok(Migrations::from_slice(MIGRATIONS).to_latest(connection)?)
}

/// Limits the file's growth, for machines that share a disk.
pub(crate) fn limit_size(connection: &Connection, bytes_max: u64) -> Result<(), StoreError> {
    // SQLCipher answers this one as text.
    let page: String = connection.pragma_query_value(None, "page_size", |row| {
        Ok(row
            .get_ref(0)?
            .as_str()
            .map(str::to_owned)
            .unwrap_or_default())
    })?;
    let page: i64 = page
        .parse()
        .map_err(|_| StoreError::Setting("the size of a page is not told"))?;
    let pages = i64::try_from(bytes_max).unwrap_or(i64::MAX) / page.max(1);
    connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    Ok(())
}

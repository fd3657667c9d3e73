//! Creating and opening the database: two ways that never turn into each other.

use std::fs;
use std::io::{self, Read as _};
use std::time::Duration;

use bitacora_core::id::PostId;
use chrono::{DateTime, Utc};
use parking_lot::Mutex;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use thiserror::Error;

use super::folder::{KeyFileError, restrict};
use super::migrations::MIGRATIONS;
use super::table::{meta, post};
use super::{DataFolder, Store, StoreError, cipher, statement};

/// Another process may hold the write lock for a commit; a long wait is better than a refused sync.
const BUSY: Duration = Duration::from_secs(20);

/// What a new server is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// The organisation's name.
    pub organisation_name: String,
    /// The post's code.
    pub post: PostId,
    /// The post's name.
    pub post_name: String,
    /// The post's time zone, by its IANA name.
    pub tz: String,
    /// `pa` or `mx`: which words the post uses.
    pub vocabulary: String,
    /// After how many minutes of rest a phone locks while a patrol is open.
    pub lock_minutes: u16,
}

/// Why the store could not be opened. Each says what to do.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The folder or a file in it cannot be used.
    #[error("the data folder cannot be used")]
    Folder(#[from] io::Error),
    /// The key file cannot be used.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// No server was set up here.
    #[error("there is no server in this data folder; the first `serve` makes one")]
    Absent,
    /// A server was set up here before.
    #[error("there is a server in this data folder already")]
    Exists,
    /// Something that is not a file has the database's name.
    #[error("server.db is not a file")]
    NotAFile,
    /// An empty file has the database's name.
    #[error("server.db is empty: it was not written by this server. Restore it from a backup")]
    Empty,
    /// An unencrypted database has its name. It is not touched.
    #[error("server.db is an unencrypted database, not this server's. It was left as it is")]
    Plain,
    /// The key does not open the database.
    #[error(
        "the key in database.key does not open server.db: it belongs to another database, or the file is damaged"
    )]
    WrongKey,
    /// The write-ahead log beside it was written for another database, or a page is damaged.
    #[error(
        "server.db and server.db-wal do not belong together, or one of them is damaged. Both were left as they are: put the log that was with this database back, or restore both from a backup"
    )]
    ForeignLog,
    /// A newer build wrote it.
    #[error("server.db was written by a newer version of this server; update this one")]
    Newer,
    /// An earlier build wrote it, and who opens it only looks.
    #[error(
        "server.db was written by an earlier version of this server; `serve` of this version brings it up to date. Until then use the version that wrote it"
    )]
    Older,
    /// An earlier build wrote it, and serves it now.
    #[error(
        "server.db was written by an earlier version of this server, which serves it now: stop that one, then start `serve` of this version"
    )]
    OlderServed,
    /// The build has no encryption. It must never write.
    #[error("this build has no database encryption")]
    NoCipher,
    /// A setting did not take.
    #[error("the database does not accept {0}")]
    Setting(&'static str),
    /// A migration failed.
    #[error("the database could not be brought to this version")]
    Migration(#[source] rusqlite_migration::Error),
    /// SQLite failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// Makes a new server's store; fails if there is one.
    pub fn create(
        folder: &DataFolder,
        setup: &Setup,
        now: DateTime<Utc>,
    ) -> Result<Self, OpenError> {
        folder.create()?;
        let path = folder.database();
        if path.exists() {
            return Err(OpenError::Exists);
        }
        // A key without a database is left by a first start that was cut: the key is good.
        let key = if folder.has_key() {
            folder.read_key()?
        } else {
            folder.new_key()?
        };
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        // The name appears when the content is whole: a start that is cut leaves nothing that looks like a server.
        let unfinished = path.with_extension("db.new");
        for leftover in ["db.new", "db.new-wal", "db.new-shm"] {
            remove_if_there(&path.with_extension(leftover))?;
        }
        cipher::ready();
        let mut connection = Connection::open_with_flags(&unfinished, flags)?;
        unlock(&connection, &key)?;
        statement::stop_before_each(&connection);
        configure(&connection)?;
        to_latest(&mut connection)?;
        let tx = connection.transaction()?;
        meta::create(&tx, setup, now)?;
        post::create(&tx, setup)?;
        tx.commit()?;
        connection.pragma_update(None, "journal_mode", "DELETE")?;
        connection.close().map_err(|(_, error)| error)?;
        restrict(&unfinished, 0o600)?;
        fs::File::open(&unfinished)?.sync_all()?;
        fs::rename(&unfinished, &path)?;
        fs::File::open(folder.path())?.sync_all()?;
        Self::open(folder)
    }

    /// Opens an existing store, and brings one of an earlier form to this build's unless a process serves it.
    pub fn open(folder: &DataFolder) -> Result<Self, OpenError> {
        Self::open_with(folder, migrate)
    }

    /// Opens an existing store of this build's form, to look at it.
    pub fn open_to_look(folder: &DataFolder) -> Result<Self, OpenError> {
        Self::open_with(folder, |_, connection| match form(connection)? {
            Form::Present => Ok(()),
            Form::Earlier => Err(OpenError::Older),
        })
    }

    fn open_with(
        folder: &DataFolder,
        settle_form: impl FnOnce(&DataFolder, &mut Connection) -> Result<(), OpenError>,
    ) -> Result<Self, OpenError> {
        let path = folder.database();
        match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(OpenError::Absent),
            Err(error) => return Err(error.into()),
            Ok(metadata) if !metadata.is_file() => return Err(OpenError::NotAFile),
            Ok(metadata) if metadata.len() == 0 => return Err(OpenError::Empty),
            Ok(_) => {}
        }
        let mut head = [0; 16];
        fs::File::open(&path)?
            .read_exact(&mut head)
            .map_err(|_| OpenError::WrongKey)?;
        if head == *b"SQLite format 3\0" {
            return Err(OpenError::Plain);
        }
        folder.keep_to_owner();
        let key = folder.read_key()?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let is_doubtful = has_log(folder) && !folder.is_served()?;
        cipher::ready();
        let mut connection = Connection::open_with_flags(&path, flags)?;
        // Closing writes the log into the database, whether or not it can be read: a log that was copied in from
        // another server would destroy this one. Until every page was read, closing leaves both alone.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        unlock(&connection, &key)?;
        statement::stop_before_each(&connection);
        configure(&connection)?;
        if is_doubtful {
            read_every_page(&connection)?;
        }
        settle_form(folder, &mut connection)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        Ok(Self {
            connection: Mutex::new(connection),
        })
    }
}

/// Returns whether a write-ahead log was left by a process that did not close its database.
fn has_log(folder: &DataFolder) -> bool {
    let log = folder.database().with_extension("db-wal");
    fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

/// Reads every page, from the log where it is there: each carries a code under the key and its number, so that a
/// page of another database is found wherever it belongs (docs/decisions/0052).
fn read_every_page(connection: &Connection) -> Result<(), OpenError> {
    let found: rusqlite::Result<String> =
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0));
    match found {
        Ok(found) if found == "ok" => Ok(()),
        _ => Err(OpenError::ForeignLog),
    }
}

fn remove_if_there(path: &std::path::Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn unlock(connection: &Connection, key: &str) -> Result<(), OpenError> {
    // Must come first: SQLCipher derives nothing from a raw key, and every later statement needs it.
    let raw = zeroize::Zeroizing::new(format!("x'{key}'"));
    connection.pragma_update(None, "key", raw.as_str())?;
    // A build without the cipher ignores the key and would write everything in the clear.
    let cipher = connection.query_row("PRAGMA cipher_version", [], |row| row.get::<_, String>(0));
    if !cipher.is_ok_and(|version| !version.is_empty()) {
        return Err(OpenError::NoCipher);
    }
    // A wrong key is noticed by the first read, not by setting it.
    match connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
        row.get::<_, i64>(0)
    }) {
        Ok(_) => Ok(()),
        Err(rusqlite::Error::SqliteFailure(failure, _))
            if failure.code == rusqlite::ErrorCode::NotADatabase =>
        {
            Err(OpenError::WrongKey)
        }
        Err(error) => Err(error.into()),
    }
}

fn configure(connection: &Connection) -> Result<(), OpenError> {
    connection.busy_timeout(BUSY)?;
    // Readers (the operator's commands) and the writer do not wait for each other.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A receipt promises durability: with NORMAL a power cut loses acknowledged commits.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Deleted content must not stay in free pages.
    connection.pragma_update(None, "secure_delete", "ON")?;
    // Sorting must not write plain content to a temporary file.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // A schema that was tampered with must not call functions.
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if !mode.eq_ignore_ascii_case("wal") {
        return Err(OpenError::Setting("WAL"));
    }
    let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    if synchronous != 2 {
        return Err(OpenError::Setting("synchronous=FULL"));
    }
    Ok(())
}

/// Brings a store to this build's form. Nobody may serve it meanwhile: that process would be of an earlier build, and
/// write what it means into tables that mean something else now (docs/decisions/0094).
fn migrate(folder: &DataFolder, connection: &mut Connection) -> Result<(), OpenError> {
    if form(connection)? == Form::Present {
        return Ok(());
    }
    let _alone = folder.lock_for_serving()?.ok_or(OpenError::OlderServed)?;
    to_latest(connection)
}

/// How a store stands to this build.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Present,
    Earlier,
}

fn form(connection: &Connection) -> Result<Form, OpenError> {
    let pending = MIGRATIONS.pending_migrations(connection);
    match pending.map_err(OpenError::Migration)? {
        ..0 => Err(OpenError::Newer),
        0 => Ok(Form::Present),
        1.. => Ok(Form::Earlier),
    }
}

fn to_latest(connection: &mut Connection) -> Result<(), OpenError> {
    MIGRATIONS
        .to_latest(connection)
        .map_err(OpenError::Migration)
}

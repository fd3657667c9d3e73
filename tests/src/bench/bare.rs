//! The bare minimum: SQLCipher with the device's settings and one table, nothing else.

use std::path::Path;

use anyhow::Result;
use rusqlite::Connection;

/// A database with one row per record: an ordered column and its bytes.
pub struct Bare {
    connection: Connection,
    next: i64,
}

impl Bare {
    /// Makes the database, encrypted and fully synced like the device's.
    pub fn create(folder: &Path) -> Result<Self> {
        let connection = Connection::open(folder.join("bare.db"))?;
        connection.execute_batch(
            "PRAGMA key = \"x'0202020202020202020202020202020202020202020202020202020202020202'\";
             PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
             PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096;
             CREATE TABLE record (id INTEGER PRIMARY KEY, saved_at INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
             CREATE INDEX record_by_time ON record (saved_at);",
        )?;
        Ok(Self {
            connection,
            next: 0,
        })
    }

    /// Inserts a row and commits.
    pub fn insert(&mut self, bytes: &[u8]) -> Result<()> {
        self.next += 1;
        let mut statement = self
            .connection
            .prepare_cached("INSERT INTO record (id, saved_at, bytes) VALUES (?1, ?1, ?2)")?;
        statement.execute(rusqlite::params![self.next, bytes])?;
        Ok(())
    }

    /// Inserts many rows in one commit.
    pub fn fill<'a>(&mut self, rows: impl Iterator<Item = &'a [u8]>) -> Result<()> {
        self.connection.execute_batch("BEGIN")?;
        for bytes in rows {
            self.insert(bytes)?;
        }
        Ok(self.connection.execute_batch("COMMIT")?)
    }

    /// Reads a page of the newest rows and counts all: what a list needs at least.
    pub fn page(&self, limit: u32, offset: u64) -> Result<usize> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT bytes FROM record ORDER BY saved_at DESC LIMIT ?1 OFFSET ?2")?;
        let mut rows = statement.query(rusqlite::params![limit, i64::try_from(offset)?])?;
        let mut bytes = 0;
        while let Some(row) = rows.next()? {
            bytes += row.get_ref(0)?.as_blob()?.len();
        }
        let count: i64 = self
            .connection
            .query_row("SELECT count(*) FROM record", [], |row| row.get(0))?;
        Ok(bytes + usize::try_from(count)?)
    }

    /// Reads every row.
    pub fn scan(&self) -> Result<usize> {
        let mut statement = self.connection.prepare_cached("SELECT bytes FROM record")?;
        let mut rows = statement.query([])?;
        let mut bytes = 0;
        while let Some(row) = rows.next()? {
            bytes += row.get_ref(0)?.as_blob()?.len();
        }
        Ok(bytes)
    }
}

//! The bare minimum: SQLCipher with the device's settings and one table, nothing else.

use std::path::Path;

use anyhow::Result;
use rusqlite::Connection;

/// A database with the records as bytes, and with the rows that lists and reports read.
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
             PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192;
             CREATE TABLE record (id INTEGER PRIMARY KEY, saved_at INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
             CREATE TABLE line (id INTEGER PRIMARY KEY, listed INTEGER NOT NULL, place INTEGER NOT NULL,
                unreceived INTEGER NOT NULL, refused INTEGER NOT NULL, saved_at INTEGER NOT NULL,
                received_at INTEGER, bytes BLOB NOT NULL) STRICT;",
        )?;
        Ok(Self {
            connection,
            next: 0,
        })
    }

    /// Inserts a record and commits.
    pub fn insert(&mut self, bytes: &[u8]) -> Result<()> {
        self.next += 1;
        let mut statement = self
            .connection
            .prepare_cached("INSERT INTO record (id, saved_at, bytes) VALUES (?1, ?1, ?2)")?;
        statement.execute(rusqlite::params![self.next, bytes])?;
        Ok(())
    }

    /// Inserts the lines of a list in one commit: the same bytes as in the device's table.
    pub fn fill(&mut self, lines: &[Vec<u8>]) -> Result<()> {
        self.connection.execute_batch("BEGIN")?;
        for bytes in lines {
            let mut statement = self.connection.prepare_cached(
                "INSERT INTO line (listed, place, unreceived, refused, saved_at, bytes) VALUES (1, 0, 1, 0, 0, ?1)",
            )?;
            statement.execute([bytes])?;
        }
        Ok(self.connection.execute_batch("COMMIT")?)
    }

    /// Reads a page of the newest lines: the columns, the filter and the order of the device's list.
    pub fn page(&self, limit: u32) -> Result<usize> {
        let mut statement = self.connection.prepare_cached(
            "SELECT bytes, id, place, unreceived, refused, saved_at, received_at FROM line
             WHERE listed = 1 ORDER BY id DESC LIMIT ?1",
        )?;
        let mut rows = statement.query([limit])?;
        let mut bytes = 0;
        while let Some(row) = rows.next()? {
            bytes += row.get_ref(0)?.as_blob()?.len();
            for column in 1..7 {
                std::hint::black_box(row.get::<_, Option<i64>>(column)?);
            }
        }
        Ok(bytes)
    }

    /// Reads every line: the columns and the order of the device's report.
    pub fn scan(&self) -> Result<usize> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT bytes, place, refused FROM line ORDER BY id")?;
        let mut rows = statement.query([])?;
        let mut bytes = 0;
        while let Some(row) = rows.next()? {
            bytes += row.get_ref(0)?.as_blob()?.len();
            std::hint::black_box((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?));
        }
        Ok(bytes)
    }
}

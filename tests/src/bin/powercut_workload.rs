//! The programs that the power-cut test records. Each promises its saves by [`acknowledge`].
//!
//! `powercut_workload bare FOLDER full|off SAVES`: SQLCipher alone, the control of the method.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use rusqlite::Connection;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["bare", folder, synchronous, saves] => bare(&PathBuf::from(folder), synchronous, saves.parse()?),
        _ => bail!("usage: powercut_workload bare FOLDER full|off SAVES"),
    }
}

/// Tells the recorder that a save was promised to a person: opens a path that cannot exist.
fn acknowledge(folder: &Path, what: &str) {
    drop(std::fs::File::open(folder.join(format!("ACK.{what}"))));
}

fn bare(folder: &Path, synchronous: &str, saves: u32) -> Result<()> {
    let connection = Connection::open(folder.join("bare.db"))?;
    connection.pragma_update(None, "key", "x'0101010101010101010101010101010101010101010101010101010101010101'")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.execute("CREATE TABLE IF NOT EXISTS save (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT", [])?;
    for id in 0..saves {
        connection.execute("INSERT INTO save (id, bytes) VALUES (?1, ?2)", (id, vec![7_u8; 900]))?;
        acknowledge(folder, &id.to_string());
    }
    connection.close().map_err(|(_, error)| error).context("closing")
}

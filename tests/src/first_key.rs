//! SQLCipher's first key in this process, given before anybody else's.
//!
//! SQLCipher sets itself up at the first key of a process and takes itself down with the last connection.
//! Devices and servers each keep their own keys apart, but only tests have both in one process: a phone
//! and a server that began at the same moment were seen to be refused a good key, once in many runs.

use std::sync::{Mutex, OnceLock};

use anyhow::{Context as _, Result, anyhow};
use rusqlite::Connection;

/// Open until the process ends.
static FIRST: OnceLock<Result<Mutex<Connection>, String>> = OnceLock::new();

/// Gives the first key, once; errors if SQLCipher is not there.
pub(crate) fn given() -> Result<()> {
    FIRST
        .get_or_init(|| {
            keyed()
                .map(Mutex::new)
                .map_err(|error| format!("{error:#}"))
        })
        .as_ref()
        .map(|_| ())
        .map_err(|error| anyhow!("{error}"))
}

fn keyed() -> Result<Connection> {
    // A database without a name is a file that nobody sees and that is gone with its connection.
    let connection = Connection::open("")?;
    connection
        .execute_batch("PRAGMA key = 'first'; CREATE TABLE first_key (given INTEGER);")
        .context("SQLCipher takes no key")?;
    Ok(connection)
}

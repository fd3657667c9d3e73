//! Contacts with the server, good and bad, and what they told about the clock.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};

use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// One try to reach the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// When, by this device's clock.
    pub at: DateTime<Utc>,
    /// It went through to the end.
    pub ok: bool,
    /// Records sent.
    pub sent: u32,
    /// Records received.
    pub received: u32,
    /// Why it failed, as an error code.
    pub code: Option<String>,
}

/// Adds a contact.
pub(crate) fn insert(tx: &Tx<'_>, contact: &Contact) -> Result<(), StoreError> {
    tx.write(
        "INSERT INTO contact (at, ok, sent, received, code) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            contact.at.timestamp_millis(),
            contact.ok,
            contact.sent,
            contact.received,
            contact.code
        ],
    )?;
    Ok(())
}

/// Returns the last contacts, newest first.
pub(crate) fn newest(db: &Connection, count: u32) -> Result<Vec<Contact>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT at, ok, sent, received, code FROM contact ORDER BY contact DESC LIMIT ?1",
    )?;
    value::each(&mut statement, [count], read)
}

/// Returns the last contact that went through.
pub(crate) fn last_good(db: &Connection) -> Result<Option<Contact>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT at, ok, sent, received, code FROM contact WHERE ok = 1 ORDER BY contact DESC LIMIT 1",
    )?;
    value::first(&mut statement, [], read)
}

fn read(row: &Row<'_>) -> Result<Contact, StoreError> {
    Ok(Contact {
        at: value::time(row, "at")?,
        ok: value::column(row, "ok")?,
        sent: value::column(row, "sent")?,
        received: value::column(row, "received")?,
        code: value::column(row, "code")?,
    })
}

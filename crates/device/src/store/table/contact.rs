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
    /// The server's clock minus this device's, milliseconds; `None` if the server was not reached.
    pub offset_ms: Option<i64>,
}

/// Adds a contact and notes which change was the newest at that moment.
pub(crate) fn insert(tx: &Tx<'_>, contact: &Contact) -> Result<(), StoreError> {
    tx.write(
        "INSERT INTO contact (at, ok, sent, received, code, offset_ms, position)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, (SELECT coalesce(max(position), 0) FROM change))",
        params![
            contact.at.timestamp_millis(),
            contact.ok,
            contact.sent,
            contact.received,
            contact.code,
            contact.offset_ms,
        ],
    )?;
    Ok(())
}

/// Returns the last contacts, newest first.
pub(crate) fn newest(db: &Connection, count: u32) -> Result<Vec<Contact>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT at, ok, sent, received, code, offset_ms FROM contact ORDER BY contact DESC LIMIT ?1",
    )?;
    value::each(&mut statement, [count], read)
}

/// Returns the last contact that went through.
pub(crate) fn last_good(db: &Connection) -> Result<Option<Contact>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT at, ok, sent, received, code, offset_ms FROM contact WHERE ok = 1 ORDER BY contact DESC LIMIT 1",
    )?;
    value::first(&mut statement, [], read)
}

/// Returns the last contact that told the server's time, with the position of the newest change then.
pub(crate) fn last_with_time(db: &Connection) -> Result<Option<(Contact, i64)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT at, ok, sent, received, code, offset_ms, position FROM contact
         WHERE offset_ms IS NOT NULL ORDER BY contact DESC LIMIT 1",
    )?;
    value::first(&mut statement, [], |row| {
        Ok((read(row)?, value::column(row, "position")?))
    })
}

fn read(row: &Row<'_>) -> Result<Contact, StoreError> {
    Ok(Contact {
        at: value::time(row, "at")?,
        ok: value::column(row, "ok")?,
        sent: value::column(row, "sent")?,
        received: value::column(row, "received")?,
        code: value::column(row, "code")?,
        offset_ms: value::column(row, "offset_ms")?,
    })
}

//! From when on this device has received the log of a scope: noted when its mark is given, for a mark itself says no
//! time. What lies before it is on this device only if it was made here, or touched since.

use std::collections::BTreeMap;

use bitacora_core::enrol::PHONE_SUFFIX_SECONDS;
use bitacora_core::id::ScopeId;
use bitacora_core::wire::Cursor;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::meta;
use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// A mark, and the moment that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Beginning {
    seq: u64,
    chain: [u8; 16],
    at_ms: i64,
}

type Beginnings = BTreeMap<String, Beginning>;

/// Notes a mark that a server gives at a moment by its own clock. One that was given before stands for the moment that
/// it stood for; another begins the time that a member's device goes back.
pub(crate) fn note(
    tx: &Tx<'_>,
    scope: &ScopeId,
    mark: &Cursor,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut kept = read(tx)?;
    let is_known = kept
        .get(&scope.to_string())
        .is_some_and(|known| (known.seq, known.chain) == (mark.seq, mark.chain));
    if is_known {
        return Ok(());
    }
    let at = now - TimeDelta::seconds(PHONE_SUFFIX_SECONDS);
    let beginning = Beginning {
        seq: mark.seq,
        chain: mark.chain,
        at_ms: at.timestamp_millis(),
    };
    kept.insert(scope.to_string(), beginning);
    let text = value::to_json(&kept, "beginnings")?;
    meta::set(tx, meta::BEGINNINGS, text.as_bytes())
}

/// Returns from when on what a scope's log holds is here; `None` if it was read from its beginning, or is not read.
pub(crate) fn of(db: &Connection, scope: &ScopeId) -> Result<Option<DateTime<Utc>>, StoreError> {
    let known = read(db)?.get(&scope.to_string()).copied();
    let at_ms = match known {
        Some(beginning) if beginning.seq == 0 => None,
        Some(beginning) => Some(beginning.at_ms),
        None => guessed(db, scope)?,
    };
    Ok(at_ms.and_then(DateTime::from_timestamp_millis))
}

/// An earlier build noted no moment: the first contact that brought something came after the mark was given.
fn guessed(db: &Connection, scope: &ScopeId) -> Result<Option<i64>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT (SELECT min(received_at) FROM change WHERE scope = ?1) AS first
         FROM subscription WHERE scope = ?1 AND mark_seq > 0",
    )?;
    let first = value::first(&mut statement, [scope.to_string()], |row| {
        value::column::<Option<i64>>(row, "first")
    })?;
    let back_ms = PHONE_SUFFIX_SECONDS.saturating_mul(1000);
    Ok(first.flatten().map(|first| first.saturating_sub(back_ms)))
}

fn read(db: &Connection) -> Result<Beginnings, StoreError> {
    let kept = meta::text(db, meta::BEGINNINGS)?;
    let read = kept.map(|text| value::from_json(&text, "beginnings"));
    Ok(read.transpose()?.unwrap_or_default())
}

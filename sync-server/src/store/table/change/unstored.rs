//! What was handed in and is in no log: it waits, or it is put aside.

use bitacora_core::id::{ChangeHash, DeviceId, DocumentId};
use bitacora_core::wire::limit;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};

use crate::store::StoreError;
use crate::store::value::{self, Unsigned};

/// What a device has waiting. Like whoever looks for what is in no log, it says beside the state that it is not
/// *stored*: only then SQLite takes `change_aside`, the index of the few, and does not read everything.
const WAITING_OF: &str =
    "SELECT count(*) FROM change WHERE state <> 'stored' AND state = 'waiting' AND device = ?";
/// What was put aside because a change of its document was refused.
pub(super) const BLOCKED_BY: &str =
    "state <> 'stored' AND state = 'blocked' AND blocked_by = ? AND document = ? AND kind = ?";
/// What a device has put aside.
const ASIDE_OF: &str =
    "SELECT count(*), coalesce(sum(size), 0) FROM (SELECT length(bytes) AS size FROM change
    WHERE state <> 'stored' AND state IN ('refused', 'blocked') AND device = ? LIMIT ?)";
/// Devices of which only names are kept of something.
const NAMED_ONLY: &str = "SELECT DISTINCT device FROM change
    WHERE state <> 'stored' AND state IN ('refused', 'blocked') AND length(bytes) = 0 ORDER BY device";
/// Everything that is put aside, newest first.
const ASIDE: &str = "SELECT change, document, device,
        coalesce(code || ': ' || reason, 'builds on a refused change') AS reason, length(bytes) AS size, state_at
    FROM change WHERE state <> 'stored' AND state IN ('refused', 'blocked') ORDER BY state_at DESC, rowid DESC";

/// Counts the waiting changes of a device.
pub(crate) fn waiting_count(connection: &Connection, device: DeviceId) -> Result<u64, StoreError> {
    let mut count = connection.prepare_cached(WAITING_OF)?;
    let count: Unsigned = count.query_row([device.as_bytes()], |row| row.get(0))?;
    Ok(count.0)
}

/// Counts what is put aside of a device, and its bytes in all; no further than to the most that is kept whole.
pub(crate) fn aside(connection: &Connection, device: DeviceId) -> Result<(u64, u64), StoreError> {
    let mut count = connection.prepare_cached(ASIDE_OF)?;
    let most = Unsigned(limit::QUARANTINE_CHANGES_MAX);
    let (changes, bytes) = count.query_row(params![device.as_bytes(), most], |row| {
        Ok((row.get::<_, Unsigned>(0)?, row.get::<_, Unsigned>(1)?))
    })?;
    Ok((changes.0, bytes.0))
}

/// Reads the devices of which only names are kept of some that was put aside.
pub(crate) fn named_only(connection: &Connection) -> Result<Vec<DeviceId>, StoreError> {
    let mut find = connection.prepare(NAMED_ONLY)?;
    let rows = find
        .query_map([], |row| row.get(0))?
        .collect::<Result<Vec<_>, _>>()?;
    rows.into_iter()
        .map(|id| value::id(id, "device", DeviceId::new))
        .collect()
}

/// A refused or blocked change, for the operator's eyes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Aside {
    pub(crate) change: ChangeHash,
    pub(crate) document: DocumentId,
    pub(crate) device: DeviceId,
    pub(crate) reason: String,
    /// 0: the device's share was full, only the name is kept.
    pub(crate) size_bytes: u64,
    pub(crate) at: DateTime<Utc>,
}

/// Reads the quarantine, newest first.
pub(crate) fn quarantine(connection: &Connection) -> Result<Vec<Aside>, StoreError> {
    let mut find = connection.prepare(ASIDE)?;
    let aside = |row: &Row<'_>| {
        Ok(Aside {
            change: value::hash(row.get("change")?, "change", ChangeHash::new)?,
            document: value::id(row.get("document")?, "document", DocumentId::from_bytes)?,
            device: value::id(row.get("device")?, "device", DeviceId::new)?,
            reason: row.get("reason")?,
            size_bytes: row.get::<_, Unsigned>("size")?.0,
            at: value::time(row, "state_at")?,
        })
    };
    find.query_map([], |row| Ok(aside(row)))?
        .map(|row| row?)
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

    use rusqlite::params_from_iter;
    use rusqlite::types::Null;

    use super::*;
    use crate::store::migrations::MIGRATIONS;

    /// Returns how SQLite finds what a statement asks for.
    fn plan(connection: &Connection, sql: &str) -> String {
        let mut explained = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .unwrap();
        let nothing = vec![Null; explained.parameter_count()];
        let steps = explained.query_map(params_from_iter(nothing), |row| row.get("detail"));
        steps
            .unwrap()
            .collect::<Result<Vec<String>, _>>()
            .unwrap()
            .join("; ")
    }

    #[test]
    fn what_is_in_no_log_is_found_without_reading_what_is() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = Connection::open(folder.path().join("server.db")).unwrap();
        MIGRATIONS.to_latest(&mut connection).unwrap();
        let blocked_by = format!("SELECT change FROM change WHERE {BLOCKED_BY}");
        for sql in [WAITING_OF, ASIDE_OF, NAMED_ONLY, ASIDE, &blocked_by] {
            let plan = plan(&connection, sql);
            assert!(
                plan.contains("INDEX change_aside") && !plan.contains("SCAN change"),
                "{sql}: {plan}"
            );
        }
    }
}

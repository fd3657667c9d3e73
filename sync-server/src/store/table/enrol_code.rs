//! Enrolment codes.

use std::fmt;

use bitacora_core::enrol::{Code, Role};
use bitacora_core::id::{DeviceId, PostId};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use crate::store::value::Unsigned;
use crate::store::{StoreError, value};

/// An issued code.
pub(crate) struct EnrolCode {
    pub(crate) key: i64,
    /// None once nobody may use it any more.
    pub(crate) password: Option<String>,
    pub(crate) role: Role,
    pub(crate) post: PostId,
    pub(crate) device_name: String,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) spent: bool,
    pub(crate) used_by: Option<DeviceId>,
}

impl fmt::Debug for EnrolCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnrolCode")
            .field("key", &self.key)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// What a code is issued for.
#[derive(Clone, Copy)]
pub(crate) struct NewCode<'a> {
    pub(crate) role: Role,
    pub(crate) post: &'a PostId,
    pub(crate) device_name: &'a str,
    pub(crate) issued_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// Keeps a new code; false if a code that still lives begins the same.
pub(crate) fn issue(
    tx: &Transaction<'_>,
    code: &Code,
    new: NewCode<'_>,
) -> Result<bool, StoreError> {
    let living: bool = tx.query_row(
        "SELECT EXISTS (SELECT 1 FROM enrol_code WHERE nameplate = ? AND expires_at > ?)",
        params![code.nameplate(), new.issued_at.timestamp_millis()],
        |row| row.get(0),
    )?;
    if living {
        return Ok(false);
    }
    tx.execute(
        "INSERT INTO enrol_code (nameplate, password, role, post, device_name, issued_at, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
        params![
            code.nameplate(),
            code.password(),
            new.role.as_str(),
            new.post.as_str(),
            new.device_name,
            new.issued_at.timestamp_millis(),
            new.expires_at.timestamp_millis()
        ],
    )?;
    Ok(true)
}

/// Forgets the passwords of codes that are over.
pub(crate) fn forget_old(tx: &Transaction<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE enrol_code SET password = NULL WHERE password IS NOT NULL AND expires_at <= ?",
        [now.timestamp_millis()],
    )?;
    Ok(())
}

/// Finds the last code with this beginning.
pub(crate) fn by_nameplate(
    connection: &Connection,
    nameplate: &str,
) -> Result<Option<EnrolCode>, StoreError> {
    find(
        connection,
        "WHERE nameplate = ? ORDER BY code DESC LIMIT 1",
        nameplate,
    )
}

/// Finds a code by its number in the store.
pub(crate) fn by_key(connection: &Connection, key: i64) -> Result<Option<EnrolCode>, StoreError> {
    find(connection, "WHERE code = ?", key)
}

fn find(
    connection: &Connection,
    filter: &str,
    by: impl rusqlite::ToSql,
) -> Result<Option<EnrolCode>, StoreError> {
    let sql = format!(
        "SELECT code, password, role, post, device_name, expires_at, spent_at IS NOT NULL AS spent, used_by
         FROM enrol_code {filter}"
    );
    let row = connection
        .prepare_cached(&sql)?
        .query_row([by], |row| {
            let words: (String, String) = (row.get("role")?, row.get("post")?);
            let used_by: Option<Vec<u8>> = row.get("used_by")?;
            let code = (
                row.get("code")?,
                row.get("password")?,
                row.get("device_name")?,
                row.get("spent")?,
            );
            Ok((code, words, used_by, value::time(row, "expires_at")?))
        })
        .optional()?;
    let Some(((key, password, device_name, spent), (role, post), used_by, expires_at)) = row else {
        return Ok(None);
    };
    let used_by = used_by
        .map(|bytes| value::id(bytes, "device", DeviceId::new))
        .transpose()?;
    Ok(Some(EnrolCode {
        key,
        password,
        role: value::word(&role, "role")?,
        post: value::word(&post, "post")?,
        device_name,
        expires_at,
        spent,
        used_by,
    }))
}

/// Spends a code after a wrong proof. A code that was used stays used.
pub(crate) fn spend(tx: &Transaction<'_>, key: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE enrol_code SET spent_at = ?, password = NULL WHERE code = ? AND used_at IS NULL",
        params![now.timestamp_millis(), key],
    )?;
    Ok(())
}

/// Counts the codes that a wrong proof spent since then.
pub(crate) fn spent_since(
    connection: &Connection,
    since: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let spent: Unsigned = connection.query_row(
        "SELECT count(*) FROM enrol_code WHERE spent_at > ?",
        [since.timestamp_millis()],
        |row| row.get(0),
    )?;
    Ok(spent.0)
}

/// Uses a code; false if somebody was faster. The password stays until the code's life is over, so that
/// the same device can repeat an answer that was lost.
pub(crate) fn use_for(
    tx: &Transaction<'_>,
    key: i64,
    device: DeviceId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let used = tx.execute(
        "UPDATE enrol_code SET used_at = ?, used_by = ? WHERE code = ? AND used_at IS NULL AND spent_at IS NULL",
        params![now.timestamp_millis(), device.as_bytes(), key],
    )?;
    Ok(used == 1)
}

//! Single values of the vault, by name.

use rusqlite::{Connection, params};

use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// The device's signing key, wrapped.
pub(crate) const SIGNING_KEY: &str = "signing_key";
/// The public half of it.
pub(crate) const PUBLIC_KEY: &str = "public_key";
/// The post that new records belong to.
pub(crate) const POST: &str = "post";
/// The server that this device is enrolled with, as JSON.
pub(crate) const SERVER: &str = "server";
/// The six digits of the enrolment as long as nobody has compared them, or that they differ.
pub(crate) const COMPARISON: &str = "comparison";
/// Minutes until the app locks itself while a patrol is open, set here.
pub(crate) const LOCK_MINUTES: &str = "lock_minutes";
/// The newest correction of the clock of which nobody wants to be told any more.
pub(crate) const CLOCK_REPAIR_SEEN: &str = "clock_repair_seen";
/// The practice record was done.
pub(crate) const PRACTICE_DONE: &str = "practice_done";
/// Another phone has this device's identity: nothing more is sealed under it.
pub(crate) const COPIED: &str = "copied";
/// The key that this device asks to join with where its own is of no use any more, wrapped. It becomes the device's with
/// the enrolment.
pub(crate) const NEXT_SIGNING_KEY: &str = "next_signing_key";
/// What each former identity signed for the next one, as JSON.
pub(crate) const HANDED_ON: &str = "handed_on";
/// Which envelopes were written into files for the server, as JSON by the device that sealed them. Earlier builds kept a
/// bare number under another name, of nobody knows which identity.
pub(crate) const TAKEN_OUT: &str = "taken_out_of";
/// The newest comparison of the clock with satellites, as JSON.
pub(crate) const SATELLITES: &str = "satellites";
/// The devices of the post as the server listed them last, as JSON.
pub(crate) const TEAMS: &str = "teams";
/// From when on each scope was received, as JSON.
pub(crate) const BEGINNINGS: &str = "beginnings";
/// The server is headquarters: what it has received is safe.
pub(crate) const HEADQUARTERS: &str = "headquarters";
/// No exchange with this organisation's server went through yet: contacts before it were with another one.
pub(crate) const NOT_HEARD_OF: &str = "not_heard_of";
/// The form of what is derived; see `rebuild`.
pub(crate) const DERIVED_FORM: &str = "derived_form";
/// How far documents were brought to a form.
pub(crate) const DERIVED_SO_FAR: &str = "derived_so_far";
/// The revision of the directory held.
pub(crate) const DIRECTORY_REV: &str = "directory_rev";

/// Sets a value.
pub(crate) fn set(tx: &Tx<'_>, name: &str, value: &[u8]) -> Result<(), StoreError> {
    tx.write(
        "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        params![name, value],
    )?;
    Ok(())
}

/// Removes a value.
pub(crate) fn remove(tx: &Tx<'_>, name: &str) -> Result<(), StoreError> {
    tx.write("DELETE FROM meta WHERE name = ?1", [name])?;
    Ok(())
}

/// Returns a value.
pub(crate) fn get(db: &Connection, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let mut statement = db.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    value::first(&mut statement, [name], |row| value::column(row, "value"))
}

/// Returns a value that is text.
pub(crate) fn text(db: &Connection, name: &'static str) -> Result<Option<String>, StoreError> {
    get(db, name)?
        .map(|bytes| String::from_utf8(bytes).map_err(|_| StoreError::Value { what: name }))
        .transpose()
}

//! The posts of the directory: names, time zones, lock time.

use bitacora_core::id::PostId;
use rusqlite::{Connection, params};

use crate::store::error::StoreError;
use crate::store::tx::Tx;
use crate::store::value;

/// A post as the directory describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Its code.
    pub post_id: PostId,
    /// Its name, as shown.
    pub name: String,
    /// IANA time zone.
    pub tz: String,
    /// Minutes without a touch until the app locks while a patrol is open.
    pub lock_minutes: u32,
    /// Further settings as JSON (vocabulary, trails, …), passed on to the window.
    pub details: String,
}

/// Adds or replaces a post.
pub(crate) fn put(tx: &Tx<'_>, post: &Post) -> Result<(), StoreError> {
    tx.write(
        "INSERT INTO post (post, name, tz, lock_minutes, details) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (post) DO UPDATE SET name = excluded.name, tz = excluded.tz,
            lock_minutes = excluded.lock_minutes, details = excluded.details",
        params![
            post.post_id.as_str(),
            post.name,
            post.tz,
            post.lock_minutes,
            post.details
        ],
    )?;
    Ok(())
}

/// Returns a post.
pub(crate) fn get(db: &Connection, id: &PostId) -> Result<Option<Post>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT name, tz, lock_minutes, details FROM post WHERE post = ?1")?;
    value::first(&mut statement, [id.as_str()], |row| {
        Ok(Post {
            post_id: id.clone(),
            name: value::column(row, "name")?,
            tz: value::column(row, "tz")?,
            lock_minutes: value::column(row, "lock_minutes")?,
            details: value::column(row, "details")?,
        })
    })
}

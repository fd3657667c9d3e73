//! The posts of the directory: names, time zones, lock time.

use bitacora_core::id::PostId;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

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
    /// Its words and its trails.
    pub details: PostDetails,
}

/// What the window needs of a post. Kept as JSON; what a newer build added is passed over.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PostDetails {
    /// Which words the post uses, `pa` (puesto, patrulla) or `mx` (módulo, recorrido); `None` before the
    /// first contact.
    pub vocabulary: Option<String>,
    /// The trails that it offers; none if it leaves that to the lists of the product.
    pub trails: Vec<Trail>,
}

/// A trail of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trail {
    /// The code kept in records.
    pub code: String,
    /// What people call it.
    pub name: String,
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
            value::to_json(&post.details, "details")?,
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
            details: serde_json::from_str(&value::column::<String>(row, "details")?)
                .unwrap_or_default(),
        })
    })
}

/// Returns the time zone of a post.
pub(crate) fn zone(db: &Connection, id: &PostId) -> Result<Option<String>, StoreError> {
    let mut statement = db.prepare_cached("SELECT tz FROM post WHERE post = ?1")?;
    value::first(&mut statement, [id.as_str()], |row| {
        value::column(row, "tz")
    })
}

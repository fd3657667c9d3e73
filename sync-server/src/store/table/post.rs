//! The posts that this server serves.

use bitacora_core::id::{Compartment, PostId, ScopeId};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::scope;
use crate::store::{OpenError, Setup, StoreError, value};

/// A post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Post {
    pub(crate) post: PostId,
    pub(crate) name: String,
    pub(crate) tz: String,
    pub(crate) vocabulary: String,
    pub(crate) lock_minutes: u16,
    pub(crate) trails: Vec<(String, String)>,
}

/// Makes a post and its scopes.
pub(crate) fn create(tx: &Transaction<'_>, setup: &Setup) -> Result<(), OpenError> {
    tx.execute(
        "INSERT INTO post (post, name, tz, vocabulary, lock_minutes) VALUES (?, ?, ?, ?, ?)",
        params![
            setup.post.as_str(),
            setup.post_name,
            setup.tz,
            setup.vocabulary,
            setup.lock_minutes
        ],
    )?;
    let operational = ScopeId {
        post: setup.post.clone(),
        compartment: Compartment::Operational,
    };
    scope::create(tx, &operational)?;
    Ok(())
}

/// Reads every post, by code.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Post>, StoreError> {
    let mut codes = connection.prepare_cached("SELECT post FROM post ORDER BY post")?;
    let codes = codes
        .query_map([], |row| row.get::<_, String>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    let posts = codes
        .iter()
        .map(|code| find(connection, &value::word::<PostId>(code, "post")?));
    posts.filter_map(Result::transpose).collect()
}

/// Reads one post.
pub(crate) fn find(connection: &Connection, post: &PostId) -> Result<Option<Post>, StoreError> {
    let found = connection
        .query_row(
            "SELECT name, tz, vocabulary, lock_minutes FROM post WHERE post = ?",
            [post.as_str()],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
        .optional()?;
    let Some((name, tz, vocabulary, lock_minutes)) = found else {
        return Ok(None);
    };
    let mut trails =
        connection.prepare_cached("SELECT trail, name FROM trail WHERE post = ? ORDER BY trail")?;
    let trails = trails.query_map([post.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let trails = trails.collect::<Result<_, _>>()?;
    Ok(Some(Post {
        post: post.clone(),
        name,
        tz,
        vocabulary,
        lock_minutes,
        trails,
    }))
}

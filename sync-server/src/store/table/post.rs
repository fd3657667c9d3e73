//! The posts that this server serves.

use bitacora_core::id::{PostId, ScopeId};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::scope;
use crate::store::{OpenError, Setup, StoreError, value};

/// What an operator says about a post; nothing said leaves it as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PostSettings {
    /// What people call it.
    pub name: Option<String>,
    /// IANA time zone.
    pub tz: Option<String>,
    /// `pa` or `mx`: which words the post uses.
    pub vocabulary: Option<String>,
    /// After how many minutes of rest a phone locks while a patrol is open.
    pub lock_minutes: Option<u16>,
    /// All trails that its phones offer.
    pub trails: Option<Vec<Trail>>,
}

/// A trail of a post.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trail {
    /// The code kept in records.
    pub trail: String,
    /// What people call it.
    pub name: String,
}

/// A post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Post {
    pub(crate) post: PostId,
    pub(crate) name: String,
    pub(crate) tz: String,
    pub(crate) vocabulary: String,
    pub(crate) lock_minutes: u16,
    pub(crate) trails: Vec<Trail>,
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
    let operational = ScopeId::operational(setup.post.clone());
    scope::create(tx, &operational)?;
    Ok(())
}

/// Changes a post; returns whether anything is different now.
pub(crate) fn change(
    tx: &Transaction<'_>,
    post: &Post,
    said: &PostSettings,
) -> Result<bool, StoreError> {
    let said = said.clone();
    let changed = Post {
        post: post.post.clone(),
        name: said.name.unwrap_or_else(|| post.name.clone()),
        tz: said.tz.unwrap_or_else(|| post.tz.clone()),
        vocabulary: said.vocabulary.unwrap_or_else(|| post.vocabulary.clone()),
        lock_minutes: said.lock_minutes.unwrap_or(post.lock_minutes),
        trails: said.trails.unwrap_or_else(|| post.trails.clone()),
    };
    if changed == *post {
        return Ok(false);
    }
    tx.execute(
        "UPDATE post SET name = ?2, tz = ?3, vocabulary = ?4, lock_minutes = ?5 WHERE post = ?1",
        params![
            changed.post.as_str(),
            changed.name,
            changed.tz,
            changed.vocabulary,
            changed.lock_minutes
        ],
    )?;
    tx.execute("DELETE FROM trail WHERE post = ?", [changed.post.as_str()])?;
    for trail in &changed.trails {
        tx.execute(
            "INSERT INTO trail (post, trail, name) VALUES (?, ?, ?)",
            params![changed.post.as_str(), trail.trail, trail.name],
        )?;
    }
    Ok(true)
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
    let trails = trails.query_map([post.as_str()], |row| {
        Ok(Trail {
            trail: row.get(0)?,
            name: row.get(1)?,
        })
    })?;
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

//! The server's directory: people, devices and posts.

use bitacora_core::wire::{Directory, PostEntry, TrailEntry};
use rusqlite::Connection;

use crate::error::DeviceError;
use crate::store::StoreError;
use crate::store::saving::follow_zone;
use crate::store::table::post::{Post, PostDetails, Trail};
use crate::store::table::{device, meta, person, post};
use crate::store::tx::Tx;

/// Returns the revision held; 0 if there is none.
pub(super) fn revision(db: &Connection) -> Result<u64, StoreError> {
    Ok(meta::text(db, meta::DIRECTORY_REV)?
        .and_then(|rev| rev.parse().ok())
        .unwrap_or(0))
}

/// Takes a directory over. People and devices are never forgotten: old records name them.
pub(super) fn save(tx: &Tx<'_>, directory: &Directory) -> Result<(), DeviceError> {
    for entry in &directory.persons {
        person::put_announced(tx, entry.person, &entry.name, Some(entry.role.as_str()))?;
    }
    for entry in &directory.devices {
        device::put(
            tx,
            entry.device,
            entry.key.as_bytes(),
            &entry.name,
            entry.revoked,
        )?;
    }
    for entry in &directory.posts {
        let former = post::zone(tx, &entry.post)?;
        post::put(tx, &post_of(entry))?;
        if former.is_none_or(|former| former != entry.tz) {
            follow_zone(tx, &entry.post)?;
        }
    }
    Ok(meta::set(
        tx,
        meta::DIRECTORY_REV,
        directory.rev.to_string().as_bytes(),
    )?)
}

fn post_of(entry: &PostEntry) -> Post {
    let trail = |trail: &TrailEntry| Trail {
        code: trail.trail.clone(),
        name: trail.name.clone(),
    };
    Post {
        post_id: entry.post.clone(),
        name: entry.name.clone(),
        tz: entry.tz.clone(),
        lock_minutes: u32::from(entry.lock_minutes),
        details: PostDetails {
            vocabulary: Some(entry.vocabulary.clone()),
            trails: entry.trails.iter().map(trail).collect(),
        },
    }
}

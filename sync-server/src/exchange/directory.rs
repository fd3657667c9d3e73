//! The directory: persons, devices and posts, as colleagues see them.

use bitacora_core::envelope::PublicKey;
use bitacora_core::id::DeviceId;
use bitacora_core::receipt::Headquarters;
use bitacora_core::sync::ServerIdentity;
use bitacora_core::wire::{DeviceEntry, Directory, PersonEntry, PostEntry, TrailEntry};
use rusqlite::Connection;

use crate::store::table::{device, meta, person, post};
use crate::store::{StoreError, Trail};

/// Reads the directory for a device if its revision is not the one it holds.
pub(super) fn read(
    connection: &Connection,
    identity: &ServerIdentity,
    device: DeviceId,
    held_rev: u64,
) -> Result<Option<Directory>, StoreError> {
    let rev = meta::directory_rev(connection)?;
    if rev == held_rev {
        return Ok(None);
    }
    let Some(own) = device::find(connection, device)? else {
        return Ok(None);
    };
    let persons = person::all(connection)?.into_iter();
    let devices = device::all(connection)?.into_iter();
    let posts = post::find(connection, &own.post)?.into_iter();
    Ok(Some(Directory {
        rev,
        persons: persons
            .map(|person| PersonEntry {
                person: person.id,
                name: person.name,
                role: person.role,
            })
            .collect(),
        devices: devices.map(device_entry).collect(),
        posts: posts.map(post_entry).collect(),
        headquarters: meta::is_headquarters(connection)?
            .then(|| Headquarters::sign(identity.server, identity.organisation, &identity.key)),
    }))
}

fn device_entry(device: device::Device) -> DeviceEntry {
    DeviceEntry {
        device: device.id,
        key: PublicKey::new(device.public_key),
        name: device.name,
        role: device.role,
        post: device.post,
        revoked: device.revoked_at.is_some(),
    }
}

fn post_entry(post: post::Post) -> PostEntry {
    let trails = post
        .trails
        .into_iter()
        .map(|Trail { trail, name }| TrailEntry { trail, name })
        .collect();
    PostEntry {
        post: post.post,
        name: post.name,
        tz: post.tz,
        lock_minutes: post.lock_minutes,
        vocabulary: post.vocabulary,
        trails,
    }
}

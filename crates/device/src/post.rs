//! What this device has of a post: its own, or one that it was at before.

use bitacora_core::id::{PostId, ScopeId};
use chrono::{DateTime, Utc};

use crate::device::Device;
use crate::error::DeviceError;
use crate::store::table::post::{self, Post};
use crate::store::table::{beginning, encounter_row};

impl Device {
    /// Returns a post as a directory described it to this device, or as it was named at the first start; `None` if
    /// nobody has told of it.
    pub fn known_post(&self, id: &PostId) -> Result<Option<Post>, DeviceError> {
        self.with(|unlocked| Ok(post::get(unlocked.store.read(), id)?))
    }

    /// Returns how many listed records of a post have a time from a clock that nobody could check.
    pub fn clock_doubt_of(&self, post: &PostId) -> Result<u64, DeviceError> {
        let scope = ScopeId::operational(post.clone());
        self.with(|unlocked| {
            let db = unlocked.store.read();
            Ok(encounter_row::clock_doubt_in(db, &scope)?)
        })
    }

    /// Returns from when on this device has received what the post has, by the server's clock; `None` if it received
    /// all of it. Older records are here only if they were made here, or touched since: a member's device goes back
    /// 72 hours.
    pub fn received_from(&self, post: &PostId) -> Result<Option<DateTime<Utc>>, DeviceError> {
        let scope = ScopeId::operational(post.clone());
        self.with(|unlocked| Ok(beginning::of(unlocked.store.read(), &scope)?))
    }
}

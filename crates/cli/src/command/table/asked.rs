//! Which post a table is of, and the zone of its days.

use std::collections::BTreeSet;

use bitacora_core::id::PostId;
use bitacora_device::{Device, Period};
use chrono_tz::Tz;

use crate::failure::Failure;
use crate::output::say;

/// The post that a table is of.
pub(super) struct Asked {
    pub(super) post: PostId,
    /// Its name; its code, if nobody has told this device of it.
    pub(super) name: String,
    /// The zone in which its days begin and end.
    pub(super) tz: Tz,
    /// It is the device's own: whoever lists its teams speaks of this one.
    pub(super) is_own: bool,
}

impl Asked {
    /// Returns the post that is meant: the device's own, or another one of which it has records. A table of any other
    /// would say that nobody was met there.
    pub(super) fn of(device: &Device, typed: Option<PostId>) -> Result<Self, Failure> {
        let own = device.status()?.post;
        let Some(post) = typed.filter(|typed| *typed != own.post_id) else {
            let tz = own.tz.parse().unwrap_or(Tz::UTC);
            return Ok(Self {
                post: own.post_id,
                name: own.name,
                tz,
                is_own: true,
            });
        };
        expect_known(device, &own.post_id, &post)?;
        let known = device.known_post(&post)?;
        let zone = known.as_ref().and_then(|known| known.tz.parse().ok());
        let tz = zone.unwrap_or_else(|| {
            let tz = own.tz.parse().unwrap_or(Tz::UTC);
            say(format_args!(
                "The time zone of {post} is not known here; its days are those of {tz}."
            ));
            tz
        });
        Ok(Self {
            name: known.map_or_else(|| post.to_string(), |known| known.name),
            post,
            tz,
            is_own: false,
        })
    }
}

fn expect_known(device: &Device, own: &PostId, post: &PostId) -> Result<(), Failure> {
    let mut known = BTreeSet::from([own.to_string()]);
    device.for_each_packed(Period::ALL, |record, _| {
        if !known.contains(record.post_id()) {
            known.insert(record.post_id().to_owned());
        }
    })?;
    if known.contains(post.as_str()) {
        return Ok(());
    }
    let known: Vec<_> = known.into_iter().collect();
    Err(
        Failure::refused(format!("--post: nothing of {post} is on this device"))
            .next(format!("Known here: {}.", known.join(", "))),
    )
}

//! What an enrolment changes in the store.

use bitacora_core::id::{PersonId, ScopeId};

use super::Server;
use crate::device::PROVISIONAL_POST;
use crate::error::DeviceError;
use crate::store::saving::follow_zone;
use crate::store::table::post::{self, Post, PostDetails};
use crate::store::table::way::sealing;
use crate::store::table::{encounter_row, meta, person, subscription};
use crate::store::tx::Tx;
use crate::store::value;

/// Pins the server, reads its scopes, and lets what was not sent yet belong to its post. `former` is the scope of new
/// records until now, `me` who enrols.
pub(super) fn settle(
    tx: &Tx<'_>,
    server: &Server,
    former: &str,
    tz: &str,
    me: PersonId,
) -> Result<(), DeviceError> {
    let enrolment = &server.enrolment;
    let before = meta::text(tx, meta::SERVER)?;
    let before: Option<Server> = before
        .map(|text| value::from_json(&text, "server"))
        .transpose()?;
    if before.is_none_or(|before| before.key != server.key) {
        // What the server before said of itself, and the number of its directory, say nothing of this one.
        meta::remove(tx, meta::HEADQUARTERS)?;
        meta::remove(tx, meta::DIRECTORY_REV)?;
    }
    meta::set(
        tx,
        meta::SERVER,
        value::to_json(server, "server")?.as_bytes(),
    )?;
    meta::set(tx, meta::POST, enrolment.post.as_str().as_bytes())?;
    // Another post has other teams.
    meta::remove(tx, meta::TEAMS)?;
    if post::get(tx, &enrolment.post)?.is_none_or(|known| known.name == known.post_id.as_str()) {
        // Until the directory comes with the first contact.
        let (post_id, name) = (enrolment.post.clone(), enrolment.post_name.clone());
        post::put(
            tx,
            &Post {
                post_id,
                name,
                tz: tz.to_owned(),
                lock_minutes: 10,
                details: PostDetails::default(),
            },
        )?;
    }
    person::set_role(tx, me, enrolment.role.as_str())?;
    for scope in &enrolment.scopes {
        let scope: ScopeId = scope.parse().map_err(|_| {
            DeviceError::invalid(
                "scope",
                "the server named a scope that this build does not know",
            )
        })?;
        subscription::add(tx, &scope)?;
    }
    let own = ScopeId::operational(enrolment.post.clone());
    sealing::move_unsealed(tx, former, &own.to_string())?;
    sealing::move_unsealed(
        tx,
        &format!("{PROVISIONAL_POST}/operational"),
        &own.to_string(),
    )?;
    encounter_row::follow_audience(tx)?;
    follow_zone(tx, &enrolment.post)
}

//! What leaving and returning write.

use bitacora_core::content::Edit;
use bitacora_core::document::Document;
use bitacora_core::id::{DeviceId, PatrolId};
use bitacora_core::patrol::{self as documents, Departure, Header};
use bitacora_core::succession::{self, Succession};
use chrono::Datelike;
use serde_json::json;

use super::Leaving;
use crate::clock;
use crate::device::Unlocked;
use crate::environment::Environment;
use crate::error::DeviceError;
use crate::record::{load, local_time};
use crate::store::StoreError;
use crate::store::saving::{Appended, derive};
use crate::store::table::change::Kind;
use crate::store::table::{meta, patrol_row};
use crate::store::value;

impl Unlocked {
    pub(super) fn leave(
        &mut self,
        patrol_id: PatrolId,
        leaving: &Leaving,
        environment: &Environment,
    ) -> Result<(), DeviceError> {
        let post = self.post()?;
        let author = self.author(environment);
        let departed_at = local_time(author.at, &post.tz);
        let prefix = format!(
            "{}-{:02}{:02}-",
            post.post_id.short(),
            departed_at.month(),
            departed_at.day()
        );
        let number = patrol_row::with_prefix(self.store.read(), &prefix)?.saturating_add(1);
        let header = Header {
            patrol_id,
            code: format!("{prefix}{number}"),
            post_id: post.post_id.clone(),
            author_id: author.person,
            device_id: author.device,
            created_at: author.at,
            tz: post.tz,
        };
        let departure = Departure {
            departed_at,
            clock_source: clock::source(self, environment)?.to_owned(),
            leader_id: Some(author.person),
            members: leaving
                .people
                .iter()
                .copied()
                .chain([author.person])
                .collect(),
            trail_id: leaving.defaults.trail_id.clone(),
            setting: leaving.defaults.setting.clone(),
            direction: leaving.defaults.direction.clone(),
        };
        let written = documents::depart(&header, &departure, &author)?;
        let document =
            Document::from_changes([written.bytes.as_slice()]).map_err(StoreError::from)?;
        let scope = self.scope()?;
        let appended = Appended {
            id: patrol_id.into(),
            kind: Kind::PATROL,
            scope: &scope,
            written: &written,
            author: &author,
        };
        self.save_patrol(&appended, &document, environment)
    }

    /// Writes that a patrol is back now. `clock` says what vouches for that time.
    pub(super) fn come_back(
        &mut self,
        patrol_id: PatrolId,
        (zero, clock): (bool, &str),
        environment: &Environment,
    ) -> Result<(), DeviceError> {
        let (document, scope) = load(self, patrol_id.into(), Kind::PATROL)?;
        let mut author = self.author(environment);
        if !document.may_author(author.actor, &document.version()) {
            author.actor = environment.actor()?;
        }
        let returned_at = local_time(author.at, &self.post()?.tz).to_rfc3339();
        let mut patch = json!({ "returned_at": returned_at, "returned_clock": clock });
        let left_with = documents::read(&document)
            .map_err(StoreError::from)?
            .header
            .device_id;
        let carried = self.carried(left_with)?;
        if let Some(fields) = patch.as_object_mut() {
            if zero {
                fields.insert("zero_encounters".to_owned(), json!(true));
            }
            if let Some(carried) = carried {
                fields.insert("carried".to_owned(), json!(carried));
            }
        }
        let written = documents::edit(&document, &Edit::Patch(patch), &author)?;
        let written = written.ok_or(DeviceError::NotFound {
            what: "a patrol that is out",
        })?;
        let document = document
            .with_change(&written.bytes)
            .map_err(StoreError::from)?;
        let appended = Appended {
            id: patrol_id.into(),
            kind: Kind::PATROL,
            scope: &scope,
            written: &written,
            author: &author,
        };
        self.save_patrol(&appended, &document, environment)
    }

    /// Returns the word of the device that this one was when a patrol left, that it is the same phone.
    fn carried(&self, left_with: DeviceId) -> Result<Option<String>, StoreError> {
        let Some(steps) = meta::text(self.store.read(), meta::HANDED_ON)? else {
            return Ok(None);
        };
        let steps: Vec<Succession> = value::from_json(&steps, meta::HANDED_ON)?;
        Ok(succession::path(&steps, left_with, self.device))
    }

    fn save_patrol(
        &mut self,
        appended: &Appended<'_>,
        document: &Document,
        environment: &Environment,
    ) -> Result<(), DeviceError> {
        self.store.save(|saving| {
            saving.append(appended, environment)?;
            derive(
                saving.tx(),
                appended.id,
                appended.kind,
                appended.scope,
                document,
            )
        })
    }
}

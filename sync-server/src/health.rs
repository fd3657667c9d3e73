//! What is in a store, in numbers; and what was put aside.

use bitacora_core::id::{ChangeHash, DeviceId, DocumentId, PostId, ServerId};
use chrono::{DateTime, Duration, Utc};
use serde::Serialize;

use crate::server::{LaunchError, Server};
use crate::store::StoreError;
use crate::store::table::{change, device, enrol_code, figures, post};

/// A store in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Health {
    /// The server.
    pub server: ServerId,
    /// A process serves the data folder at this moment.
    pub serving: bool,
    /// Devices that were ever enrolled.
    pub devices: u64,
    /// Those that were cut off.
    pub revoked: u64,
    /// Documents.
    pub documents: u64,
    /// Rows of all logs.
    pub rows: u64,
    /// Changes that wait for others.
    pub waiting: u64,
    /// Changes that were put aside.
    pub aside: u64,
    /// Devices of which so much was put aside that of more only the name is kept: look at them, and revoke one that is
    /// not your own.
    pub quarantine_full: Vec<DeviceId>,
    /// Enrolment codes that wrong proofs spent in the last 24 hours: somebody mistypes, or guesses.
    pub codes_spent: u64,
}

/// How far back spent codes are told.
const SPENT_TOLD: Duration = Duration::hours(24);

impl Health {
    /// Returns whether nobody need look: it is served, and nothing of it is full.
    pub fn is_well(&self) -> bool {
        self.serving && self.quarantine_full.is_empty()
    }
}

/// A change that was put aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AsideView {
    /// The change.
    pub change: ChangeHash,
    /// The document that it was sent for.
    pub document: DocumentId,
    /// The device that sealed it.
    pub device: DeviceId,
    /// Why; without content.
    pub reason: String,
    /// Its length; 0 if only its name is kept.
    pub size_bytes: u64,
    /// When it was put aside.
    pub at: DateTime<Utc>,
}

impl Server {
    /// Counts what is in the store.
    pub fn health(&self) -> Result<Health, LaunchError> {
        let serving = self.is_served()?;
        let since = self.now() - SPENT_TOLD;
        let (devices, figures, codes_spent) = self.store().read(|connection| {
            let spent = enrol_code::spent_since(connection, since)?;
            Ok((device::all(connection)?, figures::read(connection)?, spent))
        })?;
        let quarantine_full = self.quarantine_full()?;
        Ok(Health {
            server: self.id(),
            serving,
            devices: devices.len() as u64,
            revoked: devices
                .iter()
                .filter(|device| device.revoked_at.is_some())
                .count() as u64,
            documents: figures.documents,
            rows: figures.rows,
            waiting: figures.waiting,
            aside: figures.aside,
            quarantine_full,
            codes_spent,
        })
    }

    /// Returns the devices whose share of the quarantine is full.
    pub fn quarantine_full(&self) -> Result<Vec<DeviceId>, StoreError> {
        self.store().read(change::named_only)
    }

    /// Lists what was put aside, newest first.
    pub fn quarantine(&self) -> Result<Vec<AsideView>, StoreError> {
        let aside = self.store().read(change::quarantine)?;
        let view = |aside: change::Aside| AsideView {
            change: aside.change,
            document: aside.document,
            device: aside.device,
            reason: aside.reason,
            size_bytes: aside.size_bytes,
            at: aside.at,
        };
        Ok(aside.into_iter().map(view).collect())
    }

    /// Returns the posts that this server serves, by their codes.
    pub fn posts(&self) -> Result<Vec<PostId>, StoreError> {
        let posts = self.store().read(post::all)?;
        Ok(posts.into_iter().map(|post| post.post).collect())
    }

    /// Returns the post if there is just one.
    pub fn only_post(&self) -> Result<Option<PostId>, StoreError> {
        let mut posts = self.posts()?;
        let first = posts.pop();
        Ok(first.filter(|_| posts.is_empty()))
    }
}

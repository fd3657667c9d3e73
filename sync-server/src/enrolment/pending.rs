//! Exchanges that began and did not end yet. In memory only: who is cut begins again with the same code.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use bitacora_core::enrol::Keys;
use bitacora_core::enrol::message::Refusal;
use chrono::{DateTime, Duration, Utc};

use crate::channel::PeerKey;

/// How long a device may take between its two messages. Two requests on the worst link take seconds.
const LIFE: Duration = Duration::minutes(5);

/// How many exchanges may be open. More at once are an attack or a mistake.
const OPEN_MAX: usize = 512;

/// The open exchanges, by the device's key: one each.
#[derive(Default)]
pub(crate) struct Pending(Mutex<HashMap<[u8; 32], Begun>>);

/// An exchange that waits for the device's proof.
pub(super) struct Begun {
    /// The code in the store.
    pub(super) code: i64,
    /// What both ends derived, if the device knows the code.
    pub(super) keys: Keys,
    /// When it began.
    pub(super) at: DateTime<Utc>,
}

impl Pending {
    /// Keeps a begun exchange; an older one of the same device is dropped.
    pub(super) fn begin(&self, peer: PeerKey, begun: Begun) -> Result<(), Refusal> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = begun.at;
        open.retain(|_, other| now.signed_duration_since(other.at).abs() < LIFE);
        if open.len() >= OPEN_MAX && !open.contains_key(&peer.0) {
            return Err(Refusal::Busy);
        }
        open.insert(peer.0, begun);
        Ok(())
    }

    /// Takes the device's exchange out: each is for one proof.
    pub(super) fn take(&self, peer: PeerKey, now: DateTime<Utc>) -> Result<Begun, Refusal> {
        let begun = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&peer.0);
        begun
            .filter(|begun| now.signed_duration_since(begun.at).abs() < LIFE)
            .ok_or(Refusal::NotStarted)
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pending(…)")
    }
}

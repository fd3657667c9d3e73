//! How many connections a device of the post holds: beyond that its newest takes the place of its oldest, so that one
//! device keeps no other out.
//!
//! Refusing the newest instead would shut out an honest phone for a minute: what a bad link left half open still counts.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::PeerKey;

/// What each device holds, the oldest first.
#[derive(Debug)]
pub(super) struct Newest {
    each_max: usize,
    held: Mutex<HashMap<[u8; 32], VecDeque<Arc<Notify>>>>,
}

/// One connection of a device; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    newest: Arc<Newest>,
    device: [u8; 32],
    replaced: Arc<Notify>,
}

impl Newest {
    /// Nobody holds anything; each may hold so many, one at least.
    pub(super) fn of(each_max: usize) -> Arc<Self> {
        Arc::new(Self {
            each_max: each_max.max(1),
            held: Mutex::default(),
        })
    }

    /// Counts one more connection of a device, and tells its oldest to end if it has its share.
    pub(super) fn hold(self: &Arc<Self>, peer: PeerKey) -> Held {
        let replaced = Arc::new(Notify::new());
        let mut held = self.lock();
        let own = held.entry(peer.0).or_default();
        while own.len() >= self.each_max {
            let Some(oldest) = own.pop_front() else { break };
            tracing::debug!(device.id = %peer.device_id(), "A connection was replaced by a newer one of its device");
            oldest.notify_one();
        }
        own.push_back(Arc::clone(&replaced));
        Held {
            newest: Arc::clone(self),
            device: peer.0,
            replaced,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<[u8; 32], VecDeque<Arc<Notify>>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Returns when a newer connection of the same device takes this one's place.
    pub(super) async fn replaced(&self) {
        self.replaced.notified().await;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = self.newest.lock();
        if let Some(own) = held.get_mut(&self.device) {
            own.retain(|other| !Arc::ptr_eq(other, &self.replaced));
            if own.is_empty() {
                held.remove(&self.device);
            }
        }
    }
}

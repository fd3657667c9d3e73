//! Who asks: decided for each request, from the key of its connection and the server's own tables.

use thiserror::Error;

use super::refused::Refused;
use crate::channel::PeerKey;
use crate::server::Server;
use crate::store::table::device::{self, Device};

impl Server {
    /// Returns the device of a key, if it is enrolled and not revoked at this moment.
    pub(super) fn caller(&self, peer: PeerKey) -> Result<Device, Refused> {
        let device = self
            .store()
            .read(|connection| device::find(connection, peer.device_id()))?;
        match device {
            None => Err(Refused::unknown_device()),
            Some(device) if device.revoked_at.is_some() => Err(Refused::revoked()),
            Some(device) => Ok(device),
        }
    }

    /// Returns the device of a key if its holder administers devices.
    pub(super) fn administrator(&self, peer: PeerKey) -> Result<Device, Refused> {
        let device = self.caller(peer)?;
        // The code's role, not the holder's by name: anybody with a code could have named the commander.
        if device.role.administers_devices() {
            Ok(device)
        } else {
            Err(Refused::role())
        }
    }
}

/// A worker that panicked.
#[derive(Debug, Error)]
#[error("a worker stopped")]
struct Stopped;

/// Runs what blocks on the database away from the threads that move bytes.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refused> + Send + 'static,
) -> Result<T, Refused> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        // A panic's words may be of a record; its place is on standard error already.
        Err(_) => Err(Refused::internal(&Stopped)),
    }
}

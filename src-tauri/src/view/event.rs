//! What the shell tells the window without being asked.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::access::AppStatus;

/// Records that changed underneath the window; it reloads just those.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RecordsChanged {
    /// Which, if `all` is false.
    pub encounter_ids: Vec<String>,
    /// Any may have changed: after an exchange nobody lists them.
    pub all: bool,
}

/// Name and payload of every event.
#[derive(Serialize, Deserialize, Type)]
pub struct Events {
    /// The app stands somewhere else than before.
    pub status_changed: AppStatus,
    /// Records changed underneath the window.
    pub records_changed: RecordsChanged,
    /// Somebody or the clock locked the device.
    pub locked: (),
}

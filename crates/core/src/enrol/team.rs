//! What a commander's device asks of its server about teams: a code, the list, a revocation.
//!
//! JSON under `/v1/team`, on the pinned channel, allowed to devices whose holder's role
//! [administers devices](super::Role::administers_devices).

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Role;
use crate::id::{DeviceId, PostId, ServerId};

/// The longest name of a device, in bytes.
pub const DEVICE_NAME_BYTES_MAX: usize = 64;

/// `POST /v1/team/codes`: asks for an enrolment code.
#[derive(Clone, Serialize, Deserialize)]
pub struct CodeRequest {
    /// The role of the person who will hold the device.
    pub role: Role,
    /// The name under which the list shows the device, such as "Cabo 17" or "Teléfono 4".
    pub device_name: String,
}

/// A new enrolment code. Shown once.
#[derive(Clone, Serialize, Deserialize)]
pub struct IssuedCode {
    /// The code as it is read aloud, `ABCD-EFGH`.
    pub code: String,
    /// When it expires by the server's clock.
    pub expires_at: DateTime<Utc>,
    /// The post that a device enrols for.
    pub post: PostId,
    /// The server's key, by its hash.
    pub server: ServerId,
    /// The text of the QR code, if the server knows an address to be reached at.
    pub invitation: Option<String>,
    /// The QR code as SVG, likewise.
    pub qr_svg: Option<String>,
}

/// `GET /v1/team`: every device of the commander's post.
#[derive(Clone, Serialize, Deserialize)]
pub struct TeamList {
    /// The server's clock when it answered.
    pub now: DateTime<Utc>,
    /// The devices, by name.
    pub devices: Vec<TeamDevice>,
}

/// One device in the commander's list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamDevice {
    /// The device.
    pub id: DeviceId,
    /// Its name, given with the code.
    pub name: String,
    /// The role given by the code.
    pub role: Role,
    /// The names of the people who announced themselves on it.
    pub people: Vec<String>,
    /// When it was enrolled.
    pub enrolled_at: DateTime<Utc>,
    /// When it last exchanged anything.
    pub last_contact_at: Option<DateTime<Utc>>,
    /// How many changes were received from it.
    pub received: u64,
    /// How many of its changes were refused.
    pub refused: u64,
    /// By how many seconds its clock was ahead of the server's at the last contact.
    pub clock_ahead_seconds: Option<i64>,
    /// The digits that both screens showed at enrolment, `012 345`.
    pub digits: String,
    /// When it was revoked, if it was.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Two devices signed with its key, or one was restored: it must be looked at.
    pub cloned: bool,
}

/// `POST /v1/team/revoke`: cuts a device off at once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RevokeRequest {
    /// The device.
    pub device: DeviceId,
}

/// The largest file of `POST /v1/frames`, in bytes.
pub const FILE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Answers `POST /v1/frames`: what became of a file of sealed records that was handed in.
///
/// Any enrolled device may hand a file in for its author: the envelopes inside are signed. The author's
/// device gets its receipts at its next contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedIn {
    /// The device that wrote the file.
    pub device: DeviceId,
    /// Changes that are durable at the server now; those that were there before included.
    pub received: u64,
    /// Changes that are kept until others come.
    pub waiting: u64,
    /// Changes that were not accepted.
    pub refused: u64,
    /// Why the rest of the file was not read, if it was not.
    pub stopped: Option<String>,
}

impl fmt::Debug for CodeRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeRequest")
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for IssuedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedCode")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TeamList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TeamList")
            .field("devices", &self.devices.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TeamDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TeamDevice")
            .field("id", &self.id)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

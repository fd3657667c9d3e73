//! How the exchange with the server stands.

use bitacora_device as device;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::convert::{moment, number, word};
use super::error::ErrorCode;

/// What a sync is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SyncPhase {
    /// Nothing is under way.
    #[default]
    Idle,
    /// Looking for the server.
    Connecting,
    /// Sending records.
    Sending,
    /// Receiving records.
    Receiving,
    /// The last try failed.
    Failed,
}

/// Where the exchange stands, counted in records.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
pub struct SyncState {
    /// What is going on.
    pub phase: SyncPhase,
    /// Records sent in this exchange.
    pub sent: u32,
    /// Records that this exchange is to send.
    pub to_send: u32,
    /// Records received in this exchange.
    pub received: u32,
    /// Why the last try failed.
    pub error: Option<ErrorCode>,
    /// The server's own word for it, if it refused.
    pub error_word: Option<String>,
    /// The same in words.
    pub error_message: Option<String>,
    /// When the next try begins by itself.
    pub next_try_at: Option<String>,
}

/// One contact with the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SyncContact {
    /// When it ended.
    pub at: String,
    /// Whether it finished.
    pub ok: bool,
    /// Records sent.
    pub sent: u32,
    /// Records received.
    pub received: u32,
    /// Why it failed.
    pub code: Option<ErrorCode>,
}

/// A file of records that the post's server accepts.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Exported {
    /// Where it lies.
    pub path: String,
    /// Of how many records it holds all that the post has not received.
    pub records: u32,
    /// Records that are not in it, or not all of them: of a post that this device has left.
    pub former: u32,
    /// Likewise: another device has this one's identity, and this one must join again first.
    pub unsealed: u32,
    /// Likewise: the file was full. They go with the next.
    pub full: u32,
}

/// What others wrote for a server that is lost, is here, and is not at the server in its place.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Absent {
    /// Records of which something is missing there.
    pub records: u32,
    /// Patrols and undone records, likewise.
    pub others: u32,
    /// Who wrote it, as far as they are known here.
    pub people: Vec<String>,
}

impl From<device::Absent> for Absent {
    fn from(absent: device::Absent) -> Self {
        Self {
            records: number(absent.records),
            others: number(absent.others),
            people: absent.people,
        }
    }
}

/// A file that was written.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Written {
    /// Where it lies.
    pub path: String,
}

impl SyncContact {
    /// Returns one contact with the server.
    pub(crate) fn of(contact: &device::Contact) -> Self {
        Self {
            at: moment(contact.at),
            ok: contact.ok,
            sent: contact.sent,
            received: contact.received,
            code: contact
                .code
                .as_deref()
                .map(|code| word(code).unwrap_or(ErrorCode::Internal)),
        }
    }
}

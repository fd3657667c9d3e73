//! What this device keeps of its enrolment.

use bitacora_core::enrol::message::Enrolment;
use bitacora_core::id::ServerId;
use serde::{Deserialize, Serialize};

use crate::device::Unlocked;
use crate::store::StoreError;
use crate::store::table::meta;
use crate::store::value;

/// The server that this device trusts, and what the device is to it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// Where it is reached.
    pub url: String,
    /// Its public key, 64 hexadecimal digits: pinned.
    pub key: String,
    /// What it told at enrolment.
    pub enrolment: Enrolment,
}

impl Server {
    /// Returns the pinned key.
    pub(crate) fn public_key(&self) -> Result<[u8; 32], StoreError> {
        use bitacora_core::id::ChangeHash;
        // 32 bytes in hexadecimal, the same form as a hash.
        let bytes: ChangeHash = self
            .key
            .parse()
            .map_err(|_| StoreError::Value { what: "server key" })?;
        Ok(*bytes.as_bytes())
    }

    /// Returns the server's id: the name of its key.
    pub(crate) fn id(&self) -> Result<ServerId, StoreError> {
        Ok(ServerId::of_key(&self.public_key()?))
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("post", &self.enrolment.post)
            .finish_non_exhaustive()
    }
}

impl Unlocked {
    /// Returns the server that this device is enrolled with.
    pub(crate) fn server(&self) -> Result<Option<Server>, StoreError> {
        let stored = meta::text(self.store.read(), meta::SERVER)?;
        stored
            .map(|text| value::from_json(&text, "server"))
            .transpose()
    }

    /// Returns that server's address.
    pub(crate) fn server_address(&self) -> Result<Option<String>, StoreError> {
        Ok(self.server()?.map(|server| server.url))
    }
}

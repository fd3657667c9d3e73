//! Enrolment as this device keeps it, and what it asks of its server besides sync.

pub(crate) mod comparison;
mod error;
mod identity;
mod join;
mod organisation;
mod settle;

use std::sync::Arc;

use bitacora_core::enrol::ServerUrl;
use bitacora_core::enrol::message::Enrolment;
use bitacora_core::envelope::PublicKey;
use bitacora_core::id::{ChangeHash, DeviceId, PersonId, ServerId};
use bitacora_core::sync::DeviceIdentity;
use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::device::{Device, Unlocked};
use crate::enrol::Enrolled;
use crate::error::{DeviceError, ErrorCode};
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
    /// Who held the device then: the code's role is this person's. Earlier builds did not note it.
    #[serde(default)]
    pub holder: Option<PersonId>,
}

impl Server {
    fn of(enrolled: &Enrolled, holder: PersonId) -> Self {
        let key = enrolled
            .server_key
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            url: enrolled.url.to_string(),
            key,
            enrolment: enrolled.enrolment.clone(),
            holder: Some(holder),
        }
    }

    /// Returns the pinned key.
    pub fn public_key(&self) -> Result<[u8; 32], StoreError> {
        // 32 bytes in hexadecimal, the same form as a hash.
        let bytes: ChangeHash = self
            .key
            .parse()
            .map_err(|_| StoreError::Value { what: "server key" })?;
        Ok(*bytes.as_bytes())
    }

    /// Returns the server's id: the name of its key.
    pub fn id(&self) -> Result<ServerId, StoreError> {
        Ok(ServerId::of_key(&self.public_key()?))
    }
}

impl Device {
    /// Returns the server that this device is enrolled with.
    pub fn server(&self) -> Result<Option<Server>, DeviceError> {
        self.with(|unlocked| Ok(unlocked.server()?))
    }

    /// Returns the pinned channel to the server.
    ///
    /// Errors with `not_allowed` and the word `digits` while a person has not compared them, or saw that they differ.
    pub fn channel(&self) -> Result<Channel, DeviceError> {
        let server = self.enrolled_server()?;
        let url: ServerUrl = server.url.parse().map_err(|_| StoreError::Value {
            what: "server address",
        })?;
        Ok(Channel::pinned(
            &url,
            server.public_key()?,
            &self.signing_key()?,
        )?)
    }

    /// Returns who this device is in an exchange, and whom it trusts. Errors as [`Device::channel`].
    pub fn identity(&self) -> Result<Arc<DeviceIdentity>, DeviceError> {
        let server = self.enrolled_server()?;
        let key = self.signing_key()?;
        Ok(Arc::new(DeviceIdentity {
            organisation: server.enrolment.organisation,
            device: DeviceId::of_key(&key.verifying_key().to_bytes()),
            key,
            server: server.id()?,
            server_key: PublicKey::new(server.public_key()?),
            build: env!("CARGO_PKG_VERSION").to_owned(),
        }))
    }

    /// Returns the server that this device may deal with.
    fn enrolled_server(&self) -> Result<Server, DeviceError> {
        let message = "this device is not enrolled yet; everything is recorded and is handed in after enrolment";
        let absent = || DeviceError::Server {
            code: ErrorCode::NotEnrolled,
            message: message.to_owned(),
        };
        let server = self.server()?.ok_or_else(absent)?;
        self.expect_compared()?;
        Ok(server)
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

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("post", &self.enrolment.post)
            .finish_non_exhaustive()
    }
}

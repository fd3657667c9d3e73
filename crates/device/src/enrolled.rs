//! Enrolment as this device keeps it, and what it asks of its server besides sync.

pub(crate) mod comparison;
mod organisation;

use std::sync::Arc;

use bitacora_core::enrol::message::{Enrolment, Refusal};
use bitacora_core::enrol::{Code, ServerUrl};
use bitacora_core::envelope::PublicKey;
use bitacora_core::id::{ChangeHash, DeviceId, PersonId, ScopeId, ServerId};
use bitacora_core::sync::DeviceIdentity;
use serde::{Deserialize, Serialize};

use crate::channel::{Channel, ChannelError};
use crate::device::{Device, PROVISIONAL_POST, Unlocked, renew_key};
use crate::enrol::{EnrolError, Enrolled, enrol};
use crate::error::{DeviceError, ErrorCode};
use crate::store::StoreError;
use crate::store::table::post::{self, Post, PostDetails};
use crate::store::table::way::sealing;
use crate::store::table::{encounter_row, meta, person, subscription};
use crate::store::tx::Tx;
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
    /// Enrols this device by a code; `expected` is the server's key hash, if a QR code gave it.
    ///
    /// What was recorded before is sent from then on. If the answer is lost, the same call with the same
    /// code gives the same enrolment while the code lives, and any fresh code does after that. A server that is
    /// reached at another address now enrols this device again, and everything is kept; one of an earlier build
    /// says that it knows it, and only the address is kept.
    pub async fn enrol(
        &self,
        url: &ServerUrl,
        code: &Code,
        expected: Option<ServerId>,
    ) -> Result<Enrolled, DeviceError> {
        self.enrol_and(url, code, expected, |_, _| Ok(())).await
    }

    /// Enrols; `also` is kept with the enrolment.
    async fn enrol_and(
        &self,
        url: &ServerUrl,
        code: &Code,
        expected: Option<ServerId>,
        also: impl Fn(&Tx<'_>, &Enrolled) -> Result<(), StoreError>,
    ) -> Result<Enrolled, DeviceError> {
        self.renew_copied_identity()?;
        let (key, me) = (self.signing_key()?, self.me()?);
        let enrolled = enrol(url, code, expected, &key, me).await;
        if let Err(EnrolError::AlreadyEnrolled { server_key }) = &enrolled {
            self.follow(url, server_key)?;
        }
        let enrolled = enrolled?;
        self.keep_and(&enrolled, also)?;
        Ok(enrolled)
    }

    /// Keeps the address at which the server that this device trusts has proved to be.
    fn follow(&self, url: &ServerUrl, server_key: &[u8; 32]) -> Result<(), DeviceError> {
        self.with(|unlocked| {
            let Some(server) = unlocked.server()? else {
                return Ok(());
            };
            if server.public_key()? != *server_key {
                return Ok(());
            }
            let url = url.to_string();
            let moved = value::to_json(&Server { url, ..server }, "server")?;
            unlocked
                .store
                .keep(|tx| Ok(meta::set(tx, meta::SERVER, moved.as_bytes())?))
        })
    }

    /// Keeps an enrolment: the server is pinned, its scopes are read, unsent records belong to its post.
    pub fn keep_enrolment(&self, enrolled: &Enrolled) -> Result<(), DeviceError> {
        self.keep_and(enrolled, |_, _| Ok(()))
    }

    fn keep_and(
        &self,
        enrolled: &Enrolled,
        also: impl Fn(&Tx<'_>, &Enrolled) -> Result<(), StoreError>,
    ) -> Result<(), DeviceError> {
        self.with(|unlocked| {
            let (me, former) = (unlocked.me, unlocked.scope()?);
            let (former_server, device) = (unlocked.server()?, unlocked.device);
            let server = Server::of(enrolled, me);
            let tz = unlocked.post()?.tz;
            unlocked.store.keep(|tx| {
                if let Some(former_server) = &former_server {
                    organisation::leave_if_another(tx, device, former_server, &server)?;
                }
                settle(tx, &server, &former, &tz, me)?;
                meta::remove(tx, meta::COMPARISON)?;
                Ok(also(tx, enrolled)?)
            })
        })
    }

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

    /// A device whose identity another phone has too gets one of its own before it enrols again.
    fn renew_copied_identity(&self) -> Result<(), DeviceError> {
        let (environment, vault_id) = (self.environment(), self.vault_id());
        self.with(|unlocked| {
            if meta::get(unlocked.store.read(), meta::COPIED)?.is_none() {
                return Ok(());
            }
            let key = renew_key(
                &mut unlocked.store,
                &unlocked.data_key,
                vault_id,
                environment,
            )?;
            unlocked.device = DeviceId::of_key(&key.verifying_key().to_bytes());
            unlocked.signing_key = key;
            unlocked.actor = environment.actor()?;
            Ok(())
        })
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

fn settle(
    tx: &Tx<'_>,
    server: &Server,
    former: &str,
    tz: &str,
    me: bitacora_core::id::PersonId,
) -> Result<(), DeviceError> {
    let enrolment = &server.enrolment;
    let before = meta::text(tx, meta::SERVER)?;
    let before: Option<Server> = before
        .map(|text| value::from_json(&text, "server"))
        .transpose()?;
    if before.is_none_or(|before| before.key != server.key) {
        // What the server before said of itself, and the number of its directory, say nothing of this one.
        meta::remove(tx, meta::HEADQUARTERS)?;
        meta::remove(tx, meta::DIRECTORY_REV)?;
    }
    meta::set(
        tx,
        meta::SERVER,
        value::to_json(server, "server")?.as_bytes(),
    )?;
    meta::set(tx, meta::POST, enrolment.post.as_str().as_bytes())?;
    // Another post has other teams.
    meta::remove(tx, meta::TEAMS)?;
    if post::get(tx, &enrolment.post)?.is_none_or(|known| known.name == known.post_id.as_str()) {
        // Until the directory comes with the first contact.
        let (post_id, name) = (enrolment.post.clone(), enrolment.post_name.clone());
        post::put(
            tx,
            &Post {
                post_id,
                name,
                tz: tz.to_owned(),
                lock_minutes: 10,
                details: PostDetails::default(),
            },
        )?;
    }
    person::set_role(tx, me, enrolment.role.as_str())?;
    for scope in &enrolment.scopes {
        let scope: ScopeId = scope.parse().map_err(|_| {
            DeviceError::invalid(
                "scope",
                "the server named a scope that this build does not know",
            )
        })?;
        subscription::add(tx, &scope)?;
    }
    let own = ScopeId {
        post: enrolment.post.clone(),
        compartment: bitacora_core::id::Compartment::Operational,
    };
    sealing::move_unsealed(tx, former, &own.to_string())?;
    sealing::move_unsealed(
        tx,
        &format!("{PROVISIONAL_POST}/operational"),
        &own.to_string(),
    )?;
    encounter_row::follow_audience(tx)?;
    Ok(())
}

impl From<ChannelError> for DeviceError {
    fn from(error: ChannelError) -> Self {
        let message = error.to_string();
        let code = match error {
            ChannelError::Refused(answer) => {
                return Self::Refused {
                    word: answer.code,
                    message,
                };
            }
            ChannelError::WrongServer => ErrorCode::ServerKeyChanged,
            ChannelError::Unreachable(_) | ChannelError::Broken(_) | ChannelError::Stalled => {
                ErrorCode::NoNetwork
            }
            ChannelError::Malformed(_) => ErrorCode::ServerUnknown,
            ChannelError::Key(_) | ChannelError::Tls(_) => ErrorCode::Internal,
        };
        Self::Server { code, message }
    }
}

impl From<EnrolError> for DeviceError {
    fn from(error: EnrolError) -> Self {
        let message = error.to_string();
        let code = match error {
            EnrolError::Channel(error) => return error.into(),
            EnrolError::Refused(refusal) => return refused(refusal, message),
            EnrolError::AlreadyEnrolled { .. } => {
                return refused(Refusal::AlreadyEnrolled, message);
            }
            EnrolError::ServerNotProved => ErrorCode::CodeWrong,
            EnrolError::ForeignServer => ErrorCode::ServerKeyChanged,
        };
        Self::Server { code, message }
    }
}

fn refused(refusal: Refusal, message: String) -> DeviceError {
    let word = refusal.as_str().to_owned();
    DeviceError::Refused { word, message }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("post", &self.enrolment.post)
            .finish_non_exhaustive()
    }
}

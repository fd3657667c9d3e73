//! Joining a server by a code, and keeping what came of it.

use bitacora_core::enrol::message::Refusal;
use bitacora_core::enrol::{Code, ServerUrl};
use bitacora_core::id::ServerId;
use ed25519_dalek::SigningKey;

use super::{Server, organisation, settle};
use crate::device::Device;
use crate::enrol::{EnrolError, Enrolled, enrol};
use crate::error::DeviceError;
use crate::store::StoreError;
use crate::store::table::meta;
use crate::store::tx::Tx;
use crate::store::value;

/// Further keys with which a device asks that is told that it was cut off: the one that it kept may be, too.
const OTHER_KEYS_MAX: u32 = 2;

impl Device {
    /// Enrols this device by a code; `expected` is the server's key hash, if a QR code gave it.
    ///
    /// What was recorded before is sent from then on. If the answer is lost, the same call with the same
    /// code gives the same enrolment while the code lives, and any fresh code does after that. A server that is
    /// reached at another address now enrols this device again, and everything is kept; one of an earlier build
    /// says that it knows it, and only the address is kept.
    ///
    /// A device that this server has cut off, that was copied, or whose digits differed, joins as another device: with a
    /// key that nobody has revoked (docs/decisions/0093). It is who it was until that has succeeded.
    ///
    /// Errors with `not_allowed` and the word `former_post` where the server is another post's and this device holds
    /// what only the former post may be told; the code serves again once that is handed in there or taken out.
    pub async fn enrol(
        &self,
        url: &ServerUrl,
        code: &Code,
        expected: Option<ServerId>,
    ) -> Result<Enrolled, DeviceError> {
        self.enrol_and(url, code, expected, |_, _| Ok(())).await
    }

    /// Enrols; `also` is kept with the enrolment.
    pub(super) async fn enrol_and(
        &self,
        url: &ServerUrl,
        code: &Code,
        expected: Option<ServerId>,
        also: impl Fn(&Tx<'_>, &Enrolled) -> Result<(), StoreError>,
    ) -> Result<Enrolled, DeviceError> {
        let mut key = self.key_to_join()?;
        let mut enrolled = self.ask_to_enrol(url, code, expected, &key).await?;
        for _ in 0..OTHER_KEYS_MAX {
            // Anybody can say so. Whoever takes another key has proved that it issued the code.
            let Err(EnrolError::Refused(Refusal::Revoked)) = &enrolled else {
                break;
            };
            key = self.next_key(Some(&key))?;
            enrolled = self.ask_to_enrol(url, code, expected, &key).await?;
        }
        if let Err(EnrolError::AlreadyEnrolled { server_key }) = &enrolled {
            self.follow(url, server_key)?;
        }
        let enrolled = enrolled?;
        self.keep_and(&enrolled, &key, also)?;
        Ok(enrolled)
    }

    /// Asks once, with a key.
    async fn ask_to_enrol(
        &self,
        url: &ServerUrl,
        code: &Code,
        expected: Option<ServerId>,
        key: &SigningKey,
    ) -> Result<Result<Enrolled, EnrolError>, DeviceError> {
        let me = self.me()?;
        Ok(enrol(url, code, expected, key, me).await)
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

    /// Keeps an enrolment under the key that [`Device::enrol`] asks with first: the server is pinned, its scopes are read,
    /// unsent records belong to its post.
    pub fn keep_enrolment(&self, enrolled: &Enrolled) -> Result<(), DeviceError> {
        self.keep_and(enrolled, &self.key_to_join()?, |_, _| Ok(()))
    }

    fn keep_and(
        &self,
        enrolled: &Enrolled,
        key: &SigningKey,
        also: impl Fn(&Tx<'_>, &Enrolled) -> Result<(), StoreError>,
    ) -> Result<(), DeviceError> {
        self.with(|unlocked| {
            let becomes = self.becomes(unlocked, key)?;
            let (me, former) = (unlocked.me, unlocked.scope()?);
            let (former_server, device) = (unlocked.server()?, unlocked.device);
            let server = Server::of(enrolled, me);
            let tz = unlocked.post()?.tz;
            unlocked.store.keep(|tx| {
                if let Some(former_server) = &former_server {
                    let former = (former_server, former.as_str());
                    organisation::leave_if_another(tx, device, former, &server)?;
                }
                if let Some(becomes) = &becomes {
                    becomes.keep(tx)?;
                }
                settle::settle(tx, &server, &former, &tz, me)?;
                meta::remove(tx, meta::COMPARISON)?;
                Ok(also(tx, enrolled)?)
            })?;
            if let Some(becomes) = becomes {
                becomes.take_effect(unlocked);
            }
            Ok(())
        })
    }
}

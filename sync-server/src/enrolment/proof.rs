//! The two steps of a device that wants to be enrolled.

use bitacora_core::enrol::message::{
    Enrolment, FinishAnswer, FinishRequest, PAKE_MESSAGE_BYTES, Refusal, StartAnswer, StartRequest,
    VERSION,
};
use bitacora_core::enrol::{DEVICE_IDENTITY, Keys, SERVER_IDENTITY, Transcript};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Transaction};
use spake2::{Ed25519Group, Identity, Password, Spake2};

use super::EnrolmentError;
use super::pending::Begun;
use crate::channel::PeerKey;
use crate::server::Server;
use crate::store::StoreError;
use crate::store::table::device::{self, Device};
use crate::store::table::enrol_code::{self, EnrolCode};
use crate::store::table::{meta, person, post, scope};

impl Server {
    /// Answers the first step. Nothing is spent: neither message lets anybody test a guess.
    pub(crate) fn start_enrolment(
        &self,
        peer: PeerKey,
        request: &StartRequest,
    ) -> Result<StartAnswer, EnrolmentError> {
        if request.version != VERSION {
            return Err(Refusal::Version.into());
        }
        let now = self.now();
        let code = self
            .store()
            .read(|connection| Ok(usable_code(connection, peer, &request.nameplate, now)))??;
        let password = code.password.as_deref().ok_or(Refusal::CodeExpired)?;
        let (pake, keys) = self.exchange(peer, request, password)?;
        self.pending().begin(
            peer,
            Begun {
                code: code.key,
                keys,
                at: now,
            },
        )?;
        Ok(StartAnswer { pake })
    }

    fn exchange(
        &self,
        peer: PeerKey,
        request: &StartRequest,
        password: &str,
    ) -> Result<(Vec<u8>, Keys), Refusal> {
        if request.pake.len() != PAKE_MESSAGE_BYTES {
            return Err(Refusal::Version);
        }
        let (exchange, server_message) = Spake2::<Ed25519Group>::start_b(
            &Password::new(password),
            &Identity::new(DEVICE_IDENTITY),
            &Identity::new(SERVER_IDENTITY),
        );
        let shared = exchange
            .finish(&request.pake)
            .map_err(|_| Refusal::Version)?;
        let transcript = Transcript {
            device_key: &peer.0,
            server_key: &self.public_key(),
            nameplate: &request.nameplate,
            device_message: &request.pake,
            server_message: &server_message,
        };
        let keys = transcript.keys(shared);
        Ok((server_message, keys))
    }

    /// Answers the second step: enrols the device, or spends the code.
    pub(crate) fn finish_enrolment(
        &self,
        peer: PeerKey,
        request: &FinishRequest,
    ) -> Result<FinishAnswer, EnrolmentError> {
        let now = self.now();
        let begun = self.pending().take(peer, now)?;
        if !begun.keys.is_device_proof(&request.proof) {
            self.store()
                .write::<_, StoreError>(|tx| enrol_code::spend(tx, begun.code, now))?;
            tracing::warn!("An enrolment code was spent by a wrong proof");
            return Err(Refusal::CodeWrong.into());
        }
        let enrolment = self
            .store()
            .write(|tx| self.enrol(tx, peer, &begun, request, now))?;
        tracing::info!(device.id = %peer.device_id(), role = %enrolment.role, "A device was enrolled");
        Ok(FinishAnswer {
            proof: begun.keys.server_proof().to_vec(),
            enrolment,
        })
    }

    fn enrol(
        &self,
        tx: &Transaction<'_>,
        peer: PeerKey,
        begun: &Begun,
        request: &FinishRequest,
        now: DateTime<Utc>,
    ) -> Result<Enrolment, EnrolmentError> {
        let id = peer.device_id();
        let code = enrol_code::by_key(tx, begun.code)?.ok_or(Refusal::CodeForeign)?;
        check(tx, peer, &code, now)?;
        if code.used_by.is_none() {
            if !enrol_code::use_for(tx, code.key, id, now)? {
                return Err(Refusal::CodeUsed.into());
            }
            let enrolled = new_device(peer, &code, begun, request, now);
            match device::find(tx, id)? {
                None => device::insert(tx, &enrolled)?,
                Some(former) => enrol_again(tx, &former, &enrolled)?,
            }
            scope::grant_post(tx, id, code.post.as_str())?;
            meta::directory_altered(tx)?;
        } else {
            // Its answer was lost: who asks now is who holds it and gets the role.
            device::set_holder(tx, id, request.person)?;
            // The answer was lost and this exchange has digits of its own: both screens must show the same.
            device::set_digits(tx, id, begun.keys.digits())?;
        }
        person::promote(tx, request.person, code.role)?;
        self.describe(tx, peer, code)
    }

    fn describe(
        &self,
        tx: &Transaction<'_>,
        peer: PeerKey,
        code: EnrolCode,
    ) -> Result<Enrolment, EnrolmentError> {
        let post = post::find(tx, &code.post)?.ok_or(StoreError::Unreadable("post"))?;
        let scopes = scope::of_device(tx, peer.device_id())?;
        Ok(Enrolment {
            organisation: self.meta().organisation,
            organisation_name: self.meta().organisation_name.clone(),
            post: code.post,
            post_name: post.name,
            device_name: code.device_name,
            role: code.role,
            scopes: scopes
                .iter()
                .map(|granted| granted.scope.to_string())
                .collect(),
        })
    }
}

/// Enrols a device that is known: its first answer was lost with its code, or it is to be something else now.
fn enrol_again(tx: &Transaction<'_>, former: &Device, new: &Device) -> Result<(), StoreError> {
    if former.role.reads_from_the_beginning() && !new.role.reads_from_the_beginning() {
        // It holds the whole log and goes on from there: a later mark would end its sync.
        scope::fix_marks(tx, new.id, 0)?;
    }
    device::enrol_again(tx, new)
}

fn new_device(
    peer: PeerKey,
    code: &EnrolCode,
    begun: &Begun,
    request: &FinishRequest,
    now: DateTime<Utc>,
) -> Device {
    Device {
        id: peer.device_id(),
        public_key: peer.0,
        name: code.device_name.clone(),
        role: code.role,
        post: code.post.clone(),
        holder: request.person,
        digits: begun.keys.digits(),
        enrolled_at: now,
        last_contact_at: None,
        clock_ahead_seconds: None,
        received: 0,
        refused: 0,
        cloned: false,
        revoked_at: None,
    }
}

fn usable_code(
    connection: &Connection,
    peer: PeerKey,
    nameplate: &str,
    now: DateTime<Utc>,
) -> Result<EnrolCode, EnrolmentError> {
    let code = enrol_code::by_nameplate(connection, nameplate)?.ok_or(Refusal::CodeForeign)?;
    check(connection, peer, &code, now)?;
    Ok(code)
}

/// Refuses a code that this device may not use now. Its own used code is good while it lives: the answer
/// may have been lost. A fresh one is good for a device that is known, too: whether the answer to the former
/// ever arrived, only the device can tell.
fn check(
    connection: &Connection,
    peer: PeerKey,
    code: &EnrolCode,
    now: DateTime<Utc>,
) -> Result<(), EnrolmentError> {
    let id = peer.device_id();
    let own = code.used_by == Some(id);
    if device::find(connection, id)?.is_some_and(|device| device.revoked_at.is_some()) {
        return Err(Refusal::Revoked.into());
    }
    if code.used_by.is_some() && !own {
        return Err(Refusal::CodeUsed.into());
    }
    if code.spent {
        return Err(Refusal::CodeWrong.into());
    }
    if code.expires_at <= now {
        return Err(Refusal::CodeExpired.into());
    }
    Ok(())
}

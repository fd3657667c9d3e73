//! The device's end of enrolment: a typed or scanned code becomes trust in one server's key.
//!
//! The device's key is made and stored *before* [`enrol`] is called. If the answer is lost, the same
//! call with the same key and code gives the same enrolment while the code lives.

mod team;

use std::fmt;

use bitacora_core::enrol::message::{
    Enrolment, FinishAnswer, FinishRequest, Refusal, StartAnswer, StartRequest, VERSION,
};
use bitacora_core::enrol::{
    Code, DEVICE_IDENTITY, Digits, Keys, SERVER_IDENTITY, ServerUrl, Transcript,
};
use bitacora_core::id::{PersonId, ServerId};
use ed25519_dalek::SigningKey;
use spake2::{Ed25519Group, Identity, Password, Spake2};
use thiserror::Error;

use crate::channel::{Channel, ChannelError};

/// A server that proved to know the code, and what this device is to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// Where it was reached.
    pub url: ServerUrl,
    /// Its public key: pinned from now on.
    pub server_key: [u8; 32],
    /// The digits that the server's list shows too.
    pub digits: Digits,
    /// What this device is now.
    pub enrolment: Enrolment,
}

/// Why a device was not enrolled. Nothing changed on it.
#[derive(Debug, Error)]
pub enum EnrolError {
    /// The server refused, for one of the named reasons.
    #[error("{0}")]
    Refused(Refusal),
    /// The server knows this device: no code is needed.
    #[error("{}", Refusal::AlreadyEnrolled)]
    AlreadyEnrolled {
        /// The key that the server at the address has proved to hold.
        server_key: [u8; 32],
    },
    /// The server at the address is not the one of the QR code.
    #[error(
        "the server at this address is not the one that issued this code; nothing was told to it"
    )]
    ForeignServer,
    /// The server did not prove that it knows the code: a wrong code, or somebody in between.
    #[error("the server could not prove that it issued this code; nothing was told to it")]
    ServerNotProved,
    /// The server could not be asked.
    #[error(transparent)]
    Channel(#[from] ChannelError),
}

/// Enrols this device at the server by a code; `expected` is the server's key hash, if a QR code gave it.
///
/// `me` is the person who holds the device and gets the role that the code was issued for.
pub async fn enrol(
    url: &ServerUrl,
    code: &Code,
    expected: Option<ServerId>,
    device_key: &SigningKey,
    me: PersonId,
) -> Result<Enrolled, EnrolError> {
    let channel = Channel::learning(url, expected, device_key)?;
    let joined = join(&channel, code, device_key, me).await;
    let (keys, server_key, enrolment) = joined.map_err(|error| known(error, &channel))?;
    Ok(Enrolled {
        url: url.clone(),
        server_key,
        digits: keys.digits(),
        enrolment,
    })
}

/// Adds to the word that this device is known which server said so: its key is proved by the connection.
fn known(error: EnrolError, channel: &Channel) -> EnrolError {
    match (error, channel.server_key()) {
        (EnrolError::Refused(Refusal::AlreadyEnrolled), Some(server_key)) => {
            EnrolError::AlreadyEnrolled { server_key }
        }
        (other, _) => other,
    }
}

async fn join(
    channel: &Channel,
    code: &Code,
    device_key: &SigningKey,
    me: PersonId,
) -> Result<(Keys, [u8; 32], Enrolment), EnrolError> {
    let (keys, server_key) = agree(channel, code, device_key).await?;
    let request = FinishRequest {
        proof: keys.device_proof().to_vec(),
        person: me,
    };
    let answer: FinishAnswer = channel
        .ask("/v1/enrol/finish", &request)
        .await
        .map_err(refusal)?;
    if !keys.is_server_proof(&answer.proof) {
        return Err(EnrolError::ServerNotProved);
    }
    Ok((keys, server_key, answer.enrolment))
}

async fn agree(
    channel: &Channel,
    code: &Code,
    device_key: &SigningKey,
) -> Result<(Keys, [u8; 32]), EnrolError> {
    let (exchange, device_message) = Spake2::<Ed25519Group>::start_a(
        &Password::new(code.password()),
        &Identity::new(DEVICE_IDENTITY),
        &Identity::new(SERVER_IDENTITY),
    );
    let request = StartRequest {
        version: VERSION,
        nameplate: code.nameplate().to_owned(),
        pake: device_message.clone(),
    };
    let answer: StartAnswer = channel
        .ask("/v1/enrol/start", &request)
        .await
        .map_err(refusal)?;
    let shared = exchange
        .finish(&answer.pake)
        .map_err(|_| EnrolError::ServerNotProved)?;
    let server_key = channel.server_key().ok_or(EnrolError::ServerNotProved)?;
    let transcript = Transcript {
        device_key: &device_key.verifying_key().to_bytes(),
        server_key: &server_key,
        nameplate: code.nameplate(),
        device_message: &device_message,
        server_message: &answer.pake,
    };
    Ok((transcript.keys(shared), server_key))
}

fn refusal(error: ChannelError) -> EnrolError {
    match error {
        ChannelError::WrongServer => EnrolError::ForeignServer,
        ChannelError::Refused(answer) => match Refusal::from_word(&answer.code) {
            Some(refusal) => EnrolError::Refused(refusal),
            None => EnrolError::Channel(ChannelError::Refused(answer)),
        },
        other => EnrolError::Channel(other),
    }
}

impl fmt::Debug for Enrolled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Enrolled")
            .field("server", &ServerId::of_key(&self.server_key))
            .field("post", &self.enrolment.post)
            .finish_non_exhaustive()
    }
}

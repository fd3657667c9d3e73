//! The device's end of the channel: mutual TLS 1.3 to one server, known by its key.
//!
//! Names, dates and certificate authorities are ignored; the server's key is pinned, and its signature
//! over the handshake really verified. Only during enrolment the key is learned first, and nothing but
//! public values is sent before the enrolment code has proved it.
//!
//! A [`Channel`] keeps its connection and resumes its TLS session. No total time ends a request: a link
//! without progress for [`limit::STALL`] does.

mod certificate;
pub mod limit;
mod pin;
mod upload;

pub use upload::Upload;

use std::fmt;
use std::sync::Arc;

use bitacora_core::enrol::ServerUrl;
use bitacora_core::enrol::message::ErrorAnswer;
use bitacora_core::id::ServerId;
use bytes::{Bytes, BytesMut};
use ed25519_dalek::SigningKey;
use reqwest::{Method, Response, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use pin::Pin;

/// A connection, kept open, to one server.
#[derive(Clone)]
pub struct Channel {
    client: reqwest::Client,
    base: ServerUrl,
    pin: Arc<Pin>,
}

/// The answer to an exchange, piece by piece as it arrives.
pub struct Answer {
    response: Response,
}

/// Why the server could not be asked, or what it answered instead.
#[derive(Debug, Error)]
pub enum ChannelError {
    /// This device's key could not be made into a certificate.
    #[error("this device's key could not be used for a connection")]
    Key(#[from] rcgen::Error),
    /// The TLS library refused the configuration.
    #[error("a secure connection could not be prepared")]
    Tls(#[from] rustls::Error),
    /// The server that answers has another key than the one that was enrolled with.
    #[error(
        "the server at this address is not the one this device was enrolled at; nothing was sent"
    )]
    WrongServer,
    /// Nobody answers.
    #[error("the server cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    /// The link broke or stood still.
    #[error("the connection was lost")]
    Broken(#[source] reqwest::Error),
    /// Nothing moved for a minute.
    #[error("the connection stood still")]
    Stalled,
    /// The server refused, with a code and a sentence.
    #[error("the server refused: {} ({})", .0.message, .0.code)]
    Refused(ErrorAnswer),
    /// The answer is not what this version understands.
    #[error("the server's answer is not understood (status {0})")]
    Malformed(u16),
}

impl Channel {
    /// Prepares a channel to the server with this key. Nothing is sent yet.
    pub fn pinned(
        url: &ServerUrl,
        server_key: [u8; 32],
        device_key: &SigningKey,
    ) -> Result<Self, ChannelError> {
        Self::prepare(url, Pin::known(server_key), device_key)
    }

    /// Prepares a channel that learns the server's key at its first contact and keeps to it.
    pub(crate) fn learning(
        url: &ServerUrl,
        expected: Option<ServerId>,
        device_key: &SigningKey,
    ) -> Result<Self, ChannelError> {
        Self::prepare(url, Pin::learning(expected), device_key)
    }

    /// Returns the key of the server that was reached.
    pub(crate) fn server_key(&self) -> Option<[u8; 32]> {
        self.pin.key()
    }

    fn prepare(url: &ServerUrl, pin: Pin, device_key: &SigningKey) -> Result<Self, ChannelError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let pin = Arc::new(pin.with_provider(&provider));
        let (chain, private_key) = certificate::self_signed(device_key)?;
        let mut tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&pin) as _)
            .with_client_auth_cert(chain, private_key)?;
        // The server has no name; sending one would tell the link where this phone belongs.
        tls.enable_sni = false;
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .http1_only()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .tcp_nodelay(true)
            .connect_timeout(limit::CONNECT)
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(limit::IDLE)
            .build()
            .map_err(ChannelError::Unreachable)?;
        Ok(Self {
            client,
            base: url.clone(),
            pin,
        })
    }

    /// Sends an upload to the exchange and returns its answer, to be read piece by piece.
    pub async fn exchange(&self, upload: Upload) -> Result<Answer, ChannelError> {
        let (body, progress) = upload.into_body();
        let request = self
            .client
            .post(self.address("/v1/exchange"))
            .body(body)
            .send();
        let response = progress
            .unless_stalled(request)
            .await
            .ok_or(ChannelError::Stalled)?;
        Ok(Answer {
            response: self
                .accepted(response.map_err(|error| self.failed(error))?)
                .await?,
        })
    }

    /// Sends JSON and reads the JSON that answers it.
    pub(crate) async fn ask<Q: Serialize, A: DeserializeOwned>(
        &self,
        path: &str,
        question: &Q,
    ) -> Result<A, ChannelError> {
        let body = serde_json::to_vec(question).map_err(|_| ChannelError::Malformed(0))?;
        let request = self
            .client
            .post(self.address(path))
            .header(header::CONTENT_TYPE, "application/json")
            .body(body);
        self.json(request).await
    }

    /// Sends bytes, however long the link takes, and reads the JSON that answers them.
    pub(crate) async fn ask_bytes<A: DeserializeOwned>(
        &self,
        path: &str,
        bytes: Vec<u8>,
    ) -> Result<A, ChannelError> {
        let (body, progress) = Upload::in_pieces(bytes.into()).into_body();
        let request = self
            .client
            .post(self.address(path))
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .body(body)
            .send();
        let response = progress.unless_stalled(request).await;
        let response = response.ok_or(ChannelError::Stalled)?;
        self.json_of(response.map_err(|error| self.failed(error))?)
            .await
    }

    /// Reads JSON.
    pub(crate) async fn read<A: DeserializeOwned>(&self, path: &str) -> Result<A, ChannelError> {
        self.json(self.client.request(Method::GET, self.address(path)))
            .await
    }

    async fn json<A: DeserializeOwned>(
        &self,
        request: reqwest::RequestBuilder,
    ) -> Result<A, ChannelError> {
        let response = tokio::time::timeout(limit::STALL, request.send())
            .await
            .map_err(|_| ChannelError::Stalled)?;
        self.json_of(response.map_err(|error| self.failed(error))?)
            .await
    }

    async fn json_of<A: DeserializeOwned>(&self, response: Response) -> Result<A, ChannelError> {
        let response = self.accepted(response).await?;
        let status = response.status();
        let body = body_of(response, limit::JSON_BYTES_MAX).await?;
        serde_json::from_slice(&body).map_err(|_| ChannelError::Malformed(status.as_u16()))
    }

    async fn accepted(&self, response: Response) -> Result<Response, ChannelError> {
        let status = response.status();
        if status == StatusCode::OK {
            return Ok(response);
        }
        let body = body_of(response, limit::REFUSAL_BYTES_MAX).await?;
        let refusal =
            serde_json::from_slice(&body).map_err(|_| ChannelError::Malformed(status.as_u16()))?;
        Err(ChannelError::Refused(refusal))
    }

    fn failed(&self, error: reqwest::Error) -> ChannelError {
        let error = error.without_url();
        if self.pin.met_another_key() {
            ChannelError::WrongServer
        } else if error.is_connect() {
            ChannelError::Unreachable(error)
        } else {
            ChannelError::Broken(error)
        }
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

impl Answer {
    /// Returns the next piece, or none at the end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, ChannelError> {
        let piece = tokio::time::timeout(limit::STALL, self.response.chunk())
            .await
            .map_err(|_| ChannelError::Stalled)?;
        piece.map_err(|error| ChannelError::Broken(error.without_url()))
    }
}

async fn body_of(mut response: Response, bytes_max: usize) -> Result<BytesMut, ChannelError> {
    let status = response.status().as_u16();
    let mut body = BytesMut::new();
    loop {
        let piece = tokio::time::timeout(limit::STALL, response.chunk())
            .await
            .map_err(|_| ChannelError::Stalled)?;
        match piece.map_err(|error| ChannelError::Broken(error.without_url()))? {
            None => return Ok(body),
            Some(piece) if body.len() + piece.len() > bytes_max => {
                return Err(ChannelError::Malformed(status));
            }
            Some(piece) => body.extend_from_slice(&piece),
        }
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel")
            .field("pin", &self.pin)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.response.status())
            .finish_non_exhaustive()
    }
}

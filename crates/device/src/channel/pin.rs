//! The pin: which key the server must have.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use bitacora_core::id::ServerId;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, PeerIncompatible, SignatureScheme};

use super::certificate;

/// The key that the server must have; or, while it is learned, what is known of it.
#[derive(Debug)]
pub(super) struct Pin {
    key: OnceLock<[u8; 32]>,
    expected: Option<ServerId>,
    met_another_key: AtomicBool,
    algorithms: Option<WebPkiSupportedAlgorithms>,
}

impl Pin {
    /// Only this key.
    pub(super) fn known(key: [u8; 32]) -> Self {
        Self {
            key: OnceLock::from(key),
            ..Self::learning(None)
        }
    }

    /// The first key that is met, if it has the expected hash; from then on only this.
    pub(super) fn learning(expected: Option<ServerId>) -> Self {
        Self {
            key: OnceLock::new(),
            expected,
            met_another_key: AtomicBool::new(false),
            algorithms: None,
        }
    }

    /// Sets how signatures are verified.
    pub(super) fn with_provider(mut self, provider: &Arc<CryptoProvider>) -> Self {
        self.algorithms = Some(provider.signature_verification_algorithms);
        self
    }

    /// Returns the key of the server, if it is known by now.
    pub(super) fn key(&self) -> Option<[u8; 32]> {
        self.key.get().copied()
    }

    /// Returns whether the last server that answered has another key.
    pub(super) fn met_another_key(&self) -> bool {
        self.met_another_key.load(Ordering::Relaxed)
    }

    fn admits(&self, key: [u8; 32]) -> bool {
        let expected = self
            .expected
            .is_none_or(|expected| expected == ServerId::of_key(&key));
        expected && *self.key.get_or_init(|| key) == key
    }
}

impl ServerCertVerifier for Pin {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if certificate::key_of(end_entity).is_some_and(|key| self.admits(key)) {
            self.met_another_key.store(false, Ordering::Relaxed);
            return Ok(ServerCertVerified::assertion());
        }
        self.met_another_key.store(true, Ordering::Relaxed);
        Err(Error::InvalidCertificate(
            CertificateError::ApplicationVerificationFailure,
        ))
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::PeerIncompatible(PeerIncompatible::Tls12NotOffered))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = self
            .algorithms
            .as_ref()
            .ok_or(Error::General("no signature algorithms".to_owned()))?;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }
}

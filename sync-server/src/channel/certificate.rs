//! Keys as certificates: the form in which TLS carries them.

use std::fmt;

use bitacora_core::id::{DeviceId, ServerId};
use ed25519_dalek::SigningKey;
use rcgen::{CertificateParams, DistinguishedName, KeyPair, PKCS_ED25519};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use thiserror::Error;
use zeroize::Zeroizing;

/// What precedes the 32 bytes of an Ed25519 seed in PKCS #8 (RFC 8410).
const PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
];

/// What precedes the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410).
const SPKI_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];

/// The Ed25519 public key that the other end of a connection proved to hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PeerKey(pub [u8; 32]);

/// Why a key could not be made into a certificate.
#[derive(Debug, Error)]
pub enum CertificateError {
    /// The certificate could not be made.
    #[error("the server's certificate could not be made")]
    Certificate(#[from] rcgen::Error),
    /// The TLS library refused it.
    #[error("the server's key was refused by the TLS library")]
    Tls(#[from] rustls::Error),
}

impl PeerKey {
    /// Returns the id of a device with this key.
    pub fn device_id(&self) -> DeviceId {
        DeviceId::of_key(&self.0)
    }

    /// Returns the id of a server with this key.
    pub fn server_id(&self) -> ServerId {
        ServerId::of_key(&self.0)
    }

    /// Reads the key of a certificate; none if it is malformed or has another kind of key.
    pub(super) fn of_certificate(certificate: &CertificateDer<'_>) -> Option<Self> {
        let parsed = webpki::EndEntityCert::try_from(certificate).ok()?;
        let spki = parsed.subject_public_key_info();
        let key = spki.as_ref().strip_prefix(&SPKI_PREFIX)?;
        key.try_into().ok().map(Self)
    }
}

impl fmt::Debug for PeerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PeerKey({})", self.device_id())
    }
}

/// Returns a certificate that says nothing but the key, and the private key as TLS wants it.
pub(super) fn self_signed(
    key: &SigningKey,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), CertificateError> {
    let seed = Zeroizing::new(key.to_bytes());
    let pkcs8 = Zeroizing::new([PKCS8_PREFIX.as_slice(), seed.as_slice()].concat());
    let der = PrivatePkcs8KeyDer::from(pkcs8.to_vec());
    let pair = KeyPair::from_pkcs8_der_and_sign_algo(&der, &PKCS_ED25519)?;
    let mut params = CertificateParams::default();
    // No name: it would be sent at every handshake and nobody reads it.
    params.distinguished_name = DistinguishedName::new();
    let certificate = params.self_signed(&pair)?;
    Ok((vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(der)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

    use super::*;

    #[test]
    fn the_key_is_read_back_from_its_certificate() {
        let key = SigningKey::from_bytes(&[9; 32]);
        let (chain, _) = self_signed(&key).unwrap();
        let read = PeerKey::of_certificate(chain.first().unwrap()).unwrap();
        assert_eq!(
            read.0,
            key.verifying_key().to_bytes(),
            "the identity is the key, byte for byte"
        );
    }

    #[test]
    fn other_keys_and_noise_are_not_read() {
        let p256 = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
        let certificate = CertificateParams::default().self_signed(&p256).unwrap();
        assert_eq!(
            PeerKey::of_certificate(certificate.der()),
            None,
            "only Ed25519 keys are identities here"
        );
        assert_eq!(
            PeerKey::of_certificate(&CertificateDer::from(vec![0x30, 3, 1, 1, 1])),
            None,
            "noise is not a key"
        );
    }
}

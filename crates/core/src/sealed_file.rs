//! Records on their way by hand: a file that one server can open and nobody else.
//!
//! Each section is one whole request of an exchange, byte for byte as it would go over the link, so that
//! the receiver admits it by the same code. Layout:
//!
//! ```text
//! "bitacora records 1\n" | server id 16 | device id 16 | ephemeral X25519 key 32 |
//! then per section: length u32 big-endian | XChaCha20-Poly1305(section)
//! ```
//!
//! The key is HKDF-SHA256 over the X25519 secret between the ephemeral key and the server's Ed25519 key in
//! its Montgomery form, with both public keys as salt. A section's nonce is its number and whether it is
//! the last one; everything before the first section is bound to each. A file that was cut, reordered,
//! joined or altered does not open.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ed25519_dalek::{SigningKey, VerifyingKey};
use hkdf::Hkdf;
use sha2::Sha256;
use thiserror::Error;

use crate::id::{DeviceId, ServerId};

/// Bytes of one section at most, before encryption.
pub const SECTION_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Sections of one file at most.
pub const SECTIONS_MAX: usize = 256;

const MAGIC: &[u8] = b"bitacora records 1\n";
const TAG_BYTES: usize = 16;

/// What a file held.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// The device that wrote it, by its own word; the envelopes inside prove it.
    pub device: DeviceId,
    /// The requests, in order.
    pub sections: Vec<Vec<u8>>,
}

/// Why a file was not sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SealedFileError {
    /// Not such a file, or one of a newer build.
    #[error("this is no file of sealed records, or one of a newer version")]
    Foreign,
    /// Sealed for another server.
    #[error("the file was sealed for another server")]
    OtherServer,
    /// Cut, joined, altered or damaged on the way.
    #[error("the file is damaged or incomplete")]
    Damaged,
    /// More or larger sections than allowed, or none.
    #[error("the file has no section, too many, or one that is too large")]
    Size,
    /// The server's key is not usable.
    #[error("the server's key is not usable")]
    Key,
}

/// Seals sections for a server. `seed` is 32 fresh random bytes, never used for anything else.
pub fn seal(
    sections: &[Vec<u8>],
    server_key: &[u8; 32],
    device: DeviceId,
    seed: [u8; 32],
) -> Result<Vec<u8>, SealedFileError> {
    if sections.is_empty() || sections.len() > SECTIONS_MAX {
        return Err(SealedFileError::Size);
    }
    let ephemeral = SigningKey::from_bytes(&seed);
    let public = ephemeral.verifying_key().to_montgomery().to_bytes();
    let server = VerifyingKey::from_bytes(server_key).map_err(|_| SealedFileError::Key)?;
    let secret = server
        .to_montgomery()
        .mul_clamped(ephemeral.to_scalar_bytes())
        .to_bytes();
    let cipher = cipher(&secret, &public, &server.to_montgomery().to_bytes())?;
    let mut file = header(ServerId::of_key(server_key), device, &public);
    let bound = file.clone();
    for (index, section) in sections.iter().enumerate() {
        if section.len() > SECTION_BYTES_MAX {
            return Err(SealedFileError::Size);
        }
        let nonce = nonce(index, index + 1 == sections.len());
        let payload = Payload {
            msg: section,
            aad: &bound,
        };
        let sealed = cipher
            .encrypt(&nonce, payload)
            .map_err(|_| SealedFileError::Size)?;
        let length = u32::try_from(sealed.len()).map_err(|_| SealedFileError::Size)?;
        file.extend(length.to_be_bytes());
        file.extend(sealed);
    }
    Ok(file)
}

/// Opens a file with the server's key.
pub fn open(file: &[u8], key: &SigningKey) -> Result<Opened, SealedFileError> {
    let rest = file.strip_prefix(MAGIC).ok_or(SealedFileError::Foreign)?;
    let (server, rest) = rest
        .split_first_chunk::<16>()
        .ok_or(SealedFileError::Damaged)?;
    let (device, rest) = rest
        .split_first_chunk::<16>()
        .ok_or(SealedFileError::Damaged)?;
    let (public, mut rest) = rest
        .split_first_chunk::<32>()
        .ok_or(SealedFileError::Damaged)?;
    let verifying = key.verifying_key();
    if ServerId::new(*server) != ServerId::of_key(&verifying.to_bytes()) {
        return Err(SealedFileError::OtherServer);
    }
    let device = DeviceId::new(*device);
    let secret = montgomery(*public, key);
    let cipher = cipher(&secret, public, &verifying.to_montgomery().to_bytes())?;
    let bound = header(ServerId::new(*server), device, public);
    let mut sections = Vec::new();
    while !rest.is_empty() {
        let (sealed, after) = next_section(rest)?;
        if sections.len() >= SECTIONS_MAX {
            return Err(SealedFileError::Size);
        }
        let nonce = nonce(sections.len(), after.is_empty());
        let payload = Payload {
            msg: sealed,
            aad: &bound,
        };
        sections.push(
            cipher
                .decrypt(&nonce, payload)
                .map_err(|_| SealedFileError::Damaged)?,
        );
        rest = after;
    }
    if sections.is_empty() {
        Err(SealedFileError::Damaged)
    } else {
        Ok(Opened { device, sections })
    }
}

fn next_section(rest: &[u8]) -> Result<(&[u8], &[u8]), SealedFileError> {
    let (length, rest) = rest
        .split_first_chunk::<4>()
        .ok_or(SealedFileError::Damaged)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| SealedFileError::Size)?;
    if length > SECTION_BYTES_MAX + TAG_BYTES {
        return Err(SealedFileError::Size);
    }
    rest.split_at_checked(length)
        .ok_or(SealedFileError::Damaged)
}

fn header(server: ServerId, device: DeviceId, public: &[u8; 32]) -> Vec<u8> {
    [MAGIC, server.as_bytes(), device.as_bytes(), public].concat()
}

/// The X25519 secret between a stated public key and the server's key.
fn montgomery(public: [u8; 32], key: &SigningKey) -> [u8; 32] {
    // The point type belongs to a crate that only the signature crate names: take one and overwrite it.
    let mut point = key.verifying_key().to_montgomery();
    point.0 = public;
    point.mul_clamped(key.to_scalar_bytes()).to_bytes()
}

fn cipher(
    secret: &[u8; 32],
    ephemeral: &[u8; 32],
    server: &[u8; 32],
) -> Result<XChaCha20Poly1305, SealedFileError> {
    // A point of low order gives a secret that everybody knows.
    if secret == &[0; 32] {
        return Err(SealedFileError::Key);
    }
    let mut key = [0; 32];
    let salt = [ephemeral.as_slice(), server].concat();
    let derived = Hkdf::<Sha256>::new(Some(&salt), secret).expand(b"bitacora records 1", &mut key);
    derived.map_err(|_| SealedFileError::Key)?;
    Ok(XChaCha20Poly1305::new(&key.into()))
}

/// Every key is used for one file, so that a counter is never used twice under it.
fn nonce(index: usize, is_last: bool) -> XNonce {
    let mut nonce = [0; 24];
    let number = u64::try_from(index).unwrap_or(u64::MAX).to_be_bytes();
    nonce
        .iter_mut()
        .zip(number)
        .for_each(|(to, from)| *to = from);
    if let Some(last) = nonce.last_mut() {
        *last = u8::from(is_last);
    }
    XNonce::from(nonce)
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened")
            .field("device", &self.device)
            .field("sections", &self.sections.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        reason = "a test may fail loudly"
    )]

    use super::*;

    fn server() -> SigningKey {
        SigningKey::from_bytes(&[9; 32])
    }

    fn sealed(sections: &[Vec<u8>]) -> Vec<u8> {
        let key = server().verifying_key().to_bytes();
        seal(sections, &key, DeviceId::new([4; 16]), [7; 32]).unwrap()
    }

    #[test]
    fn the_server_reads_what_the_device_sealed_and_nobody_else() {
        let sections = vec![b"first request".to_vec(), Vec::new(), vec![5; 100_000]];
        let file = sealed(&sections);
        let opened = open(&file, &server()).unwrap();
        assert_eq!(
            (opened.device, opened.sections),
            (DeviceId::new([4; 16]), sections),
            "byte for byte"
        );
        let other = SigningKey::from_bytes(&[8; 32]);
        assert_eq!(
            open(&file, &other),
            Err(SealedFileError::OtherServer),
            "another server is told so"
        );
        assert!(
            !file.windows(5).any(|window| window == b"first"),
            "nothing is readable on the way"
        );
    }

    #[test]
    fn a_file_cut_at_any_byte_does_not_open() {
        let file = sealed(&[b"one".to_vec(), b"two".to_vec()]);
        for end in 0..file.len() {
            assert!(
                open(&file[..end], &server()).is_err(),
                "cut after {end} bytes"
            );
        }
        assert!(
            open(&[file.as_slice(), b"x"].concat(), &server()).is_err(),
            "nor with something behind it"
        );
    }

    #[test]
    fn one_altered_bit_anywhere_is_found() {
        let file = sealed(&[b"one".to_vec()]);
        for at in 0..file.len() {
            let mut altered = file.clone();
            altered[at] ^= 1;
            assert!(open(&altered, &server()).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_key_of_low_order_and_an_absurd_length_are_refused() {
        let mut file = sealed(&[b"one".to_vec()]);
        let at = MAGIC.len() + 32;
        file[at..at + 32].fill(0);
        assert_eq!(
            open(&file, &server()),
            Err(SealedFileError::Key),
            "a secret that everybody knows"
        );
        let mut file = sealed(&[b"one".to_vec()]);
        let at = MAGIC.len() + 64;
        file[at..at + 4].fill(0xff);
        assert_eq!(
            open(&file, &server()),
            Err(SealedFileError::Size),
            "nothing is allocated for it"
        );
    }
}

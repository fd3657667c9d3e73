//! What both ends derive from the shared key of a SPAKE2 exchange.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Everything public that both ends of an exchange saw.
#[derive(Debug, Clone, Copy)]
pub struct Transcript<'a> {
    /// The device's TLS public key.
    pub device_key: &'a [u8; 32],
    /// The server's TLS public key.
    pub server_key: &'a [u8; 32],
    /// The first two characters of the code.
    pub nameplate: &'a str,
    /// The device's SPAKE2 message.
    pub device_message: &'a [u8],
    /// The server's SPAKE2 message.
    pub server_message: &'a [u8],
}

/// The proofs and digits of one exchange.
#[derive(Clone)]
pub struct Keys {
    shared: Vec<u8>,
    transcript: [u8; 32],
}

/// Six digits that both screens show, for people to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digits(u32);

/// The device's side of the SPAKE2 exchange. The keys of both ends are bound by the [`Transcript`],
/// because a device that was given a typed code does not know the server's key when it begins.
pub const DEVICE_IDENTITY: &[u8] = b"bitacora enrol device 1";

/// The server's side of the SPAKE2 exchange.
pub const SERVER_IDENTITY: &[u8] = b"bitacora enrol server 1";

impl Transcript<'_> {
    /// Joins the shared key of the exchange to what both ends saw.
    pub fn keys(&self, shared: Vec<u8>) -> Keys {
        let mut hash = Sha256::new_with_prefix(b"bitacora enrol transcript 1\0");
        let parts = [
            self.device_key,
            self.server_key,
            self.nameplate.as_bytes(),
            self.device_message,
            self.server_message,
        ];
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Keys {
            shared,
            transcript: hash.finalize().into(),
        }
    }
}

impl Keys {
    /// Returns what the device sends to prove that it knows the code.
    pub fn device_proof(&self) -> [u8; 32] {
        self.mac(b"device proof").finalize().into_bytes().into()
    }

    /// Returns what the server sends to prove that it knows the code.
    pub fn server_proof(&self) -> [u8; 32] {
        self.mac(b"server proof").finalize().into_bytes().into()
    }

    /// Returns whether this is the device's proof; takes the same time for every wrong one.
    pub fn is_device_proof(&self, proof: &[u8]) -> bool {
        self.mac(b"device proof").verify_slice(proof).is_ok()
    }

    /// Returns whether this is the server's proof; takes the same time for every wrong one.
    pub fn is_server_proof(&self, proof: &[u8]) -> bool {
        self.mac(b"server proof").verify_slice(proof).is_ok()
    }

    /// Returns the digits that both screens show.
    pub fn digits(&self) -> Digits {
        let bytes: [u8; 32] = self.mac(b"digits").finalize().into_bytes().into();
        let number = bytes
            .iter()
            .take(8)
            .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        Digits((number % 1_000_000) as u32)
    }

    fn mac(&self, label: &[u8]) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "an HMAC key may have any length")]
        let mac =
            Hmac::<Sha256>::new_from_slice(&self.shared).expect("BUG: HMAC refused a key length");
        mac.chain_update(b"bitacora enrol ")
            .chain_update(label)
            .chain_update([0])
            .chain_update(self.transcript)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03} {:03}", self.0 / 1000, self.0 % 1000)
    }
}

impl From<Digits> for u32 {
    fn from(digits: Digits) -> Self {
        digits.0
    }
}

impl Digits {
    /// Rebuilds stored digits; a number beyond six digits is cut to six.
    pub const fn from_number(number: u32) -> Self {
        Self(number % 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(device_key: &[u8; 32], server_key: &[u8; 32]) -> Keys {
        Transcript {
            device_key,
            server_key,
            nameplate: "AB",
            device_message: b"A",
            server_message: b"B",
        }
        .keys(vec![5; 32])
    }

    #[test]
    fn both_ends_derive_the_same() {
        let (device, server) = (keys(&[1; 32], &[2; 32]), keys(&[1; 32], &[2; 32]));
        assert!(
            server.is_device_proof(&device.device_proof()),
            "the right code must be accepted"
        );
        assert!(
            device.is_server_proof(&server.server_proof()),
            "the right server must be accepted"
        );
        assert_eq!(
            device.digits(),
            server.digits(),
            "people compare the digits"
        );
    }

    #[test]
    fn another_key_on_either_side_changes_everything() {
        let honest = keys(&[1; 32], &[2; 32]);
        for other in [keys(&[3; 32], &[2; 32]), keys(&[1; 32], &[3; 32])] {
            assert!(
                !honest.is_device_proof(&other.device_proof()),
                "somebody in the middle has another key"
            );
            assert!(
                !honest.is_server_proof(&other.server_proof()),
                "somebody in the middle has another key"
            );
        }
    }

    #[test]
    fn a_proof_cannot_be_sent_back_as_the_other_ends() {
        let keys = keys(&[1; 32], &[2; 32]);
        assert!(
            !keys.is_server_proof(&keys.device_proof()),
            "a fake server could echo the device's proof"
        );
    }

    #[test]
    fn digits_are_always_six() {
        assert_eq!(
            Digits::from_number(42).to_string(),
            "000 042",
            "leading zeros are part of the comparison"
        );
    }
}

//! One phone, another key: what the former identity signs for the next one, so that who judges a change can see that a
//! device goes on as another.
//!
//! A device that was cut off by mistake, or copied, joins again under another key. Only it has the former one, and signs
//! with it that the next is the same phone. No counter is used, so that a copy of the phone is not in the way.

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::envelope::{PublicKey, Signature};
use crate::id::DeviceId;

const DOMAIN: &[u8] = b"bitacora succession 1\0";

/// Steps from a device to what it is now; more are not followed.
pub const STEPS_MAX: usize = 16;

/// Characters of so many steps as text.
pub const CHARS_MAX: usize = STEPS_MAX * (2 * DEVICE_BYTES + 2 * SIGNATURE_BYTES + 2);

const DEVICE_BYTES: usize = 16;
const SIGNATURE_BYTES: usize = 64;

/// One step, signed by the device before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Succession {
    /// The device that it was.
    pub former: DeviceId,
    /// The device that it is from then on, and the former's signature.
    pub step: Step,
}

/// The device that another becomes, with the other's signature. As text `DEVICE.SIGNATURE`, in hexadecimal digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Step {
    next: DeviceId,
    signature: Signature,
}

/// A text is no step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "a step from one device to the next is two groups of 32 and 128 hexadecimal digits, with a point between"
)]
pub struct InvalidStep;

impl Succession {
    /// Signs with the former key that `next` is the same phone.
    pub fn sign(former: &SigningKey, next: DeviceId) -> Self {
        let id = DeviceId::of_key(&former.verifying_key().to_bytes());
        let signature = Signature::new(former.sign(&signed_bytes(id, next)).to_bytes());
        Self {
            former: id,
            step: Step { next, signature },
        }
    }
}

/// Returns the steps that lead from one device to another, as text; `None` if they do not, or are too many.
pub fn path(steps: &[Succession], from: DeviceId, to: DeviceId) -> Option<String> {
    let (mut at, mut text) = (from, Vec::new());
    while at != to && text.len() < STEPS_MAX {
        let next = steps.iter().find(|step| step.former == at)?;
        at = next.step.next;
        text.push(next.step.to_string());
    }
    (at == to && !text.is_empty()).then(|| text.join(" "))
}

/// Returns whether steps in a text lead from one device to another, each signed by the one before it. `key_of` gives the
/// keys of known devices.
pub fn leads(
    text: &str,
    from: DeviceId,
    to: DeviceId,
    key_of: &dyn Fn(DeviceId) -> Option<PublicKey>,
) -> bool {
    let mut at = from;
    for step in text.split(' ').take(STEPS_MAX) {
        let (Ok(step), Some(key)) = (step.parse::<Step>(), key_of(at)) else {
            return false;
        };
        if key
            .verify(&signed_bytes(at, step.next), &step.signature)
            .is_err()
        {
            return false;
        }
        at = step.next;
        if at == to {
            return true;
        }
    }
    false
}

fn signed_bytes(former: DeviceId, next: DeviceId) -> Vec<u8> {
    [DOMAIN, former.as_bytes(), next.as_bytes()].concat()
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.", self.next)?;
        let mut bytes = self.signature.as_bytes().iter();
        bytes.try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Step({:?})", self.next)
    }
}

impl std::str::FromStr for Step {
    type Err = InvalidStep;

    fn from_str(text: &str) -> Result<Self, InvalidStep> {
        let (next, digits) = text.split_once('.').ok_or(InvalidStep)?;
        if digits.len() != 2 * SIGNATURE_BYTES
            || !digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        {
            return Err(InvalidStep);
        }
        let mut signature = [0; SIGNATURE_BYTES];
        for (byte, pair) in signature.iter_mut().zip(digits.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| InvalidStep)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| InvalidStep)?;
        }
        Ok(Self {
            next: next.parse().map_err(|_| InvalidStep)?,
            signature: Signature::new(signature),
        })
    }
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

    use super::*;

    fn key(number: u8) -> SigningKey {
        SigningKey::from_bytes(&[number; 32])
    }

    fn id(number: u8) -> DeviceId {
        DeviceId::of_key(&key(number).verifying_key().to_bytes())
    }

    fn known(numbers: &[u8]) -> impl Fn(DeviceId) -> Option<PublicKey> {
        let keys: Vec<_> = numbers
            .iter()
            .map(|number| (id(*number), PublicKey::of(&key(*number))))
            .collect();
        move |asked| {
            keys.iter()
                .find(|(id, _)| *id == asked)
                .map(|(_, key)| *key)
        }
    }

    #[test]
    fn a_phone_is_followed_over_all_its_keys() {
        let steps = [1, 2, 3].map(|number| Succession::sign(&key(number), id(number + 1)));
        let stored = serde_json::to_string(&steps).unwrap();
        let steps: Vec<Succession> = serde_json::from_str(&stored).unwrap();
        let text = path(&steps, id(1), id(4)).unwrap();
        assert!(text.len() <= CHARS_MAX);
        let keys = known(&[1, 2, 3]);
        for (to, leads_there) in [(2, true), (3, true), (4, true), (1, false), (5, false)] {
            assert_eq!(leads(&text, id(1), id(to), &keys), leads_there, "to {to}");
        }
        assert!(!leads(&text, id(2), id(4), &keys), "it begins with another");
        assert!(
            !leads(&text, id(1), id(4), &known(&[1, 3])),
            "one is not known"
        );
        assert_eq!(path(&steps, id(1), id(5)), None, "it is not there yet");
        assert_eq!(path(&steps, id(1), id(1)), None, "nothing to prove");
        assert_eq!(path(&steps[1..], id(1), id(4)), None, "a step is missing");
    }

    #[test]
    fn nobody_else_signs_for_a_device() {
        let keys = known(&[1, 2, 9]);
        let rogue = Succession::sign(&key(9), id(2)).step.to_string();
        assert!(!leads(&rogue, id(1), id(2), &keys), "another's signature");
        let step = Succession::sign(&key(1), id(2)).step.to_string();
        assert!(leads(&step, id(1), id(2), &keys));
        let elsewhere = step.replace(&id(2).to_string(), &id(9).to_string());
        assert!(
            !leads(&elsewhere, id(1), id(9), &keys),
            "for another device"
        );
        let short: String = step.chars().skip(1).collect();
        assert!(!leads(&short, id(1), id(2), &keys), "a digit short");
        let signed = step.split_once('.').unwrap().1;
        for noise in ["", ".", "x.y", signed, &format!(" {step}")] {
            assert!(!leads(noise, id(1), id(2), &keys), "{noise}");
        }
    }

    #[test]
    fn a_ring_of_steps_ends() {
        let ring = [
            Succession::sign(&key(1), id(2)),
            Succession::sign(&key(2), id(1)),
        ];
        assert_eq!(path(&ring, id(1), id(3)), None);
    }
}

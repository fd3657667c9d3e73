//! The six digits after an enrolment: until a person has compared them, nothing is asked of the server or told to it.
//!
//! The code has proved both keys already (docs/protocol-enrolment.md). This is for the person, who can say no.

use bitacora_core::enrol::{Code, Digits, ServerUrl};
use bitacora_core::id::ServerId;
use rusqlite::Connection;

use crate::device::Device;
use crate::enrol::Enrolled;
use crate::error::DeviceError;
use crate::store::StoreError;
use crate::store::table::meta;
use crate::store::tx::Tx;

/// What is kept in place of digits that a person saw to differ.
const DIFFER: &str = "differ";

/// The same, on a device to which an earlier build has given a new identity since.
const DIFFER_RENEWED: &str = "differ, renewed";

/// What a person still has to say, or has said, of the digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// These are to be compared.
    Open(String),
    /// The other screen showed others: somebody may be in between.
    Differ,
}

impl Device {
    /// Enrols like [`Device::enrol`], and holds everything back until [`Device::compared`].
    pub async fn enrol_to_compare(
        &self,
        url: &ServerUrl,
        code: &Code,
        expected: Option<ServerId>,
    ) -> Result<Enrolled, DeviceError> {
        self.enrol_and(url, code, expected, |tx, enrolled| {
            open(tx, &enrolled.digits)
        })
        .await
    }

    /// Notes what a person saw. If both screens show the same digits the exchange may begin; if not, nothing goes to
    /// that server until this device enrols anew.
    pub fn compared(&self, same: bool) -> Result<(), DeviceError> {
        self.with(|unlocked| {
            unlocked.store.keep(|tx| {
                match (read(tx)?, same) {
                    (None, _) | (Some(Comparison::Differ), true) => {}
                    (Some(_), true) => meta::remove(tx, meta::COMPARISON)?,
                    (Some(_), false) => meta::set(tx, meta::COMPARISON, DIFFER.as_bytes())?,
                }
                Ok(())
            })
        })
    }

    /// Refuses while the digits were not compared, or differ.
    pub(super) fn expect_compared(&self) -> Result<(), DeviceError> {
        let comparison = self.with(|unlocked| Ok(read(unlocked.store.read())?))?;
        let reason = match comparison {
            None => return Ok(()),
            Some(Comparison::Open(_)) => "the six digits of both screens are to be compared first",
            Some(Comparison::Differ) => "the six digits differed; enrol again with a new code",
        };
        Err(DeviceError::NotAllowed {
            word: "digits",
            reason,
        })
    }
}

/// Returns what a person has still to say of the digits; `None` if nothing is held back.
pub(crate) fn read(db: &Connection) -> Result<Option<Comparison>, StoreError> {
    let kept = meta::text(db, meta::COMPARISON)?;
    Ok(kept.map(|text| match text.as_str() {
        DIFFER | DIFFER_RENEWED => Comparison::Differ,
        _ => Comparison::Open(text),
    }))
}

/// Returns whether the digits of this identity differed: it is revoked then, as the screen says.
pub(super) fn wants_new_identity(db: &Connection) -> Result<bool, StoreError> {
    Ok(meta::text(db, meta::COMPARISON)?.is_some_and(|kept| kept == DIFFER))
}

fn open(tx: &Tx<'_>, digits: &Digits) -> Result<(), StoreError> {
    meta::set(tx, meta::COMPARISON, digits.to_string().as_bytes())
}

//! Contacts with the server: noted good and bad, for people and for the clock.

use bitacora_core::clock::ClockOffset;

use crate::device::Device;
use crate::error::DeviceError;
use crate::store::table::{clock_reading, contact, meta};
use chrono::{DateTime, Utc};

pub use crate::store::table::contact::Contact;

/// Contacts that people are shown.
const SHOWN: u32 = 5;

impl Device {
    /// Notes a contact, or a try.
    pub fn note_contact(&self, contact: &Contact) -> Result<(), DeviceError> {
        self.with(|unlocked| {
            unlocked.store.keep(|tx| {
                if contact.ok {
                    meta::remove(tx, meta::NOT_HEARD_OF)?;
                }
                Ok(contact::insert(tx, contact)?)
            })
        })
    }

    /// Notes what a trusted clock says now, found outside of an exchange.
    pub fn note_trusted_time(&self, trusted: DateTime<Utc>) -> Result<(), DeviceError> {
        let now = self.environment().now();
        let Some(offset) = ClockOffset::at_contact(now, now, trusted) else {
            return Ok(());
        };
        let offset_ms = offset.milliseconds();
        let pace = self.environment().pace();
        self.with(|unlocked| {
            unlocked
                .store
                .keep(|tx| Ok(clock_reading::insert(tx, now, offset_ms, pace)?))
        })
    }

    /// Returns the last five contacts, newest first.
    pub fn contacts(&self) -> Result<Vec<Contact>, DeviceError> {
        self.with(|unlocked| Ok(contact::newest(unlocked.store.read(), SHOWN)?))
    }
}

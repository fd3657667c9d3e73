//! Contacts with the server: noted good and bad, for people and for the clock.

use crate::device::Device;
use crate::error::DeviceError;
use crate::store::table::contact;
pub use crate::store::table::contact::Contact;

/// Contacts that people are shown.
const SHOWN: u32 = 5;

impl Device {
    /// Notes a contact, or a try.
    pub fn note_contact(&self, contact: &Contact) -> Result<(), DeviceError> {
        self.with(|unlocked| unlocked.store.keep(|tx| Ok(contact::insert(tx, contact)?)))
    }

    /// Returns the last five contacts, newest first.
    pub fn contacts(&self) -> Result<Vec<Contact>, DeviceError> {
        self.with(|unlocked| Ok(contact::newest(unlocked.store.read(), SHOWN)?))
    }
}

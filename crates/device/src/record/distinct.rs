//! Two records that look like one group: saying that they are not, and taking that back.
//!
//! It is an entry of a review log, so it reaches every device like any other word of a leader or the commander.

use bitacora_core::encounter::{Edit, ReviewEntry};
use bitacora_core::id::{EncounterId, EntryId};
use bitacora_core::review::Event;

use crate::device::{Device, Unlocked};
use crate::environment::Environment;
use crate::error::DeviceError;

impl Device {
    /// Notes that a record tells of other people than another one. The pair is suggested as a repeat no more, on any
    /// device; both records stay and count as before. Returns whether anything had to be written.
    pub fn tell_apart(&self, id: EncounterId, other: EncounterId) -> Result<bool, DeviceError> {
        if id == other {
            return Err(DeviceError::invalid("other", "it is the same record"));
        }
        let environment = self.environment();
        self.with(|unlocked| {
            unlocked.expect_to_decide()?;
            // Both must be here: nobody judges a record that this device cannot show.
            let known = [
                unlocked.row_of(id)?.summary.distinct_from.contains(&other),
                unlocked.row_of(other)?.summary.distinct_from.contains(&id),
            ];
            if known.contains(&true) {
                return Ok(false);
            }
            unlocked.say(Event::NotDuplicate, id, other, environment)?;
            Ok(true)
        })
    }

    /// Takes back that two records tell of different people, whichever of them says so. Returns whether any did.
    pub fn take_back_apart(
        &self,
        id: EncounterId,
        other: EncounterId,
    ) -> Result<bool, DeviceError> {
        let environment = self.environment();
        self.with(|unlocked| {
            unlocked.expect_to_decide()?;
            let mut any = false;
            for (one, of) in [(id, other), (other, id)] {
                if unlocked.row_of(one)?.summary.distinct_from.contains(&of) {
                    unlocked.say(Event::NotDuplicateUndone, one, of, environment)?;
                    any = true;
                }
            }
            Ok(any)
        })
    }
}

impl Unlocked {
    fn expect_to_decide(&self) -> Result<(), DeviceError> {
        if self.role()?.decides() {
            return Ok(());
        }
        Err(DeviceError::NotAllowed {
            word: "role",
            reason: "a leader or the commander says whether two records are the same people",
        })
    }

    fn say(
        &mut self,
        event: Event,
        id: EncounterId,
        other: EncounterId,
        environment: &Environment,
    ) -> Result<(), DeviceError> {
        let seen = self.encounter(id)?.version;
        let entry = ReviewEntry {
            entry_id: EntryId::new(environment.uuid()?),
            event: event.as_str().to_owned(),
            reason: None,
            at: environment.now(),
            by: self.me,
            seen_version: Some(seen.to_string()),
            other: Some(other),
        };
        self.save_edit(id, &Edit::Review(entry), &seen, None, environment)?;
        Ok(())
    }
}

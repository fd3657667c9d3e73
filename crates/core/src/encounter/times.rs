//! How the times of a record lie to the clocks by which they were stated (E09).

use chrono::{DateTime, FixedOffset};

use super::{Encounter, FieldValue, Stated, layout};
use crate::clock::TrustedClock;
use crate::content::judge;
use crate::id::ChangeHash;

impl Encounter {
    /// Returns whether somebody stated a time that lay in the future by the trusted clock of his device, and no
    /// other time stands beside it (E09).
    pub(crate) fn is_of_the_future(&self) -> bool {
        let times = self.values(layout::CHECKED.time);
        !times.is_empty() && times.iter().all(|stated| self.lay_ahead(stated))
    }

    /// Returns whether somebody typed a time that lay ahead of the clock of his device, for which nobody vouched, and no
    /// better one stands beside it: nobody has judged it yet (E09).
    pub(crate) fn is_typed_ahead(&self) -> bool {
        let times = self.values(layout::CHECKED.time);
        let is_unjudged = |stated| judge::is_typed_ahead(layout::CHECKED, &self.fields, stated);
        times.iter().any(is_unjudged)
            && times
                .iter()
                .all(|stated| is_unjudged(stated) || self.lay_ahead(stated))
    }

    /// Returns such a time with the change that stated it, if it stands alone and one device stated it: that device can
    /// judge it at a contact.
    pub fn typed_ahead(&self) -> Option<(DateTime<FixedOffset>, ChangeHash)> {
        match self.values(layout::CHECKED.time) {
            [stated] if stated.also.is_empty() && self.is_typed_ahead() => match stated.value {
                FieldValue::Time(time) => Some((time, stated.change)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns whether a time lay ahead of the true one that its own change names.
    fn lay_ahead(&self, stated: &Stated) -> bool {
        let FieldValue::Time(time) = &stated.value else {
            return false;
        };
        let mut checks = self.values(layout::CLOCK_CHECKED_AT).iter();
        let check = checks.find(|check| check.is_by(stated.change));
        match check.map(|check| &check.value) {
            Some(FieldValue::Time(now)) => TrustedClock::Known(now.to_utc())
                .before(time.to_utc())
                .is_some(),
            _ => false,
        }
    }

    fn values(&self, path: &str) -> &[Stated] {
        let register = self.fields.get(path);
        register.map_or(&[][..], |register| &register.values)
    }
}

//! Time from satellites, as a receiver tells it: trusted like a contact's, and there where no contact is.

use bitacora_core::clock::ClockOffset;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::goes_on;
use crate::device::Device;
use crate::environment::{Environment, Pace};
use crate::error::DeviceError;
use crate::store::StoreError;
use crate::store::table::clock_reading::{self, ClockReading};
use crate::store::table::meta;
use crate::store::tx::Tx;
use crate::store::value;

/// The source of a time that satellites vouch for, of the code list `clock_source`.
pub(super) const SOURCE: &str = "gnss";
/// From which difference on two comparisons say something else of the same clock, milliseconds.
const OTHERWISE_FROM_MS: u64 = 60_000;
/// How long one comparison says enough where the system has no steady clock, minutes.
const ENOUGH_MINUTES: i64 = 60;

/// The newest comparison with satellites. It stands among the readings of contacts too, and is told apart by this.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Satellites {
    at_ms: i64,
    offset_ms: i64,
    pace: Option<Pace>,
    /// When the server answered last before it, by this device's clock.
    answered_ms: Option<i64>,
}

impl Device {
    /// Notes what time satellites say it is now; returns true if that was news, or ended doubts as a contact does.
    ///
    /// A receiver says it every second: it is written once, and again when the clock was set or the system started.
    /// A time from before 2020 comes from a receiver that has lost count of the weeks, and nothing is noted.
    pub fn note_satellite_time(&self, time: DateTime<Utc>) -> Result<bool, DeviceError> {
        let environment = self.environment();
        let now = environment.now();
        let Some(offset) = ClockOffset::at_contact(now, now, time) else {
            return Ok(false);
        };
        let is_news = self.with(|unlocked| {
            let new = Satellites {
                at_ms: now.timestamp_millis(),
                offset_ms: offset.milliseconds(),
                pace: environment.pace(),
                answered_ms: answered_at(unlocked.store.read())?.map(|at| at.timestamp_millis()),
            };
            let is_known = read(unlocked.store.read())?.is_some_and(|known| known.says(&new));
            if !is_known {
                unlocked.store.keep(|tx| Ok(new.put(tx, now)?))?;
            }
            Ok(!is_known)
        })?;
        // What can still be taken back is let alone, and looked at again the next time.
        let has_doubts = is_news || self.counts()?.clock_doubt > 0;
        let ended = if has_doubts { self.clock_vouch()? } else { 0 };
        Ok(is_news || ended > 0)
    }
}

impl Satellites {
    /// Returns whether this comparison is one of the readings.
    pub(super) fn is(&self, reading: &ClockReading) -> bool {
        (self.at_ms, self.offset_ms) == (reading.at.timestamp_millis(), reading.offset_ms)
    }

    /// Returns whether the clock goes on as satellites found it, which was right.
    pub(super) fn vouch(&self, environment: &Environment) -> Result<bool, StoreError> {
        let reading = ClockReading {
            at: value::moment(self.at_ms, "satellites")?,
            offset_ms: self.offset_ms,
            position: 0,
            pace: self.pace,
        };
        let is_right = super::offset(&reading).is_some_and(|offset| !offset.is_wrong());
        Ok(is_right && goes_on(&reading, environment))
    }

    /// Returns whether a later comparison says nothing more than this one.
    fn says(&self, later: &Self) -> bool {
        let same = self.offset_ms.abs_diff(later.offset_ms) < OTHERWISE_FROM_MS;
        let enough = TimeDelta::minutes(ENOUGH_MINUTES).num_milliseconds();
        same && match (self.pace, later.pace) {
            (Some(then), Some(now)) => then.is_same(now),
            _ => (0..=enough).contains(&later.at_ms.saturating_sub(self.at_ms)),
        }
    }

    fn put(&self, tx: &Tx<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
        clock_reading::insert(tx, now, self.offset_ms, self.pace)?;
        let json = value::to_json(self, "satellites")?;
        meta::set(tx, meta::SATELLITES, json.as_bytes())
    }
}

/// Returns the newest comparison.
pub(crate) fn read(db: &Connection) -> Result<Option<Satellites>, StoreError> {
    let stored = meta::text(db, meta::SATELLITES)?;
    stored
        .map(|text| value::from_json(&text, "satellites"))
        .transpose()
}

/// Returns where what a reading says comes from, as records name it.
pub(super) fn source_of(
    db: &Connection,
    reading: &ClockReading,
) -> Result<&'static str, StoreError> {
    Ok(match read(db)? {
        Some(satellites) if satellites.is(reading) => SOURCE,
        _ => "network",
    })
}

/// Returns when the server last answered, by this device's clock; what satellites said is no answer of it.
pub(crate) fn answered_at(db: &Connection) -> Result<Option<DateTime<Utc>>, StoreError> {
    let Some(newest) = clock_reading::newest(db, 1)?.into_iter().next() else {
        return Ok(None);
    };
    match read(db)?.filter(|satellites| satellites.is(&newest)) {
        Some(satellites) => satellites
            .answered_ms
            .map(|at| value::moment(at, "satellites"))
            .transpose(),
        None => Ok(Some(newest.at)),
    }
}

//! Clocks: is this device's believable, and what to do about the times that it gave when it was not known.

mod repair;
pub(crate) mod satellite;
mod typed;
mod vouch;

use bitacora_core::clock::{ClockOffset, TrustedClock};
use bitacora_core::encounter::{Encounter, FieldValue};
use chrono::{DateTime, TimeDelta, Utc};

use crate::device::Unlocked;
use crate::environment::{Environment, Pace};
use crate::store::StoreError;
use crate::store::table::clock_reading::{self, ClockReading};

pub(crate) use typed::first_statement;

/// How long a form takes at most; one that takes longer was left and taken up again.
const FORM_MINUTES: i64 = 15;
/// How many contacts back one is looked for that tells of a form that was begun earlier, or of a time that was typed.
const EARLIER_CONTACTS: u32 = 16;
/// How long a contact vouches for the clock where the system has no steady one, hours.
const TRUSTED_HOURS: i64 = 24;

/// The source of a time that a device's clock gave and for which nobody vouched, of the code list `clock_source`.
pub(crate) const UNCHECKED: &str = "device";

/// Returns whether a record says that its time, the one that is shown, was given by such a clock.
pub(crate) fn gave_the_time(encounter: &Encounter) -> bool {
    let sources = encounter.fields.get("clock_source");
    let shown = sources.and_then(|source| source.values.first());
    shown.is_some_and(
        |shown| matches!(&shown.value, FieldValue::Text(source) if source == UNCHECKED),
    )
}

/// Returns where a time of this clock comes from: `gnss` if satellites vouch for it, `network` if the last contact does.
pub(crate) fn source(
    unlocked: &Unlocked,
    environment: &Environment,
) -> Result<&'static str, StoreError> {
    Ok(match trusted(unlocked, environment)? {
        TrustedClock::Known(_) if by_satellites(unlocked, environment)? => satellite::SOURCE,
        TrustedClock::Known(_) => "network",
        TrustedClock::Unknown => UNCHECKED,
    })
}

/// Returns where a moment comes from that this clock told a while ago, when a form was begun. One that lies before the
/// contact which vouches may have been told before somebody set the clock, unless the clock has gone on unset since an
/// earlier contact too, or since the moment itself, whose pace is given where it is known.
pub(crate) fn source_at(
    unlocked: &Unlocked,
    environment: &Environment,
    (moment, pace): (DateTime<Utc>, Option<Pace>),
) -> Result<&'static str, StoreError> {
    let readings = clock_reading::newest(unlocked.store.read(), EARLIER_CONTACTS)?;
    let last = readings.first();
    let goes_on_to_the_last = |earlier: Option<Pace>| {
        let paces = earlier.zip(last.and_then(|last| last.pace));
        paces.is_some_and(|(then, now)| then.is_same(now))
    };
    let mut before = readings.iter().filter(|reading| reading.at <= moment);
    let is_vouched =
        before.any(|reading| Some(reading) == last || goes_on_to_the_last(reading.pace));
    match is_vouched || goes_on_to_the_last(pace) {
        true => source(unlocked, environment),
        false => Ok(UNCHECKED),
    }
}

/// Returns the true time, as far as the last contact vouches for this clock: it was right then, and nobody has set it
/// since.
pub(crate) fn trusted(
    unlocked: &Unlocked,
    environment: &Environment,
) -> Result<TrustedClock, StoreError> {
    let readings = clock_reading::newest(unlocked.store.read(), 1)?;
    let right = readings
        .first()
        .filter(|last| offset(last).is_some_and(|offset| !offset.is_wrong()))
        .filter(|last| goes_on(last, environment));
    Ok(right.map_or(TrustedClock::Unknown, |last| {
        TrustedClock::Known(environment.now() + TimeDelta::milliseconds(last.offset_ms))
    }))
}

fn by_satellites(unlocked: &Unlocked, environment: &Environment) -> Result<bool, StoreError> {
    let satellites = satellite::read(unlocked.store.read())?;
    satellites.map_or(Ok(false), |satellites| satellites.vouch(environment))
}

/// Returns whether the clock can be shown to go on as at a reading. Over a start of the system it cannot: the battery
/// may have been out, and the clock shows whatever it was left with.
fn goes_on(last: &ClockReading, environment: &Environment) -> bool {
    match (last.pace, environment.pace()) {
        (Some(then), Some(now)) => then.is_same(now),
        (Some(_), None) | (None, Some(_)) => false,
        (None, None) => {
            let since = environment.now() - last.at;
            since >= TimeDelta::zero() && since <= TimeDelta::hours(TRUSTED_HOURS)
        }
    }
}

fn offset(reading: &ClockReading) -> Option<ClockOffset> {
    ClockOffset::of_seconds(reading.offset_ms / 1000)
}

//! When a record happened, and on which local days.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset, NaiveDate};

use crate::encounter::{Encounter, FieldValue, Register, Stated};
use crate::rule;

/// Returns when a record happened: the winner.
pub(super) fn occurred_at(encounter: &Encounter) -> DateTime<FixedOffset> {
    let times = encounter.fields.get(rule::TIME);
    let shown = times.and_then(Register::shown);
    time(encounter, shown.unwrap_or(&FieldValue::Absent))
}

/// Returns when a record happened if this were its time; one whose time was removed stands at the moment it was saved.
fn time(encounter: &Encounter, stated: &FieldValue) -> DateTime<FixedOffset> {
    match stated {
        FieldValue::Time(time) => *time,
        _ => encounter.header.created_at.fixed_offset(),
    }
}

/// Returns the days of the other times, in order.
pub(super) fn other_days(encounter: &Encounter, tz: &str) -> Vec<NaiveDate> {
    let times = encounter.fields.get(rule::TIME);
    let [shown, others @ ..] = times.map_or(&[][..], |times| &times.values) else {
        return Vec::new();
    };
    let day = |stated: &Stated| local_day(time(encounter, &stated.value), tz);
    let shown = day(shown);
    let others: BTreeSet<_> = others.iter().map(day).filter(|day| *day != shown).collect();
    others.into_iter().collect()
}

/// Returns the local day of a moment in a zone (IANA name).
pub fn local_day(at: DateTime<FixedOffset>, tz: &str) -> NaiveDate {
    // A zone that this build does not know falls back on the offset that was written.
    tz.parse::<chrono_tz::Tz>()
        .map_or_else(|_| at.date_naive(), |tz| at.with_timezone(&tz).date_naive())
}

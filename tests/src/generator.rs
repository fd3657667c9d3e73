//! A post's busy day, made from published figures and a seed: what its teams record, hour by hour.
//!
//! Nobody's real record can be used to try things out, so the day is generated: as many people as on the peak of August
//! 2023 at Bajo Chiquito, of the nationalities that were published for that year, on the trail above the post, with the
//! errors that real days have (no fix under the canopy, corrections, one group met by two patrols, a clock that stands
//! at 2019). The same seed gives the same bytes on every machine; actions come one at a time, in order of time.

mod dice;
mod group;
mod nationality;
mod scene;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use bitacora_core::capture::Capture;
use bitacora_core::id::EncounterId;
use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use serde_json::Value;
use uuid::Builder;

use dice::Dice;
use group::{Group, GroupMaker};

/// Minutes for which a device goes on with a wrong clock once it has one.
const WRONG_CLOCK_MINUTES: i64 = 120;

/// What a day is made of. Every share is between 0 and 1.
#[derive(Debug, Clone, PartialEq)]
pub struct BusyDay {
    /// The same seed gives the same day.
    pub seed: u64,
    /// The start of the day, by the post's clock.
    pub midnight: DateTime<FixedOffset>,
    /// The first hour at which people arrive, by the post's clock; 6.5 is half past six.
    pub first_hour: f64,
    /// The last hour at which people arrive.
    pub last_hour: f64,
    /// Devices, one to a patrol.
    pub devices: usize,
    /// Groups; about ten people each.
    pub groups: usize,
    /// Share of groups whose record is corrected, twice each.
    pub edited: f64,
    /// Share of groups that a second patrol meets and records again.
    pub repeated: f64,
    /// Share of records made under a wrong clock.
    pub wrong_clock: f64,
    /// Share of records without a fix.
    pub no_fix: f64,
}

/// Something that a team does.
#[derive(Clone, PartialEq)]
pub struct Action {
    /// The device, counted from 0.
    pub device: usize,
    /// The true time.
    pub at: DateTime<FixedOffset>,
    /// How far the device's clock is from the true time; zero as a rule.
    pub clock_error: TimeDelta,
    /// What is done.
    pub deed: Deed,
}

/// What a team does.
#[derive(Clone, PartialEq)]
pub enum Deed {
    /// Records a group. Records of a day are counted from 0.
    Record {
        /// The record's number.
        record: usize,
        /// If another patrol has recorded these people already, the number of that record.
        repeats: Option<usize>,
        /// What was stated.
        capture: Box<Capture>,
    },
    /// Corrects a record of its own.
    Edit {
        /// The record's number.
        record: usize,
        /// A JSON merge patch in capture field names.
        patch: Value,
    },
}

impl BusyDay {
    /// Returns the day of August 2023 at Bajo Chiquito: about 2,600 people in 260 groups, met by six patrols.
    pub fn at_bajo_chiquito(seed: u64, midnight: DateTime<FixedOffset>) -> Self {
        Self {
            seed,
            midnight,
            first_hour: 6.0,
            last_hour: 18.5,
            devices: 6,
            groups: 260,
            edited: 0.05,
            repeated: 0.02,
            wrong_clock: 0.03,
            no_fix: 0.08,
        }
    }

    /// Returns what the teams do, in order of time.
    pub fn actions(&self) -> Actions {
        Actions {
            dice: Dice::seeded(self.seed),
            maker: GroupMaker::new(),
            day: self.clone(),
            next_group: 0,
            pushed: 0,
            next_record: 0,
            pending: BinaryHeap::new(),
            wrong_clock_until: vec![None; self.devices.max(1)],
        }
    }

    /// Records under a wrong clock never have a fix (a fix would have set the clock); the others make up for them.
    fn no_fix_elsewhere(&self) -> f64 {
        ((self.no_fix - self.wrong_clock) / (1.0 - self.wrong_clock)).max(0.0)
    }

    /// Returns the identifier of a record in an import file: the same for the same day, seed and number.
    pub fn import_id(&self, record: usize, at: DateTime<FixedOffset>) -> EncounterId {
        let mut dice =
            Dice::seeded(self.seed ^ (record as u64).rotate_left(32) ^ 0x0062_6974_6163_6f72);
        let mut random = [0; 10];
        random.iter_mut().for_each(|byte| *byte = dice.byte());
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        EncounterId::new(Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
}

/// The actions of a day; holds the few that are still to come from groups already met.
pub struct Actions {
    day: BusyDay,
    dice: Dice,
    maker: GroupMaker,
    next_group: usize,
    pushed: usize,
    next_record: usize,
    pending: BinaryHeap<Reverse<Pending>>,
    wrong_clock_until: Vec<Option<(DateTime<FixedOffset>, TimeDelta)>>,
}

/// Ordered by time, then by the order in which it was made, so that a day replays exactly.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Pending {
    at: DateTime<FixedOffset>,
    order: usize,
    device: usize,
    what: Later,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Later {
    Meet {
        group: Group,
        repeats: Option<usize>,
    },
    Correct {
        record: usize,
        group: Group,
        first: bool,
    },
}

impl Iterator for Actions {
    type Item = Action;

    fn next(&mut self) -> Option<Action> {
        // The next group is met before anything later is handed out; only then is the earliest of all known.
        while self.next_group < self.day.groups {
            let at = self.arrival(self.next_group);
            if self
                .pending
                .peek()
                .is_some_and(|Reverse(earliest)| earliest.at < at)
            {
                break;
            }
            let device = self.dice.below(self.wrong_clock_until.len());
            let group = self.maker.make(&mut self.dice);
            self.push(
                at,
                device,
                Later::Meet {
                    group,
                    repeats: None,
                },
            );
            self.next_group += 1;
        }
        let Reverse(pending) = self.pending.pop()?;
        Some(match pending.what {
            Later::Meet { group, repeats } => self.meet(pending.at, pending.device, group, repeats),
            Later::Correct {
                record,
                group,
                first,
            } => self.correct(pending.at, pending.device, record, group, first),
        })
    }
}

impl Actions {
    /// Arrivals are spread evenly but for a few minutes of chance, densest around noon.
    fn arrival(&self, group: usize) -> DateTime<FixedOffset> {
        let even = (group as f64 + 0.5) / self.day.groups as f64;
        let dense = if even < 0.5 {
            (even / 2.0).sqrt()
        } else {
            1.0 - ((1.0 - even) / 2.0).sqrt()
        };
        let hour = self.day.first_hour
            + (self.day.last_hour - self.day.first_hour) * (0.4 * even + 0.6 * dense);
        self.day.midnight + TimeDelta::seconds((hour * 3600.0) as i64)
    }

    fn push(&mut self, at: DateTime<FixedOffset>, device: usize, what: Later) {
        self.pushed += 1;
        self.pending.push(Reverse(Pending {
            at,
            order: self.pushed,
            device,
            what,
        }));
    }

    fn meet(
        &mut self,
        at: DateTime<FixedOffset>,
        device: usize,
        group: Group,
        repeats: Option<usize>,
    ) -> Action {
        let record = self.next_record;
        self.next_record += 1;
        let clock_error = self.clock_error(at, device);
        let has_fix = clock_error.is_zero() && !self.dice.chance(self.day.no_fix_elsewhere());
        let capture = Box::new(scene::capture(
            &mut self.dice,
            &group,
            device,
            at + clock_error,
            has_fix,
        ));
        if repeats.is_none() {
            self.plan(at, device, record, &group);
        }
        Action {
            device,
            at,
            clock_error,
            deed: Deed::Record {
                record,
                repeats,
                capture,
            },
        }
    }

    /// Decides what will happen later to a record that was just made.
    fn plan(&mut self, at: DateTime<FixedOffset>, device: usize, record: usize, group: &Group) {
        if self.dice.chance(self.day.edited) {
            let first = at + TimeDelta::minutes(self.dice.between(3, 40));
            let second = first + TimeDelta::minutes(self.dice.between(2, 60));
            self.push(
                first,
                device,
                Later::Correct {
                    record,
                    group: group.clone(),
                    first: true,
                },
            );
            self.push(
                second,
                device,
                Later::Correct {
                    record,
                    group: group.clone(),
                    first: false,
                },
            );
        }
        let devices = self.wrong_clock_until.len();
        if devices > 1 && self.dice.chance(self.day.repeated) {
            let later = at + TimeDelta::minutes(self.dice.between(22, 90));
            let other = (device + 1 + self.dice.below(devices - 1)) % devices;
            let again = group.counted_again(&mut self.dice);
            self.push(
                later,
                other,
                Later::Meet {
                    group: again,
                    repeats: Some(record),
                },
            );
        }
    }

    fn correct(
        &mut self,
        at: DateTime<FixedOffset>,
        device: usize,
        record: usize,
        group: Group,
        first: bool,
    ) -> Action {
        let patch = scene::correction(&mut self.dice, &group, first);
        Action {
            device,
            at,
            clock_error: TimeDelta::zero(),
            deed: Deed::Edit { record, patch },
        }
    }

    /// A phone whose battery died starts at an old day and stays there for a while, so wrong clocks come in runs.
    fn clock_error(&mut self, at: DateTime<FixedOffset>, device: usize) -> TimeDelta {
        let Some(slot) = self.wrong_clock_until.get_mut(device) else {
            return TimeDelta::zero();
        };
        if let Some((until, error)) = *slot {
            if at < until {
                return error;
            }
            *slot = None;
        }
        // Records of one device within the time of a run: each start makes so many wrong ones.
        let per_minute = self.day.groups as f64
            / (self.wrong_clock_until.len() as f64
                * 60.0
                * (self.day.last_hour - self.day.first_hour));
        let run = (per_minute * WRONG_CLOCK_MINUTES as f64).max(1.0);
        if !self.dice.chance(self.day.wrong_clock / run) {
            return TimeDelta::zero();
        }
        let error = match self.dice.below(3) {
            0 => {
                NaiveDate::from_ymd_opt(2019, 1, 1).unwrap_or_default()
                    - self.day.midnight.date_naive()
            }
            1 => -TimeDelta::hours(self.dice.between(1, 12)),
            _ => TimeDelta::minutes(self.dice.between(20, 600)),
        };
        if let Some(slot) = self.wrong_clock_until.get_mut(device) {
            *slot = Some((at + TimeDelta::minutes(WRONG_CLOCK_MINUTES), error));
        }
        error
    }
}

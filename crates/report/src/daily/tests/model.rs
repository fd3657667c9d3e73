//! The model of the laws: a record in which every count is a list of cells.

use std::collections::BTreeMap;

use bitacora_core::encounter::{Count, Status};
use bitacora_core::id::{DeviceId, EncounterId, PersonId};
use bitacora_core::summary::{People, Summary};
use chrono::NaiveDate;
use uuid::Uuid;

/// A record as the law sees it: the rest of a row is derived from this.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) day: u8,
    pub(super) other_day: Option<u8>,
    pub(super) status: Status,
    pub(super) cells: BTreeMap<&'static str, [Count; 5]>,
    pub(super) estimate: Option<Count>,
    pub(super) attentions: BTreeMap<&'static str, Count>,
    /// What it was when it was approved, if it has changed since.
    pub(super) then: Option<Box<Model>>,
}

pub(super) fn sum(counts: impl IntoIterator<Item = Count>) -> Count {
    counts.into_iter().fold(Count::default(), |a, b| Count {
        min: a.min + b.min,
        max: a.max + b.max,
    })
}

pub(super) fn people(cells: &[Count; 5]) -> People {
    let [men, women, boys, girls, unknown] = *cells;
    People {
        men,
        women,
        boys,
        girls,
        unknown,
        total: sum(cells.iter().copied()),
    }
}

pub(super) fn august(day: u8) -> NaiveDate {
    NaiveDate::from_ymd_opt(2023, 8, u32::from(day)).unwrap()
}

impl Model {
    /// Some of its days lie in the table's and some do not: there it counts as nobody or as everybody.
    pub(super) fn is_of_another_day_perhaps(&self) -> bool {
        self.other_day.is_some_and(|other| other != self.day) && self.may_be_of(14)
    }

    pub(super) fn may_be_of(&self, day: u8) -> bool {
        self.day == day || self.other_day == Some(day)
    }

    /// Returns the record as a table counts it: one of reviewed records as it was approved.
    pub(super) fn as_counted(&self, only_reviewed: bool) -> Self {
        match &self.then {
            Some(then) if only_reviewed => (**then).clone(),
            _ => self.clone(),
        }
    }

    /// Returns the record with its counts as a table of the 14th has to hold them.
    pub(super) fn in_the_table(&self) -> Self {
        let lowest = |count: &Count| Count {
            min: if self.is_of_another_day_perhaps() {
                0
            } else {
                count.min
            },
            max: count.max,
        };
        Self {
            cells: self
                .cells
                .iter()
                .map(|(code, cells)| (*code, cells.each_ref().map(lowest)))
                .collect(),
            estimate: self.estimate.as_ref().map(lowest),
            ..self.clone()
        }
    }

    pub(super) fn total(&self) -> Count {
        let counted = sum(self.cells.values().flatten().copied());
        let estimate = self.estimate.unwrap_or_default();
        Count {
            min: counted.min.max(estimate.min),
            max: counted.max.max(estimate.max),
        }
    }

    pub(super) fn summary(&self) -> Summary {
        let column = |index: usize| sum(self.cells.values().map(|cells| cells[index]));
        let day = august(self.day);
        let incomplete = self.status == Status::Draft;
        Summary {
            encounter_id: EncounterId::new(Uuid::from_u128(7)),
            short_code: "BCH-0814-7QK-3".to_owned(),
            post_id: "PA-BCH".parse().unwrap(),
            patrol_id: None,
            author_id: PersonId::new(Uuid::from_u128(8)),
            device_id: DeviceId::new([9; 16]),
            created_at: day.and_hms_opt(12, 0, 0).unwrap().and_utc(),
            occurred_at: day.and_hms_opt(12, 0, 0).unwrap().and_utc().fixed_offset(),
            day,
            other_days: self.other_day.map(august).into_iter().collect(),
            direction: None,
            lat_lon: None,
            nationalities: self
                .cells
                .iter()
                .map(|(code, cells)| ((*code).to_owned(), people(cells)))
                .collect(),
            people: People {
                men: column(0),
                women: column(1),
                boys: column(2),
                girls: column(3),
                unknown: column(4),
                total: self.total(),
            },
            attentions: self
                .attentions
                .iter()
                .map(|(code, count)| ((*code).to_owned(), *count))
                .collect(),
            status: self.status,
            missing: if incomplete {
                vec![("E02".to_owned(), "composition".to_owned())]
            } else {
                Vec::new()
            },
            undecided: Vec::new(),
            parts_over_total: Vec::new(),
            clock_doubt: false,
            distinct_from: Vec::new(),
            paper_ref: None,
            as_approved: self.then.as_ref().map(|then| Box::new(then.summary())),
        }
    }

    /// Returns the record after somebody chose in every place where two values stood.
    pub(super) fn chosen(&self, low: bool) -> Self {
        let choose = |count: &Count| {
            let value = if low { count.min } else { count.max };
            Count {
                min: value,
                max: value,
            }
        };
        // Each cell is chosen by itself in life; the alternation by column stands for that.
        let cells = |cells: &[Count; 5]| {
            let mut chosen = cells.map(|count| choose(&count));
            chosen[0] = Count {
                min: cells[0].max,
                max: cells[0].max,
            };
            chosen
        };
        Self {
            day: if low {
                self.day
            } else {
                self.other_day.unwrap_or(self.day)
            },
            other_day: None,
            cells: self
                .cells
                .iter()
                .map(|(code, each)| (*code, cells(each)))
                .collect(),
            estimate: self.estimate.as_ref().map(choose),
            attentions: self
                .attentions
                .iter()
                .map(|(code, count)| (*code, choose(count)))
                .collect(),
            ..self.clone()
        }
    }
}

pub(super) fn exact(number: u32) -> Count {
    Count {
        min: number,
        max: number,
    }
}

/// The group of DOMAIN 4.1's example, and one in which two phones counted the men differently.
pub(super) fn example() -> Vec<Model> {
    let none = exact(0);
    let ven = [exact(3), exact(2), exact(1), none, none];
    let hti = [exact(1), exact(2), none, exact(2), none];
    let undecided = [Count { min: 8, max: 9 }, exact(0), none, none, none];
    let attentions = BTreeMap::from([("ASO", exact(11)), ("ORI", exact(11)), ("PAX", exact(1))]);
    let record = |status, cells, estimate, attentions| Model {
        day: 14,
        other_day: None,
        status,
        cells,
        estimate,
        attentions,
        then: None,
    };
    vec![
        record(
            Status::Reviewed,
            BTreeMap::from([("VEN", ven), ("HTI", hti)]),
            None,
            attentions,
        ),
        record(
            Status::Complete,
            BTreeMap::from([("VEN", undecided)]),
            None,
            BTreeMap::from([("ASO", Count { min: 8, max: 9 })]),
        ),
        record(
            Status::Complete,
            BTreeMap::new(),
            Some(exact(40)),
            BTreeMap::new(),
        ),
        record(
            Status::Voided,
            BTreeMap::from([("VEN", ven)]),
            None,
            BTreeMap::new(),
        ),
        record(Status::Draft, BTreeMap::new(), None, BTreeMap::new()),
    ]
}

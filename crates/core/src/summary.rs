//! The flat row of an encounter: what lists and reports read without opening the document.

mod attention;
mod days;
mod figures;
mod folio;
mod packed;
mod people;
mod stands;

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::capture::Code;
use crate::encounter::{Count, Encounter, FieldValue, Merge, Status};
use crate::id::{DeviceId, EncounterId, PatrolId, PersonId, PostId};
use crate::patrol::Span;
use crate::review::Context;
use crate::rule;
use days::{occurred_at, other_days};

pub use days::local_day;
pub use figures::Figures;
pub use folio::folio;
pub use packed::{Heading, Packed};
pub use stands::{Stands, days_elsewhere};

/// The form of what is derived from a record. Raised whenever the same document gives another row than before, so
/// that a store which keeps rows knows those of an earlier build and derives them again.
pub const DERIVED: u32 = 8;

/// The nationality of people of whom nobody stated one.
pub(crate) const UNSPECIFIED: &str = "XXX";

/// People by sex and adult/minor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct People {
    /// Adult men.
    pub men: Count,
    /// Adult women.
    pub women: Count,
    /// Boys.
    pub boys: Count,
    /// Girls.
    pub girls: Count,
    /// Age group or sex not known.
    pub unknown: Count,
    /// All of them.
    pub total: Count,
}

/// How far the post has a record, as far as a device can prove it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Held {
    /// The post has receipted everything that the device has of it.
    #[default]
    AtPost,
    /// Something of it is on the device only, and will be sent.
    Unreceived,
    /// The post has refused the record as a whole; it is on the device only, and stays there.
    Refused,
}

/// One encounter as a row. Derived: `rebuild` makes it again from the change log.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The record.
    pub encounter_id: EncounterId,
    /// `BCH-0314-7QK-3`.
    pub short_code: String,
    /// The post whose people see it: the post in which it was made, or, where a store knows better, the post of its
    /// audience. A record made before the enrolment was made in no post and belongs to the one that it was sent to.
    pub post_id: PostId,
    /// The patrol, if any.
    pub patrol_id: Option<PatrolId>,
    /// Who captured it.
    pub author_id: PersonId,
    /// On what.
    pub device_id: DeviceId,
    /// When by the device's clock it was saved first.
    pub created_at: DateTime<Utc>,
    /// When it happened (the winner, if undecided).
    pub occurred_at: DateTime<FixedOffset>,
    /// The local day of the post at which it happened (that of the winner, if undecided).
    pub day: NaiveDate,
    /// The other local days on which it may have happened, in order, while somebody has still to choose between its
    /// times.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_days: Vec<NaiveDate>,
    /// Direction code.
    pub direction: Option<Code>,
    /// Decimal degrees, if there was a fix.
    pub lat_lon: Option<(f64, f64)>,
    /// People by nationality, in code order.
    pub nationalities: BTreeMap<Code, People>,
    /// People in all nationalities; its total is the encounter's total (estimate included).
    pub people: People,
    /// Attentions per category code (`RES`, `PAX`, `ASO`, `ORI`, `LEG`, `LOC`).
    pub attentions: BTreeMap<Code, Count>,
    /// Where it stands.
    pub status: Status,
    /// Rules E01 to E09 that are not met: rule id and field, as in [`rule::Missing`].
    pub missing: Vec<(String, String)>,
    /// Fields with two values that must be chosen between.
    pub undecided: Vec<String>,
    /// Typed parts larger than the total: code, part, total.
    pub parts_over_total: Vec<(Code, u32, u32)>,
    /// The time was taken from a clock that nobody could check.
    pub clock_doubt: bool,
    /// Records that tell of other people, as somebody with the right has said: no repeats of this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub distinct_from: Vec<EncounterId>,
    /// The folio of the paper strip from which it was typed, as it was typed (the winner, if undecided).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper_ref: Option<String>,
    /// The row as it was when the record was approved, if an approval stands and the record does not stand as it was
    /// approved: a change waits for approval. It is reviewed, and has no such row of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_approved: Option<Box<Self>>,
}

impl Summary {
    /// Derives the row with nothing known from outside: the same on every device.
    pub fn of(encounter: &Encounter) -> Self {
        Self::with(encounter, &Context::unknown())
    }

    /// Derives the row with the days of a zone (IANA name): that of the post whose people see the record. Its header
    /// names the zone of the device on which it was made, which may have belonged to no post then.
    pub fn in_zone(encounter: &Encounter, tz: &str) -> Self {
        Self::derived(encounter, &Context::unknown(), tz)
    }

    /// Derives the row as roles and clock allow to say it.
    pub fn with(encounter: &Encounter, context: &Context<'_>) -> Self {
        Self::derived(encounter, context, &encounter.header.tz)
    }

    fn derived(encounter: &Encounter, context: &Context<'_>, tz: &str) -> Self {
        let header = &encounter.header;
        let occurred_at = occurred_at(encounter);
        let missing = rule::missing(encounter, &context.clock);
        Self {
            encounter_id: header.encounter_id,
            short_code: header.short_code.clone(),
            post_id: header.post_id.clone(),
            patrol_id: encounter.text("patrol_id").and_then(|id| id.parse().ok()),
            author_id: header.author_id,
            device_id: header.device_id,
            created_at: header.created_at,
            occurred_at,
            day: local_day(occurred_at, tz),
            other_days: other_days(encounter, tz),
            direction: encounter.text("direction").map(str::to_owned),
            lat_lon: lat_lon(encounter),
            nationalities: people::by_nationality(encounter),
            people: people::of_all(encounter),
            attentions: attention::by_category(encounter),
            status: encounter.status_with(context, || missing.is_empty()),
            missing: missing
                .into_iter()
                .map(|missing| (missing.rule, missing.field))
                .collect(),
            undecided: undecided(encounter),
            parts_over_total: attention::parts_over_total(encounter),
            clock_doubt: rule::clock_doubt(encounter, &context.clock),
            distinct_from: encounter.distinct_from(context).into_iter().collect(),
            paper_ref: encounter.text("paper_ref").map(str::to_owned),
            as_approved: encounter.as_approved(context).map(|then| {
                Box::new(Self {
                    status: Status::Reviewed,
                    ..Self::derived(then, context, tz)
                })
            }),
        }
    }

    /// Returns the row as that of another post.
    #[must_use]
    pub fn of_post(mut self, post_id: &PostId) -> Self {
        self.post_id = post_id.clone();
        self.as_approved = self.as_approved.map(|then| Box::new(then.of_post(post_id)));
        self
    }

    /// Returns the row of a record whose patrol was out then (E09). While the patrol is out, a time before it left is
    /// a warning only ([`Summary::is_outside`]); afterwards something is missing.
    #[must_use]
    pub fn during(mut self, span: &Span) -> Self {
        if self.approved_in_patrol().is_some() {
            let then = self.as_approved.take();
            self.as_approved = then.map(|then| Box::new(then.during(span)));
        }
        if !span.is_open && self.is_outside(span) {
            self.missing
                .push(("E09".to_owned(), rule::TIME_OUTSIDE.to_owned()));
            if matches!(self.status, Status::Complete | Status::Submitted) {
                self.status = Status::Draft;
            }
        }
        self
    }

    /// Returns the row as it was approved if it was of the same patrol: another one is not asked about the record.
    pub fn approved_in_patrol(&self) -> Option<&Self> {
        let then = self.as_approved.as_deref()?;
        (then.patrol_id == self.patrol_id).then_some(then)
    }

    /// Returns whether it lies outside its patrol, as far as both times can be believed and nobody has still to
    /// choose between two of them.
    pub fn is_outside(&self, span: &Span) -> bool {
        !self.clock_doubt
            && !self.missing.iter().any(|(_, field)| field == rule::TIME)
            && !self.undecided.iter().any(|field| field == rule::TIME)
            && rule::is_outside(self.occurred_at.to_utc(), span)
    }

    /// Returns what a line of a list shows beside the figures.
    pub fn heading(&self) -> Heading<'_> {
        Heading {
            encounter_id: self.encounter_id,
            short_code: &self.short_code,
            occurred_at: self.occurred_at,
            author_id: self.author_id,
            device_id: self.device_id,
            patrol_id: self.patrol_id,
        }
    }

    /// Returns whether tables count it: complete, not void, not withdrawn, not merged.
    pub fn counts(&self) -> bool {
        self.is_counted()
    }
}

impl fmt::Debug for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Where people were met, and which nationalities, stays out of logs.
        f.debug_struct("Summary")
            .field("encounter_id", &self.encounter_id)
            .field("status", &self.status)
            .field("people", &self.people.total)
            .field("missing", &self.missing)
            .field("undecided", &self.undecided)
            .finish_non_exhaustive()
    }
}

fn lat_lon(encounter: &Encounter) -> Option<(f64, f64)> {
    match encounter.fields.get("position")?.shown()? {
        FieldValue::Position(Some(position)) => Some((position.lat, position.lon)),
        _ => None,
    }
}

fn undecided(encounter: &Encounter) -> Vec<String> {
    let fields = encounter.two_values();
    fields
        .into_iter()
        .filter(|(_, merge)| *merge == Merge::Both)
        .map(|(path, _)| path.clone())
        .collect()
}

#[cfg(test)]
mod tests;

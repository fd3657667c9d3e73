//! A patrol as a document: out, edited, back. The kind of a document is known from outside.
//!
//! It is small on purpose; its containers are those of the whole record in `DOMAIN.md` 4.5, so that later
//! builds add keys and never containers.

mod layout;
mod rights;

use std::collections::{BTreeMap, BTreeSet};

use automerge::ScalarValue;
use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::authoring::{Author, Written};
use crate::capture::Code;
use crate::clock::is_checked_source;
use crate::content::{
    self, Edit, EditError, FieldPath, FieldValue, HistoryEntry, Register, State, Stated, header,
};
use crate::document::{Document, DocumentError, Version, guarded};
use crate::id::{DeviceId, PatrolId, PersonId, PostId};

pub(crate) use layout::PATROL;
pub use rights::{Correction, Signer, may_correct};

/// What is set once, when the patrol leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The patrol.
    pub patrol_id: PatrolId,
    /// How it is called on radio and paper, `BCH-0314-2`.
    pub code: String,
    /// The post.
    pub post_id: PostId,
    /// Who opened it.
    pub author_id: PersonId,
    /// On what.
    pub device_id: DeviceId,
    /// When by the device's clock.
    pub created_at: DateTime<Utc>,
    /// IANA time zone of the post.
    pub tz: String,
}

/// What is stated when a patrol leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// When.
    pub departed_at: DateTime<FixedOffset>,
    /// Where that time comes from: code list `clock_source`.
    pub clock_source: Code,
    /// Who leads it.
    pub leader_id: Option<PersonId>,
    /// Everybody on it, the leader included.
    pub members: BTreeSet<PersonId>,
    /// The trail, which records take as their default.
    pub trail_id: Option<Code>,
    /// The setting, which records take as their default.
    pub setting: Option<Code>,
    /// The direction, which records take as their default.
    pub direction: Option<Code>,
}

/// A patrol as far as reports need it: who is out with what, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outing {
    /// The patrol.
    pub patrol_id: PatrolId,
    /// How it is called, `BCH-0314-2`.
    pub code: String,
    /// The device on which it was opened.
    pub device_id: DeviceId,
    /// When it left, by that device's clock.
    pub departed_at: DateTime<Utc>,
    /// When it came back, if it has.
    pub returned_at: Option<DateTime<Utc>>,
}

/// What a return has for the source of its time (`returned_clock`) where somebody said it with another device than that of
/// the patrol: he knows when he said so, nobody knows when it came back.
pub const CLOSED: &str = "closed";

/// When a patrol was out, as far as its times can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// When it left; `None` if nobody vouches for that time.
    pub departed_at: Option<DateTime<Utc>>,
    /// When it came back; `None` if nobody vouches for that time, or it has not.
    pub returned_at: Option<DateTime<Utc>>,
    /// It is out.
    pub is_open: bool,
}

/// A patrol as read: every field with all its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Patrol {
    /// What was set once.
    pub header: Header,
    /// Every known field that has a value.
    pub fields: BTreeMap<FieldPath, Register>,
    /// Fields that this build does not know.
    pub unknown: BTreeMap<FieldPath, Register>,
    /// What was read.
    pub version: Version,
}

/// Makes the first change of a new patrol. All fixed containers are made here and nowhere else.
pub fn depart(
    header: &Header,
    departure: &Departure,
    author: &Author,
) -> Result<Written, EditError> {
    let stated = json!({
        "departed_at": departure.departed_at.to_rfc3339(),
        "departed_clock": departure.clock_source,
        "leader_id": departure.leader_id,
        "members": departure.members,
        "trail_id": departure.trail_id,
        "setting": departure.setting,
        "direction": departure.direction,
    });
    let first = content::create_from(&layout::PATROL, scalars(header), &stated, author)?;
    Ok(first.written)
}

/// Authors an edit on the version that the document stands at; `None` if it changes nothing.
///
/// A patch names the fields of [`Departure`], `returned_at`, `returned_clock`, `zero_encounters` and `carried`: the steps
/// from the device that it left with to the one that it is with now ([`crate::succession::path`]).
pub fn edit(seen: &Document, edit: &Edit, author: &Author) -> Result<Option<Written>, EditError> {
    content::edit(&layout::PATROL, seen, edit, author)
}

/// Reads every value.
pub fn read(document: &Document) -> Result<Patrol, DocumentError> {
    guarded(|| {
        let header = read_header(document)?;
        let state = State::of(&layout::PATROL, document, None)?.visible(&layout::PATROL);
        Ok(Patrol {
            header,
            fields: state.fields,
            unknown: state.unknown,
            version: document.version(),
        })
    })
}

/// Returns who-changed-what in causal order, the creating change first (as field `created`).
pub fn history(document: &Document) -> Result<Vec<HistoryEntry>, DocumentError> {
    content::history(&layout::PATROL, document)
}

impl Patrol {
    /// Returns when it left (the winner, if undecided).
    pub fn departed_at(&self) -> Option<DateTime<FixedOffset>> {
        self.time("departed_at")
    }

    /// Returns when it came back, if it did.
    pub fn returned_at(&self) -> Option<DateTime<FixedOffset>> {
        self.time("returned_at")
    }

    /// Returns whether it is still out.
    pub fn is_open(&self) -> bool {
        self.returned_at().is_none()
    }

    /// Returns when it was out, as far as its times can be believed: E09 judges against nothing else. One that others
    /// closed judges nothing: no record is to change by that.
    pub fn span(&self) -> Span {
        let left = self.vouched("departed_at", "departed_clock");
        Span {
            departed_at: left.filter(|_| !self.is_closed_by_others()),
            returned_at: self.vouched("returned_at", "returned_clock"),
            is_open: self.is_open(),
        }
    }

    /// Returns whether it was confirmed that it met nobody.
    pub fn zero_encounters(&self) -> bool {
        matches!(self.shown("zero_encounters"), Some(FieldValue::Bool(true)))
    }

    /// Returns the trail.
    pub fn trail_id(&self) -> Option<&str> {
        self.text("trail_id")
    }

    /// Returns the setting.
    pub fn setting(&self) -> Option<&str> {
        self.text("setting")
    }

    /// Returns the direction.
    pub fn direction(&self) -> Option<&str> {
        self.text("direction")
    }

    /// Returns who leads it.
    pub fn leader_id(&self) -> Option<PersonId> {
        self.text("leader_id")?.parse().ok()
    }

    /// Returns everybody on it.
    pub fn members(&self) -> BTreeSet<PersonId> {
        let paths = self
            .fields
            .keys()
            .filter_map(|path| path.strip_prefix("members/"));
        paths.filter_map(|id| id.parse().ok()).collect()
    }

    /// Returns a time that is the only one and whose own statement says that its clock was checked.
    fn vouched(&self, time: &str, clock: &str) -> Option<DateTime<Utc>> {
        let [time] = self.fields.get(time)?.values.as_slice() else {
            return None;
        };
        let sources = &self.fields.get(clock)?.values;
        let source = sources.iter().find(|source| source.is_by(time.change))?;
        match (&time.value, &source.value) {
            (FieldValue::Time(time), FieldValue::Text(source)) if is_checked_source(source) => {
                Some(time.to_utc())
            }
            _ => None,
        }
    }

    /// Returns whether it is back by nobody's word who was out with it.
    fn is_closed_by_others(&self) -> bool {
        let values = |path: &str| self.fields.get(path).map_or(&[][..], |of| &of.values);
        let is_closed = |time: &Stated| {
            let mut sources = values("returned_clock").iter();
            let source = sources.find(|source| source.is_by(time.change));
            source.is_some_and(
                |source| matches!(&source.value, FieldValue::Text(source) if source == CLOSED),
            )
        };
        !self.is_open() && values("returned_at").iter().all(is_closed)
    }

    fn shown(&self, path: &str) -> Option<&FieldValue> {
        self.fields.get(path)?.shown()
    }

    fn text(&self, path: &str) -> Option<&str> {
        match self.shown(path)? {
            FieldValue::Text(text) => Some(text),
            _ => None,
        }
    }

    fn time(&self, path: &str) -> Option<DateTime<FixedOffset>> {
        match self.shown(path)? {
            FieldValue::Time(time) => Some(*time),
            _ => None,
        }
    }
}

fn scalars(header: &Header) -> [(&'static str, ScalarValue); 8] {
    let text = |text: &str| ScalarValue::from(text);
    [
        ("patrol_id", text(&header.patrol_id.to_string())),
        ("code", text(&header.code)),
        ("schema_version", ScalarValue::Int(layout::SCHEMA_VERSION)),
        ("post_id", text(header.post_id.as_str())),
        ("author_id", text(&header.author_id.to_string())),
        ("device_id", text(&header.device_id.to_string())),
        (
            "created_at",
            text(
                &header
                    .created_at
                    .to_rfc3339_opts(SecondsFormat::AutoSi, true),
            ),
        ),
        ("tz", text(&header.tz)),
    ]
}

fn read_header(document: &Document) -> Result<Header, DocumentError> {
    let at = document;
    Ok(Header {
        patrol_id: header::parsed(at, "patrol_id")?,
        code: header::text(at, "code")?,
        post_id: header::parsed(at, "post_id")?,
        author_id: header::parsed(at, "author_id")?,
        device_id: header::parsed(at, "device_id")?,
        created_at: header::time(at, "created_at")?,
        tz: header::text(at, "tz")?,
    })
}

#[cfg(test)]
mod tests;

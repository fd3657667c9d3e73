//! Where each field lies in the document and how concurrent values of it are treated.
//!
//! Scalars lie at the root under their own name. Everything that is a map in `DOMAIN.md` is one fixed
//! container made in the creating change, with flat scalar keys (`composition` holds `VEN/AA+M`):
//! two devices that each made a container at one key would lose one of them.

use super::Merge;

/// How a field's value is written and which values are usable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// A code of a list, or one that this build does not know.
    Code(&'static str),
    /// Words, at most so many characters.
    Words(usize),
    /// A whole number from 0 to a limit.
    Count(u32),
    /// A decimal number from 0 to a limit.
    Decimal(f64),
    /// Yes or no.
    Flag,
    /// RFC 3339 with offset.
    Time,
    /// A fix as canonical JSON, or `no_fix`.
    Position,
    /// A UUID.
    Id,
    /// People reached: `all` or a number.
    Reach,
}

/// A field or the cells of a container.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spec {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) merge: Merge,
}

/// What the keys of a container are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    /// `VEN/AA+M`.
    Cells,
    /// Codes of a list.
    Codes(&'static str),
    /// Encounter ids.
    Encounters,
    /// Rule ids.
    Rules,
}

/// A fixed container.
#[derive(Debug, Clone, Copy)]
pub(super) struct Container {
    pub(super) spec: Spec,
    pub(super) keys: Keys,
}

/// E02: what a cell may hold at most.
pub(super) const COUNT_MAX: u32 = 9_999;
/// The note, characters.
pub(super) const NOTE_MAX: usize = 500;
/// The version of this layout.
pub(super) const SCHEMA_VERSION: i64 = 1;
/// The note's text object.
pub(super) const NOTE: &str = "note";
/// The log's container.
pub(super) const REVIEW_LOG: &str = "review_log";
/// Says that needs were asked about, also when there are none.
pub(super) const NEEDS_ANSWERED: &str = "needs_answered";
/// Keys at the root that say from which refused change a change was recovered.
pub(crate) const RECOVERED: &str = "recovered/";

/// What is set once, at the root.
pub(super) const HEADER: [&str; 8] = [
    "encounter_id", "short_code", "schema_version", "post_id", "author_id", "device_id", "created_at", "tz",
];

const fn both(name: &'static str, kind: Kind) -> Spec {
    Spec { name, kind, merge: Merge::Both }
}

const fn winner(name: &'static str, kind: Kind) -> Spec {
    Spec { name, kind, merge: Merge::Winner }
}

const fn set(name: &'static str, kind: Kind) -> Spec {
    Spec { name, kind, merge: Merge::Set }
}

/// The scalars, in the order of `DOMAIN.md`.
pub(super) const SCALARS: [Spec; 23] = [
    winner("patrol_id", Kind::Id),
    winner("capture_mode", Kind::Code("capture_mode")),
    winner("paper_ref", Kind::Words(16)),
    both("occurred_at", Kind::Time),
    winner("occurred_precision", Kind::Code("occurred_precision")),
    winner("clock_source", Kind::Code("clock_source")),
    winner("ended_at", Kind::Time),
    both("position", Kind::Position),
    winner("place_id", Kind::Code("place")),
    winner("trail_id", Kind::Code("trail")),
    winner("trail_km", Kind::Decimal(9_999.0)),
    winner("setting", Kind::Code("setting")),
    both("place_note", Kind::Words(80)),
    winner("river_state", Kind::Code("river_state")),
    winner("trail_state", Kind::Code("trail_state")),
    winner("direction", Kind::Code("direction")),
    winner("count_method", Kind::Code("count_method")),
    both("group_estimate", Kind::Count(COUNT_MAX)),
    both("families", Kind::Count(COUNT_MAX)),
    winner("re_encounter", Kind::Code("re_encounter")),
    winner("interpretation", Kind::Code("interpretation")),
    winner("female_officer", Kind::Flag),
    set(NEEDS_ANSWERED, Kind::Flag),
];

/// The containers with scalar cells. The review log and the note are containers of their own kind.
pub(super) const CONTAINERS: [Container; 9] = [
    Container { spec: both("composition", Kind::Count(COUNT_MAX)), keys: Keys::Cells },
    Container { spec: both("needs", Kind::Count(COUNT_MAX)), keys: Keys::Codes("need") },
    Container { spec: both("separation", Kind::Count(COUNT_MAX)), keys: Keys::Codes("separation") },
    Container { spec: both("assistance", Kind::Reach), keys: Keys::Codes("assistance") },
    Container { spec: both("items_given", Kind::Count(COUNT_MAX)), keys: Keys::Codes("item") },
    Container { spec: both("beta_override", Kind::Count(COUNT_MAX)), keys: Keys::Codes("beta_category") },
    Container { spec: set("languages", Kind::Flag), keys: Keys::Codes("language") },
    Container { spec: set("linked_encounters", Kind::Code("link")), keys: Keys::Encounters },
    Container { spec: set("warnings_ack", Kind::Words(200)), keys: Keys::Rules },
];

/// Returns the container of that name.
pub(super) fn container(name: &str) -> Option<&'static Container> {
    CONTAINERS.iter().find(|container| container.spec.name == name)
}

/// Returns the scalar of that name.
pub(super) fn scalar(name: &str) -> Option<&'static Spec> {
    SCALARS.iter().find(|spec| spec.name == name)
}

/// Returns what is known about a field path.
pub(super) fn spec(path: &str) -> Option<Spec> {
    match path.split_once('/') {
        None => scalar(path).copied(),
        Some((name, key)) => container(name).filter(|container| container.keys.allow(key)).map(|container| container.spec),
    }
}

impl Keys {
    /// Returns whether a key has the form that this container's keys have.
    pub(super) fn allow(self, key: &str) -> bool {
        match self {
            Self::Cells => cell(key).is_some(),
            Self::Codes(_) | Self::Rules => is_code(key),
            Self::Encounters => key.parse::<crate::id::EncounterId>().is_ok(),
        }
    }
}

/// Splits a composition key into nationality, age band and sex, if it has that form.
pub(super) fn cell(key: &str) -> Option<(&str, &str, &str)> {
    let (nation, rest) = key.split_once('/')?;
    let (band, sex) = rest.split_once('+')?;
    let capital = |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let formed = is_nation(nation)
        && (1..=4).contains(&band.len())
        && (1..=2).contains(&sex.len())
        && capital(band)
        && capital(sex);
    formed.then_some((nation, band, sex))
}

/// Returns whether a text has the form of a code: 1 to 40 of letters, digits, `_`, `-`, `.`.
pub(super) fn is_code(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (1..=40).contains(&text.len()) && text.bytes().all(allowed)
}

/// Returns whether a key has the form of a nationality: three capital letters.
pub(super) fn is_nation(key: &str) -> bool {
    key.len() == 3 && key.bytes().all(|byte| byte.is_ascii_uppercase())
}

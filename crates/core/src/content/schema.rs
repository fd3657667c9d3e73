//! Where each field lies in a document and how concurrent values of it are treated.
//!
//! Scalars lie at the root under their own name. Everything that is a map in `DOMAIN.md` is one fixed
//! container made in the creating change, with flat scalar keys (`composition` holds `VEN/AA+M`):
//! two devices that each made a container at one key would lose one of them.

use super::Merge;
use crate::id::DocumentId;

/// How a field's value is written and which values are usable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// A code of a list, or one that this build does not know.
    Code(&'static str),
    /// Words, at most so many characters.
    Words(usize),
    /// A whole number from 0 to a limit. In a cell 0 says that there is nobody, and is what a removal writes.
    Count(u32),
    /// A whole number from 0 to a limit that stands in place of a derived one: 0 is such a number, and only what
    /// was removed stands aside.
    Correction(u32),
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
pub(crate) struct Spec {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) merge: Merge,
}

/// What the keys of a container are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    /// `VEN/AA+M`.
    Cells,
    /// Codes of a list.
    Codes(&'static str),
    /// Ids: encounters, people.
    Ids,
    /// Rule ids.
    Rules,
}

/// A fixed container.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Container {
    pub(crate) spec: Spec,
    pub(crate) keys: Keys,
}

/// E02: what a cell may hold at most.
pub(crate) const COUNT_MAX: u32 = 9_999;
/// The log's container, in every kind of document.
pub(crate) const REVIEW_LOG: &str = "review_log";
/// Says that needs were asked about, also when there are none.
pub(crate) const NEEDS_ANSWERED: &str = "needs_answered";
/// Keys at the root that say from which refused change a change was recovered.
pub(crate) const RECOVERED: &str = "recovered/";

/// A kind of document.
#[derive(Debug)]
pub(crate) struct Schema {
    /// What is set once, at the root.
    pub(crate) header: &'static [&'static str],
    /// The scalars, in the order of `DOMAIN.md`.
    pub(crate) scalars: &'static [Spec],
    /// The containers with scalar cells.
    pub(crate) containers: &'static [Container],
    /// The name of the one text that merges by itself, and how many characters it holds.
    pub(crate) text: (&'static str, usize),
    /// The time that is judged when it is stated.
    pub(crate) checked: Option<Checked>,
}

/// A time that is judged when it is stated, by the names of its fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Checked {
    /// The time.
    pub(crate) time: &'static str,
    /// Where it came from.
    pub(crate) source: &'static str,
    /// The true time by which it was judged. The device adds it.
    pub(crate) at: &'static str,
}

impl Schema {
    /// Returns whether a field is added by the device and stated by nobody.
    pub(crate) fn is_added(&self, name: &str) -> bool {
        self.checked.is_some_and(|checked| checked.at == name)
    }

    /// Returns the container of that name.
    pub(crate) fn container(&self, name: &str) -> Option<&'static Container> {
        self.containers
            .iter()
            .find(|container| container.spec.name == name)
    }

    /// Returns the scalar of that name.
    pub(crate) fn scalar(&self, name: &str) -> Option<&'static Spec> {
        self.scalars.iter().find(|spec| spec.name == name)
    }

    /// Returns what is known about a field path.
    pub(crate) fn spec(&self, path: &str) -> Option<Spec> {
        match path.split_once('/') {
            None => self.scalar(path).copied(),
            Some((name, key)) => {
                let container = self
                    .container(name)
                    .filter(|container| container.keys.allow(key));
                container.map(|container| container.spec)
            }
        }
    }

    /// Returns whether a field is the text.
    pub(crate) fn is_text(&self, path: &str) -> bool {
        path == self.text.0
    }

    /// Returns whether a key at the root is a fixed container, the log and the text included.
    pub(crate) fn is_container(&self, key: &str) -> bool {
        key == REVIEW_LOG || self.is_text(key) || self.container(key).is_some()
    }

    /// Returns how concurrent values of a field are treated; `None` for a field that is not known.
    pub(crate) fn merge_of(&self, path: &str) -> Option<Merge> {
        if self.is_text(path) {
            Some(Merge::Text)
        } else if self.header.contains(&path) {
            Some(Merge::Once)
        } else {
            self.spec(path).map(|spec| spec.merge)
        }
    }
}

pub(crate) const fn both(name: &'static str, kind: Kind) -> Spec {
    Spec {
        name,
        kind,
        merge: Merge::Both,
    }
}

pub(crate) const fn winner(name: &'static str, kind: Kind) -> Spec {
    Spec {
        name,
        kind,
        merge: Merge::Winner,
    }
}

pub(crate) const fn set(name: &'static str, kind: Kind) -> Spec {
    Spec {
        name,
        kind,
        merge: Merge::Set,
    }
}

impl Keys {
    /// Returns whether a key has the form that this container's keys have.
    pub(crate) fn allow(self, key: &str) -> bool {
        match self {
            Self::Cells => cell(key).is_some(),
            Self::Codes(_) | Self::Rules => is_code(key),
            Self::Ids => key.parse::<DocumentId>().is_ok(),
        }
    }
}

/// Splits a composition key into nationality, age band and sex, if it has that form.
pub(crate) fn cell(key: &str) -> Option<(&str, &str, &str)> {
    let (nation, rest) = key.split_once('/')?;
    let (band, sex) = rest.split_once('+')?;
    let capital = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    let formed = is_nation(nation)
        && (1..=4).contains(&band.len())
        && (1..=2).contains(&sex.len())
        && capital(band)
        && capital(sex);
    formed.then_some((nation, band, sex))
}

/// Returns whether a text has the form of a code: 1 to 40 of letters, digits, `_`, `-`, `.`.
pub(crate) fn is_code(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (1..=40).contains(&text.len()) && text.bytes().all(allowed)
}

/// Returns whether a key has the form of a nationality: three capital letters.
pub(crate) fn is_nation(key: &str) -> bool {
    key.len() == 3 && key.bytes().all(|byte| byte.is_ascii_uppercase())
}

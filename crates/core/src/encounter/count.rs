//! Numbers that may be undecided, and what an encounter adds up to.

use std::ops::Bound;

use super::{Count, Encounter, FieldValue, Register};
use crate::capture::Reach;
use crate::content::schema;

impl Count {
    /// Makes a decided number.
    pub const fn exactly(number: u32) -> Self {
        Self {
            min: number,
            max: number,
        }
    }

    /// Returns whether there is one number only.
    pub const fn is_decided(self) -> bool {
        self.min == self.max
    }

    /// Adds two numbers, range by range.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            min: self.min.saturating_add(other.min),
            max: self.max.saturating_add(other.max),
        }
    }

    /// Returns the larger of both, range by range.
    #[must_use]
    pub fn at_least(self, other: Self) -> Self {
        Self {
            min: self.min.max(other.min),
            max: self.max.max(other.max),
        }
    }

    /// Returns the smaller of both, range by range.
    #[must_use]
    pub fn at_most(self, other: Self) -> Self {
        Self {
            min: self.min.min(other.min),
            max: self.max.min(other.max),
        }
    }

    /// Returns by how much this may exceed another number.
    #[must_use]
    pub const fn beyond(self, other: Self) -> Self {
        Self {
            min: self.min.saturating_sub(other.max),
            max: self.max.saturating_sub(other.min),
        }
    }

    fn around(self, other: Self) -> Self {
        Self {
            min: self.min.min(other.min),
            max: self.max.max(other.max),
        }
    }
}

impl std::iter::Sum for Count {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), Self::plus)
    }
}

impl Register {
    /// Returns the number that the values leave open; `all` stands for the total.
    pub(crate) fn count(&self, total: Count) -> Count {
        let counts = self.values.iter().map(|stated| count(&stated.value, total));
        counts.reduce(Count::around).unwrap_or_default()
    }

    /// Returns the number that the values leave open, where one that was removed leaves the number in whose place the
    /// others stand.
    pub(crate) fn correction(&self, derived: Count, total: Count) -> Count {
        let counts = self.values.iter().map(|stated| match stated.value {
            FieldValue::Absent => derived,
            _ => count(&stated.value, total),
        });
        counts.reduce(Count::around).unwrap_or(derived)
    }

    /// Returns the value shown: Automerge's winner.
    pub fn shown(&self) -> Option<&FieldValue> {
        self.values.first().map(|stated| &stated.value)
    }
}

fn count(value: &FieldValue, total: Count) -> Count {
    match value {
        FieldValue::Int(number) => {
            Count::exactly(u32::try_from((*number).max(0)).unwrap_or(schema::COUNT_MAX))
        }
        FieldValue::Reach(Reach::Part(people)) => Count::exactly(*people),
        FieldValue::Reach(Reach::All) => total,
        _ => Count::default(),
    }
}

/// One cell of the composition.
pub(crate) struct Cell<'a> {
    pub(crate) nation: &'a str,
    pub(crate) band: &'a str,
    pub(crate) sex: &'a str,
    pub(crate) people: Count,
}

impl Encounter {
    /// Returns the cells of the composition, in key order.
    pub(crate) fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        self.cells_of("composition").filter_map(|(key, register)| {
            let (nation, band, sex) = schema::cell(key)?;
            Some(Cell {
                nation,
                band,
                sex,
                people: register.count(Count::default()),
            })
        })
    }

    /// Returns the cells of a container by key, in key order.
    pub(crate) fn cells_of<'a>(
        &'a self,
        container: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a Register)> {
        // They lie together: whoever sums up a record asks for each container many times.
        let from = (Bound::Included(container), Bound::Unbounded);
        self.fields
            .range::<str, _>(from)
            .take_while(move |(path, _)| path.starts_with(container))
            .filter_map(move |(path, register)| {
                let key = path.strip_prefix(container)?.strip_prefix('/')?;
                Some((key, register))
            })
    }

    /// Returns the people counted in cells.
    pub(crate) fn counted(&self) -> Count {
        self.cells().map(|cell| cell.people).sum()
    }

    /// Returns the number that a field states; 0 if it is not stated.
    pub(crate) fn stated(&self, path: &str) -> Count {
        self.fields
            .get(path)
            .map_or_else(Count::default, |register| register.count(Count::default()))
    }

    /// Returns whether needs were asked about.
    pub(crate) fn needs_answered(&self) -> bool {
        self.fields.contains_key(schema::NEEDS_ANSWERED)
    }

    /// Returns the code or words shown for a field.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        match self.fields.get(path)?.shown()? {
            FieldValue::Text(text) => Some(text),
            _ => None,
        }
    }
}

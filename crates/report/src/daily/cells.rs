//! People of a row of the table, by sex and adult or minor.

use std::ops::AddAssign;

use bitacora_core::summary::People;
use serde::{Deserialize, Serialize};

use crate::figure::Figure;

/// People by sex and adult or minor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cells {
    /// Adult men.
    pub men: Figure,
    /// Adult women.
    pub women: Figure,
    /// Boys.
    pub boys: Figure,
    /// Girls.
    pub girls: Figure,
    /// Age group or sex not known.
    pub unknown: Figure,
    /// All of them.
    pub total: Figure,
}

impl Cells {
    /// Returns the five columns and the total with their names, in the order of every table.
    pub const fn columns(&self) -> [(&'static str, Figure); 6] {
        [
            ("men", self.men),
            ("women", self.women),
            ("boys", self.boys),
            ("girls", self.girls),
            ("unknown", self.unknown),
            ("total", self.total),
        ]
    }
}

impl From<&People> for Cells {
    fn from(people: &People) -> Self {
        Self {
            men: people.men.into(),
            women: people.women.into(),
            boys: people.boys.into(),
            girls: people.girls.into(),
            unknown: people.unknown.into(),
            total: people.total.into(),
        }
    }
}

impl AddAssign for Cells {
    fn add_assign(&mut self, other: Self) {
        self.men += other.men;
        self.women += other.women;
        self.boys += other.boys;
        self.girls += other.girls;
        self.unknown += other.unknown;
        self.total += other.total;
    }
}

/// Returns whether a count of a group is still undecided.
pub(super) fn has_range(people: &People) -> bool {
    let People {
        men,
        women,
        boys,
        girls,
        unknown,
        total,
    } = people;
    [men, women, boys, girls, unknown, total]
        .into_iter()
        .any(|count| !count.is_decided())
}

//! A figure of a table: a number, or a range as long as somebody has still to choose.

use std::fmt;
use std::ops::AddAssign;

use bitacora_core::encounter::Count;
use serde::{Deserialize, Serialize};

/// A sum of counts. Two values in one record make it a range; a table never picks one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Figure {
    /// The least it can be.
    pub min: u64,
    /// The most it can be; equal to `min` when everything is decided.
    pub max: u64,
    /// The number of records in it whose count is still undecided.
    pub undecided: u64,
}

impl Figure {
    /// Returns whether nobody has to choose anything any more.
    pub const fn is_decided(self) -> bool {
        self.min == self.max
    }

    /// Returns whether nothing can be in it.
    pub const fn is_zero(self) -> bool {
        self.max == 0
    }
}

impl From<Count> for Figure {
    fn from(count: Count) -> Self {
        let undecided = u64::from(count.min != count.max);
        Self {
            min: count.min.into(),
            max: count.max.into(),
            undecided,
        }
    }
}

impl AddAssign for Figure {
    fn add_assign(&mut self, other: Self) {
        self.min = self.min.saturating_add(other.min);
        self.max = self.max.saturating_add(other.max);
        self.undecided = self.undecided.saturating_add(other.undecided);
    }
}

/// Written as `48` or `48–49`.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_decided() {
            f.pad(&self.min.to_string())
        } else {
            f.pad(&format!("{}–{}", self.min, self.max))
        }
    }
}

//! A version: what a person saw, named by its heads.

use std::fmt;

use crate::id::ChangeHash;

/// The heads that a person saw, sorted. Views carry it, edits and choices are authored at it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Version(Vec<ChangeHash>);

impl Version {
    /// Makes a version of heads in any order.
    pub fn new(mut heads: Vec<ChangeHash>) -> Self {
        heads.sort();
        heads.dedup();
        Self(heads)
    }

    /// Returns the heads, sorted.
    pub fn heads(&self) -> &[ChangeHash] {
        &self.0
    }
}

impl std::str::FromStr for Version {
    type Err = crate::id::InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let heads = text
            .split(',')
            .filter(|part| !part.is_empty())
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        Ok(Self::new(heads))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, head) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            head.fmt(f)?;
        }
        Ok(())
    }
}

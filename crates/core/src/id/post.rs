//! Posts and the audiences (scopes) of their data.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::InvalidId;

/// A post or Grupo Beta module by its code, such as `PA-BCH`.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
pub struct PostId(String);

impl PostId {
    /// Returns the code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the last part of the code, three letters as a rule: `BCH` of `PA-BCH`.
    pub fn short(&self) -> &str {
        self.0.rsplit('-').next().unwrap_or(&self.0)
    }
}

impl FromStr for PostId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
        let valid = (2..=16).contains(&text.len())
            && text.chars().all(allowed)
            && text.split('-').all(|part| !part.is_empty());
        if valid {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId {
                kind: "the code of a post",
                expected: "2 to 16 of A-Z, 0-9 and single hyphens, such as PA-BCH",
            })
        }
    }
}

impl TryFrom<String> for PostId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<PostId> for String {
    fn from(id: PostId) -> Self {
        id.0
    }
}

impl fmt::Display for PostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A compartment of data with one audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Compartment {
    /// Encounters and patrols (S1 and S2).
    Operational,
}

impl Compartment {
    /// Returns the word used on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operational => "operational",
        }
    }
}

/// One audience: whoever subscribes to it may see every row of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId {
    /// The post.
    pub post: PostId,
    /// The compartment of that post's data.
    pub compartment: Compartment,
}

impl ScopeId {
    /// Returns the audience of a post's records.
    pub const fn operational(post: PostId) -> Self {
        Self {
            post,
            compartment: Compartment::Operational,
        }
    }
}

impl fmt::Display for ScopeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.post, self.compartment.as_str())
    }
}

impl FromStr for ScopeId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = InvalidId {
            kind: "the audience",
            expected: "POST/operational",
        };
        let (post, compartment) = text.split_once('/').ok_or(invalid.clone())?;
        match compartment {
            "operational" => Ok(Self::operational(post.parse()?)),
            _ => Err(invalid),
        }
    }
}

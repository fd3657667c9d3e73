//! One Automerge document under the house rules: every change is checked before it is applied,
//! a panic inside Automerge becomes an error, and a snapshot is only made if it can be loaded again.

use std::fmt;

use thiserror::Error;

use crate::authoring::ChangeMeta;
use crate::id::{ActorId, ChangeHash};

/// The heads that a person saw, sorted. Views carry it, edits and choices are authored at it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Version(Vec<ChangeHash>);

/// An Automerge document.
pub struct Document {
    pub(crate) automerge: automerge::Automerge,
}

/// Why a document or a change was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// The bytes are no change chunk as the strict pre-parser wants it.
    #[error("change is malformed: {0}")]
    Malformed(&'static str),
    /// Changes that it builds on are not there.
    #[error("change builds on {} changes that are not here", .0.len())]
    MissingDeps(Vec<ChangeHash>),
    /// The actor used this number for another change: a cloned or restored device.
    #[error("actor already has another change numbered {seq}")]
    DuplicateSeq {
        /// The number used twice.
        seq: u64,
    },
    /// Automerge panicked; the document was dropped.
    #[error("the document library failed on these bytes")]
    Panicked,
    /// The document would not survive saving and loading.
    #[error("the change leaves a document that cannot be loaded again")]
    Poisoned,
    /// Automerge refused for another reason.
    #[error("the document library refused: {0}")]
    Refused(String),
    /// The version names changes that this document does not have.
    #[error("the version seen is not part of this document")]
    UnknownVersion,
}

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
        let heads = text.split(',').filter(|part| !part.is_empty()).map(str::parse).collect::<Result<_, _>>()?;
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

impl Document {
    /// Builds the document from raw chunks in any order; all their ancestors must be among them.
    pub fn from_changes<'a>(_changes: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, DocumentError> {
        todo!()
    }

    /// Loads a snapshot made by [`Document::snapshot`].
    pub fn load(_snapshot: &[u8]) -> Result<Self, DocumentError> {
        todo!()
    }

    /// Returns a snapshot that was loaded again and compared before it is handed out.
    pub fn snapshot(&self) -> Result<Vec<u8>, DocumentError> {
        todo!()
    }

    /// Returns the document with the change applied; the old one is gone if it fails.
    pub fn with_change(self, _bytes: &[u8]) -> Result<Self, DocumentError> {
        todo!()
    }

    /// Returns the current heads.
    pub fn version(&self) -> Version {
        todo!()
    }

    /// Returns the document as it was at a version: its ancestors only, rebuilt from their bytes.
    pub fn at(&self, _version: &Version) -> Result<Self, DocumentError> {
        todo!()
    }

    /// Returns whether an actor may author on this version: its own last change, if any, is part of it.
    pub fn may_author(&self, _actor: ActorId, _version: &Version) -> bool {
        todo!()
    }

    /// Returns every change in causal order.
    pub fn changes(&self) -> Vec<ChangeMeta> {
        todo!()
    }

    /// Returns the raw chunk of a change.
    pub fn change_bytes(&self, _hash: ChangeHash) -> Option<Vec<u8>> {
        todo!()
    }
}

/// Checks one change chunk strictly, without Automerge: checksum, type, lengths, counts, limits.
pub fn parse_change(_bytes: &[u8]) -> Result<ChangeMeta, DocumentError> {
    todo!()
}

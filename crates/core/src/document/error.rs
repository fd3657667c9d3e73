//! Why a document or a change was not accepted.

use thiserror::Error;

use crate::id::ChangeHash;

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
    /// Objects lie in each other deeper than any build writes them.
    #[error("the change leaves objects too deep in each other")]
    TooDeep,
    /// The content is not what this kind of document holds.
    #[error("the document is not of its kind: {0}")]
    Schema(&'static str),
    /// Automerge refused for another reason.
    #[error("the document library refused: {0}")]
    Refused(String),
    /// The version names changes that this document does not have.
    #[error("the version seen is not part of this document")]
    UnknownVersion,
}

//! Identifiers. Each is a newtype: a patrol can never be passed where a person is meant.
//!
//! None is derived from anything personal: they are random, or the hash of a public key.

mod bytes;
mod post;
mod uuids;

pub use bytes::{ActorId, ChangeHash, DeviceId, EnvelopeHash, ServerId};
pub use post::{Compartment, PostId, ScopeId};
pub use uuids::{DocumentId, DraftId, EncounterId, EntryId, OrganisationId, PatrolId, PersonId};

use thiserror::Error;

/// A text that is not the identifier it was given for.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{kind} is not valid: expected {expected}")]
pub struct InvalidId {
    /// Which identifier was meant.
    pub kind: &'static str,
    /// What a valid one looks like.
    pub expected: &'static str,
}

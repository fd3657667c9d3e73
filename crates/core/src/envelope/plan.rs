//! Which unsent changes go into which envelope.

use super::leaf::DocumentKind;
use crate::id::{ChangeHash, DocumentId, PersonId, ScopeId};
use crate::wire::limit;

/// An own change that no envelope holds yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsealed {
    /// The change.
    pub change: ChangeHash,
    /// Its document.
    pub document: DocumentId,
    /// What the document is.
    pub kind: DocumentKind,
    /// The audience it belongs to.
    pub scope: ScopeId,
    /// Who wrote it.
    pub person: PersonId,
    /// Length of the raw chunk.
    pub raw_bytes: usize,
}

/// Cuts unsent changes, in the order they were saved, into envelopes-to-be.
///
/// One person each, at most [`limit::ENVELOPE_RAW_BYTES`] of raw change or
/// [`limit::ENVELOPE_LEAVES_MAX`] changes, so that one envelope is one frame and one commit at the far
/// end; a single larger change goes alone. The order is kept: every change comes after what it builds on.
pub fn plan(unsealed: &[Unsealed]) -> Vec<&[Unsealed]> {
    let mut envelopes = Vec::new();
    let mut rest = unsealed;
    while !rest.is_empty() {
        let (envelope, later) = rest.split_at(fitting(rest));
        envelopes.push(envelope);
        rest = later;
    }
    envelopes
}

/// Returns how many changes from the front go into one envelope; at least one.
fn fitting(changes: &[Unsealed]) -> usize {
    let mut raw_bytes = 0usize;
    let person = changes.first().map(|change| change.person);
    let fits = changes
        .iter()
        .take(limit::ENVELOPE_LEAVES_MAX)
        .take_while(|change| {
            raw_bytes = raw_bytes.saturating_add(change.raw_bytes);
            Some(change.person) == person && raw_bytes <= limit::ENVELOPE_RAW_BYTES
        });
    fits.count().max(1).min(changes.len())
}

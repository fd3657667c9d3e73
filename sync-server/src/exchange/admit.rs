//! A change meets its document: on a copy, and only what can be saved and loaded again is kept.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bitacora_core::document::{Document, DocumentError};
use bitacora_core::encounter;
use bitacora_core::envelope::DocumentKind;
use bitacora_core::receipt::RefusalCode;
use bitacora_core::summary::Summary;
use bitacora_core::sync::{Admission, NewChange};
use rusqlite::Connection;

use crate::store::StoreError;
use crate::store::table::{document, log};

/// A document as it would be with the change.
struct Merged {
    snapshot: Vec<u8>,
    summary: Option<Summary>,
}

/// Applies a change and stages the result, or says why not.
pub(super) fn admit(connection: &Connection, change: &NewChange) -> Result<Admission, StoreError> {
    let before = match document::snapshot(connection, change.document)? {
        None => None,
        Some(snapshot) => match guarded(|| Document::load(&snapshot)) {
            Ok(document) => Some(document),
            Err(_) => Some(rebuilt(connection, change)?),
        },
    };
    let merged = match guarded(|| merge(before, change)) {
        Ok(merged) => merged,
        Err(error) => return Ok(refusal(&error)),
    };
    let summary = merged.summary.as_ref();
    document::save(connection, change.document, change.kind, &change.scope, &merged.snapshot, summary)?;
    Ok(Admission::Accepted)
}

/// Makes a damaged snapshot again from the log, which is the truth.
fn rebuilt(connection: &Connection, change: &NewChange) -> Result<Document, StoreError> {
    tracing::error!(document.id = %change.document, "A snapshot was damaged and is made again from the log");
    let rows = log::document_rows(connection, &change.scope, change.document, u64::MAX)?;
    guarded(|| Document::from_changes(rows.iter().map(|row| row.new.bytes.as_slice())))
        .map_err(|_| StoreError::Unreadable("document"))
}

fn merge(before: Option<Document>, change: &NewChange) -> Result<Merged, DocumentError> {
    let document = match before {
        Some(document) => document.with_change(&change.bytes)?,
        None => Document::from_changes([change.bytes.as_slice()])?,
    };
    let summary = if change.kind == DocumentKind::ENCOUNTER { Some(summary(&document, change)?) } else { None };
    Ok(Merged { snapshot: document.snapshot()?, summary })
}

/// Derives the flat row; fails if the document is not the encounter that it is sent as.
pub(super) fn summary(document: &Document, change: &NewChange) -> Result<Summary, DocumentError> {
    let encounter = encounter::read(document)?;
    if encounter.header.encounter_id.as_bytes() != change.document.as_bytes() {
        return Err(DocumentError::Schema("it names another record than the one it was sent as"));
    }
    if encounter.header.post_id != change.scope.post {
        return Err(DocumentError::Schema("it names another post than the one it was sent to"));
    }
    Ok(Summary::of(&encounter))
}

/// Runs what reads hostile content; a panic that the core did not catch becomes a refusal.
fn guarded<T>(work: impl FnOnce() -> Result<T, DocumentError>) -> Result<T, DocumentError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(DocumentError::Panicked))
}

fn refusal(error: &DocumentError) -> Admission {
    let code = match error {
        DocumentError::Poisoned | DocumentError::Panicked => RefusalCode::Poison,
        DocumentError::DuplicateSeq { .. } => RefusalCode::DuplicateSeq,
        _ => RefusalCode::Change,
    };
    Admission::Refused { code, text: error.to_string() }
}

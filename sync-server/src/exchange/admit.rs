//! A change meets its document: on a copy, and only what can be saved and loaded again is kept.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bitacora_core::document::{Document, DocumentError};
use bitacora_core::envelope::DocumentKind;
use bitacora_core::receipt::RefusalCode;
use bitacora_core::summary::Summary;
use bitacora_core::sync::{Admission, NewChange};
use bitacora_core::{encounter, patrol};
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
    document::save(
        connection,
        change.document,
        change.kind,
        &change.scope,
        &merged.snapshot,
        summary,
    )?;
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
    // Kinds of newer builds are kept without being read.
    let summary = match change.kind {
        DocumentKind::ENCOUNTER => Some(summary(&document, change)?),
        DocumentKind::PATROL => {
            belongs(change, patrol::read(&document)?.header.patrol_id.as_bytes())?;
            None
        }
        _ => None,
    };
    Ok(Merged {
        snapshot: document.snapshot()?,
        summary,
    })
}

/// Derives the flat row; fails if the document is not the encounter that it is sent as.
fn summary(document: &Document, change: &NewChange) -> Result<Summary, DocumentError> {
    let encounter = encounter::read(document)?;
    belongs(change, encounter.header.encounter_id.as_bytes())?;
    Ok(Summary::of(&encounter))
}

/// Refuses a document whose own header names another document than its envelope.
///
/// The post in the header is not compared: who records before the enrolment does not know it yet. The
/// audience is the scope's, never the content's.
fn belongs(change: &NewChange, id: &[u8; 16]) -> Result<(), DocumentError> {
    if id == change.document.as_bytes() {
        Ok(())
    } else {
        Err(DocumentError::Schema(
            "it names another document than the one it was sent as",
        ))
    }
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
    Admission::Refused {
        code,
        text: error.to_string(),
    }
}

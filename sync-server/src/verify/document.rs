//! Every document: there for every row of a log, and the same as when it is made again from the log.

use bitacora_core::document::{Document, DocumentError};
use bitacora_core::encounter;
use bitacora_core::envelope::DocumentKind;
use bitacora_core::summary::Summary;
use rusqlite::Connection;

use super::VerifyReport;
use crate::store::StoreError;
use crate::store::table::document::{self, Stored};
use crate::store::table::log;

pub(super) fn check(connection: &Connection, report: &mut VerifyReport) -> Result<(), StoreError> {
    for document in document::missing(connection)? {
        report.find(format!(
            "document {document}: the log has it, but its snapshot is not there"
        ));
    }
    document::walk(connection, |stored| {
        report.documents = report.documents.saturating_add(1);
        let rows = log::document_rows(
            connection,
            &stored.scope,
            stored.kind,
            stored.document,
            u64::MAX,
        )?;
        let again = Document::from_changes(rows.iter().map(|row| row.new.bytes.as_slice()));
        match again.and_then(|again| compare(&again, &stored)) {
            Ok(None) => {}
            Ok(Some(what)) => report.find(format!("document {}: {what}", stored.document)),
            Err(error) => report.find(format!("document {}: {error}", stored.document)),
        }
        Ok(())
    })
}

fn compare(again: &Document, stored: &Stored) -> Result<Option<&'static str>, DocumentError> {
    let snapshot = Document::load(&stored.snapshot)?;
    if snapshot.version() != again.version() {
        return Ok(Some("its snapshot is not what the log gives"));
    }
    if stored.kind != DocumentKind::ENCOUNTER {
        return Ok(None);
    }
    let derived = Summary::of(&encounter::read(again)?);
    Ok((stored.row() != Some(derived)).then_some("its row is not what the log gives"))
}

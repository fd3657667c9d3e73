//! Checking everything that is kept, against itself: file, hashes, envelopes, rows.

use bitacora_core::document::{Document, parse_change};
use bitacora_core::encounter;
use bitacora_core::envelope::{LeafHash, PublicKey, Seal};
use bitacora_core::id::{DocumentId, EnvelopeHash};

use crate::device::{Device, Unlocked};
use crate::error::DeviceError;
use crate::store::StoreError;
use crate::store::check;
use crate::store::saving::summary_of;
use crate::store::table::change::{self, Kind};
use crate::store::table::encounter_row::StoredLine;
use crate::store::table::{encounter_row, envelope, quarantine, snapshot};

/// Problems that a report names at most.
const PROBLEMS_MAX: usize = 100;

/// What `verify` found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Documents looked at.
    pub documents: u64,
    /// Changes looked at.
    pub changes: u64,
    /// Own envelopes looked at.
    pub envelopes: u64,
    /// Changes from the server that are kept aside.
    pub quarantined: u64,
    /// What is wrong, by id and never by content; empty if all is well.
    pub problems: Vec<String>,
}

impl VerifyReport {
    fn problem(&mut self, problem: String) {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(problem);
        }
    }
}

impl Device {
    /// Checks the file, each change's hash, the chain of own envelopes, and that rows and snapshots say
    /// what the change log says. One document at a time; the device stays usable in between.
    pub fn verify(&self) -> Result<VerifyReport, DeviceError> {
        let mut report = VerifyReport::default();
        let documents = self.with(|unlocked| {
            let db = unlocked.store.read();
            check::file_problems(db)?
                .into_iter()
                .for_each(|line| report.problem(format!("file: {line}")));
            if !change::saves_rise(db)? {
                report.problem("the own saves do not follow each other".to_owned());
            }
            report.quarantined = quarantine::count(db)?;
            unlocked.verify_envelopes(&mut report)?;
            Ok(change::documents(db)?)
        })?;
        for (id, kind, scope) in documents {
            self.with(|unlocked| unlocked.verify_document(id, (kind, &scope), &mut report))?;
        }
        Ok(report)
    }
}

impl Unlocked {
    fn verify_envelopes(&self, report: &mut VerifyReport) -> Result<(), StoreError> {
        let key = PublicKey::new(self.signing_key.verifying_key().to_bytes());
        let mut last: Option<(u64, EnvelopeHash)> = None;
        envelope::each_of(
            self.store.read(),
            self.device,
            |seal: Seal, leaves: Vec<LeafHash>| {
                report.envelopes += 1;
                let counter = seal.statement.counter;
                if let Err(error) = seal.verify(&leaves, &key) {
                    report.problem(format!("envelope {counter}: {error}"));
                }
                let follows = last.map_or((1, None), |(counter, hash)| {
                    (counter.saturating_add(1), Some(hash))
                });
                if (counter, seal.statement.previous) != follows {
                    report.problem(format!(
                        "envelope {counter}: does not follow the one before"
                    ));
                }
                last = Some((counter, seal.statement.hash()));
                Ok(())
            },
        )
    }

    fn verify_document(
        &self,
        id: DocumentId,
        belongs: (Kind, &str),
        report: &mut VerifyReport,
    ) -> Result<(), DeviceError> {
        let db = self.store.read();
        report.documents += 1;
        for held in change::all_of(db, id)? {
            report.changes += 1;
            match parse_change(&held.bytes) {
                Ok(meta) if meta.hash == held.hash => {}
                Ok(_) => {
                    report.problem(format!("change {}: its bytes have another hash", held.hash))
                }
                Err(error) => report.problem(format!("change {}: {error}", held.hash)),
            }
        }
        match snapshot::from_log(db, id) {
            Ok(Some(document)) => self.verify_derived(id, belongs, &document, report)?,
            // Everything of it was refused: there is nothing to compare with.
            Ok(None) => {}
            Err(error) => report.problem(format!("document {id}: {error}")),
        }
        Ok(())
    }

    fn verify_derived(
        &self,
        id: DocumentId,
        (kind, scope): (Kind, &str),
        document: &Document,
        report: &mut VerifyReport,
    ) -> Result<(), DeviceError> {
        let db = self.store.read();
        let is_current = match snapshot::heads(db, id)? {
            Some(heads) => heads == document.version(),
            None => document.changes().len() == 1,
        };
        if !is_current {
            report.problem(format!(
                "document {id}: its snapshot is not up to the change log"
            ));
        }
        if kind != Kind::ENCOUNTER {
            return Ok(());
        }
        let encounter = encounter::read(document).map_err(StoreError::from)?;
        let expected = summary_of(db, scope, &encounter)?;
        let stored = |line: &StoredLine<'_>| encounter_row::whole(&line.record);
        match encounter_row::get(db, id.into(), stored) {
            Ok(Some(row)) if row == expected => {}
            Ok(Some(_)) => report.problem(format!(
                "document {id}: its row says something else than the change log"
            )),
            Ok(None) => report.problem(format!("document {id}: has no row")),
            Err(StoreError::Value { what }) => {
                report.problem(format!("document {id}: its row's {what} is not readable"));
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

//! Taking rows of the server's log over: log, documents, rows and the new position in one transaction.
//!
//! A change is not trusted because a server sent it: it is parsed strictly, applied under guard, saved
//! and loaded again. What fails is kept aside with its reason and the rest of the message goes on.

use std::collections::{BTreeMap, BTreeSet};

use bitacora_core::authoring::Author;
use bitacora_core::document::{Document, parse_change};
use bitacora_core::envelope::DocumentKind;
use bitacora_core::id::{DocumentId, EnvelopeHash, ScopeId};
use bitacora_core::sync::{BadRow, CheckedChange, CheckedEnvelope, CheckedPull, CheckedRow};
use chrono::{DateTime, Utc};

use super::SyncLog;
use super::back::{Back, stand_again};
use super::kind;
use crate::environment::Environment;
use crate::error::DeviceError;
use crate::record::recover;
use crate::store::StoreError;
use crate::store::saving::{Saving, derive};
use crate::store::table::change::{ChangeKey, Kind};
use crate::store::table::way::{self, Level, NewPulled, sealing, verdict};
use crate::store::table::{change, encounter_row, envelope, quarantine, snapshot, subscription};
use crate::store::tx::Tx;

/// Commits one pull message.
pub(super) fn save(log: &SyncLog, pull: &CheckedPull) -> Result<(), DeviceError> {
    let environment = log.device.environment();
    let now = environment.now();
    log.with(|unlocked| {
        let author = unlocked.author(environment);
        unlocked.store.save(|saving| {
            let tx = saving.tx();
            let hashes: Vec<EnvelopeHash> = pull
                .envelopes
                .iter()
                .map(|part| envelope::put(tx, &part.seal, &part.leaves))
                .collect::<Result<_, _>>()?;
            let mut by_document: BTreeMap<DocumentId, Vec<&CheckedRow>> = BTreeMap::new();
            for row in &pull.rows {
                if let Some(seq) = row.seq {
                    subscription::put_row(tx, &pull.scope, seq, row.document, row.change)?;
                }
                by_document.entry(row.document).or_default().push(row);
            }
            let pulled = Pulled {
                scope: &pull.scope,
                envelopes: &pull.envelopes,
                hashes: &hashes,
                level: Level::of_server(tx)?,
                now,
                author,
                environment,
            };
            for (document, rows) in &by_document {
                pulled.take(saving, *document, rows)?;
            }
            let tx = saving.tx();
            subscription::set_read(tx, &pull.scope, &pull.read)?;
            Ok(subscription::forget(tx, &pull.scope, &pull.superseded)?)
        })
    })
}

/// What the rows of one message have in common.
struct Pulled<'a> {
    scope: &'a ScopeId,
    envelopes: &'a [CheckedEnvelope],
    hashes: &'a [EnvelopeHash],
    level: Level,
    now: DateTime<Utc>,
    author: Author,
    environment: &'a Environment,
}

impl Pulled<'_> {
    /// Takes the rows of one document over.
    fn take(
        &self,
        saving: &mut Saving<'_>,
        id: DocumentId,
        rows: &[&CheckedRow],
    ) -> Result<(), DeviceError> {
        let kind = kind::decide(saving.tx(), id, rows, self.now)?;
        let Sorted { new, back } = self.sort(saving.tx(), rows)?;
        let has_come_back = stand_again(saving, id, &back, &self.author, self.environment)?;
        self.give_way(saving, id, &new)?;
        let tx = saving.tx();
        let Some(kind) = kind.filter(|_| has_come_back || !new.is_empty()) else {
            encounter_row::set_place(tx, &change::whereabouts(tx, id)?)?;
            return Ok(());
        };
        let document = self.add_all(tx, id, kind, &new)?;
        document.map_or(Ok(()), |document| {
            derive(tx, id, kind, &self.scope.to_string(), &document)
        })
    }

    /// Notes the rows of what is here already, puts bad ones aside, and returns what may be taken.
    fn sort<'r>(&self, tx: &Tx<'_>, rows: &[&'r CheckedRow]) -> Result<Sorted<'r>, DeviceError> {
        let mut new = Vec::new();
        let mut back = Vec::new();
        for row in rows {
            let key = ChangeKey {
                document: row.document,
                change: row.change,
            };
            match &row.content {
                content if way::is_held(tx, key)? => {
                    way::set_in_log(tx, key, row.seq.unwrap_or(0), self.level, self.now)?;
                    if let Some(was) = verdict::left(tx, key)? {
                        verdict::come_back(tx, key)?;
                        back.push(Back { key, was });
                    }
                    if let CheckedChange::New { envelope, leaf, .. } = content {
                        sealing::set_seal(tx, key, self.hash_of(*envelope)?, *leaf)?;
                    }
                }
                CheckedChange::New {
                    kind,
                    envelope,
                    leaf,
                    bytes,
                } => new.push(New {
                    row,
                    kind: *kind,
                    envelope: *envelope,
                    leaf: *leaf,
                    bytes,
                }),
                CheckedChange::Own => self.put_aside(
                    tx,
                    row,
                    &[],
                    "this device's own change is not here any more",
                )?,
                CheckedChange::Bad(bad) => self.put_aside(tx, row, &[], reason(*bad))?,
            }
        }
        Ok(Sorted { new, back })
    }

    /// A change of the log stays whoever else used its number: an own one that did, because this phone was
    /// copied while it was unlocked, leaves the document and is written again.
    fn give_way(
        &self,
        saving: &mut Saving<'_>,
        id: DocumentId,
        new: &[New<'_>],
    ) -> Result<(), DeviceError> {
        let mut has_left = false;
        for change in new {
            let Ok(meta) = parse_change(change.bytes) else {
                continue;
            };
            if let Some(own) = verdict::own_with_number_of(saving.tx(), id, &meta)? {
                let reason = "its actor already wrote another change with this number";
                let own = ChangeKey {
                    document: id,
                    change: own,
                };
                verdict::refuse_number(saving.tx(), own, reason)?;
                has_left = true;
            }
        }
        if has_left {
            let nobody = BTreeSet::new();
            recover::without_refused(saving, id, &nobody, &self.author, self.environment)?;
        }
        Ok(())
    }

    /// Adds changes to a document; returns it, if there is one then.
    fn add_all(
        &self,
        tx: &Tx<'_>,
        id: DocumentId,
        kind: Kind,
        new: &[New<'_>],
    ) -> Result<Option<Document>, DeviceError> {
        let mut document = snapshot::standing(tx, id)?;
        for change in new {
            if Kind(change.kind.number()) != kind {
                // Under a kind that is not read nobody would see what it says of the record.
                self.put_aside(tx, change.row, change.bytes, kind::ANOTHER)?;
                continue;
            }
            match kind::applied(id, document, change.bytes, kind) {
                Ok(with) => {
                    self.insert(tx, id, change)?;
                    document = Some(with);
                }
                Err(problem) => {
                    self.put_aside(tx, change.row, change.bytes, &problem.to_string())?;
                    // The document went with the failed change: once more from the log.
                    document = snapshot::from_log(tx, id)?;
                }
            }
        }
        Ok(document)
    }

    fn hash_of(&self, envelope: usize) -> Result<EnvelopeHash, StoreError> {
        let hash = self.hashes.get(envelope).copied();
        hash.ok_or(StoreError::Value { what: "envelope" })
    }

    fn insert(&self, tx: &Tx<'_>, document: DocumentId, new: &New<'_>) -> Result<(), DeviceError> {
        let damaged = || StoreError::Value { what: "envelope" };
        let seal = &self.envelopes.get(new.envelope).ok_or_else(damaged)?.seal;
        let envelope = self.hash_of(new.envelope)?;
        let meta = parse_change(new.bytes).map_err(StoreError::from)?;
        way::insert_pulled(
            tx,
            &NewPulled {
                meta: &meta,
                document,
                kind: new.kind,
                scope: self.scope,
                bytes: new.bytes,
                person: seal.statement.person,
                device: seal.statement.device,
                envelope,
                leaf: new.leaf,
                seq: new.row.seq,
                at: self.now,
                level: self.level,
            },
        )?;
        Ok(quarantine::remove(tx, document, new.row.change)?)
    }

    fn put_aside(
        &self,
        tx: &Tx<'_>,
        row: &CheckedRow,
        bytes: &[u8],
        reason: &str,
    ) -> Result<(), DeviceError> {
        tracing::warn!(document.id = %row.document, reason, "a change from the server was put aside");
        Ok(quarantine::put(
            tx,
            row.document,
            row.change,
            bytes,
            reason,
            self.now,
        )?)
    }
}

/// The rows of one document, those taken out that are here already.
struct Sorted<'a> {
    new: Vec<New<'a>>,
    /// What had left the document and is in the log after all.
    back: Vec<Back>,
}

/// A change that may be taken.
struct New<'a> {
    row: &'a CheckedRow,
    kind: DocumentKind,
    envelope: usize,
    leaf: u32,
    bytes: &'a [u8],
}

fn reason(bad: BadRow) -> &'static str {
    match bad {
        BadRow::Withheld => "the server cannot give the bytes",
        BadRow::Bytes => "the bytes are not the change that the log names",
        BadRow::Envelope => "the envelope's signature or root is wrong",
        BadRow::UnknownDevice => "the envelope's device is in no directory",
    }
}

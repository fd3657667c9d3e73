//! Taking a receipt over: where each change is now, and what was not accepted.

use std::collections::{BTreeMap, BTreeSet};

use bitacora_core::id::{ChangeHash, DocumentId};
use bitacora_core::receipt::{Receipt, Verdict};
use chrono::{DateTime, Utc};

use super::SyncLog;
use super::back::{Back, stand_again};
use crate::error::DeviceError;
use crate::record::recover;
use crate::store::saving::derive;
use crate::store::table::change::{self, ChangeKey};
use crate::store::table::way::{Level, verdict};
use crate::store::table::{encounter_row, envelope, receipt as receipts, snapshot};
use crate::store::tx::Tx;

/// Stores a receipt if it is newer, and marks its changes. A document of which something was refused is
/// rebuilt without it, and what this device wrote on top is written again, in the same transaction.
pub(super) fn save(log: &SyncLog, receipt: &Receipt) -> Result<(), DeviceError> {
    let environment = log.device.environment();
    let finding = &receipt.finding;
    let signed_at = i64::try_from(finding.signed_at_ms)
        .ok()
        .and_then(DateTime::<Utc>::from_timestamp_millis);
    let signed_at = signed_at.unwrap_or_else(|| environment.now());
    log.with(|unlocked| {
        let author = unlocked.author(environment);
        unlocked.store.save(|saving| {
            if !receipts::put(saving.tx(), receipt)? {
                return Ok(());
            }
            let level = Level::of_server(saving.tx())?;
            let mut touched = BTreeSet::new();
            // Documents that something own leaves, with what blocks it.
            let mut refused = BTreeMap::<DocumentId, BTreeSet<ChangeHash>>::new();
            let mut back = BTreeMap::<DocumentId, Vec<Back>>::new();
            for (leaf, verdict) in (0u32..).zip(&finding.verdicts) {
                let Some((document, change)) = envelope::leaf(saving.tx(), finding.envelope, leaf)?
                else {
                    continue;
                };
                let told = (finding.epoch, level);
                let key = ChangeKey { document, change };
                let left = verdict::left(saving.tx(), key)?;
                verdict::set_verdict(saving.tx(), key, verdict, told, signed_at)?;
                touched.insert(document);
                if let Some(was) = left.filter(|_| verdict.is_received()) {
                    back.entry(document).or_default().push(Back { key, was });
                }
                // Written here, whichever identity of this phone had sealed it; another's change stays.
                if verdict.is_refusal() && verdict::left(saving.tx(), key)?.is_some() {
                    let blocking = refused.entry(document).or_default();
                    if let Verdict::BlockedBy { change } = verdict {
                        blocking.insert(*change);
                    }
                }
            }
            for (document, back) in &back {
                if stand_again(saving, *document, back, &author, environment)? {
                    anew(saving.tx(), *document)?;
                }
            }
            for document in &touched {
                encounter_row::set_place(
                    saving.tx(),
                    &change::whereabouts(saving.tx(), *document)?,
                )?;
            }
            refused.into_iter().try_for_each(|(document, blocking)| {
                recover::without_refused(saving, document, &blocking, &author, environment)
            })
        })
    })
}

/// Derives a document anew of which something stands again that had left it: everybody else reads it too.
fn anew(tx: &Tx<'_>, id: DocumentId) -> Result<(), DeviceError> {
    let Some((kind, scope)) = change::kind_and_scope(tx, id)? else {
        return Ok(());
    };
    match snapshot::from_log(tx, id)? {
        Some(document) => derive(tx, id, kind, &scope, &document),
        None => Ok(()),
    }
}
